"use strict";
/* The page: questions and their forms, asking and stopping, the query in the address. */

document.documentElement.classList.add("script");

const element = (id) => document.getElementById(id);
const plain = element("query");
const plainEditor = {
  read: () => plain.value,
  write: (text) => { plain.value = text; },
};
const editor = window.startEditor?.(plain, () => ask()) ?? plainEditor;
const narrow = matchMedia("(max-width: 860px)");
let running = null;

async function sent(address, options) {
  const response = await fetch(address, options);
  if (!response.ok) throw new Error((await response.text()).trim());
  return response;
}

/* Ask what stands in the editor; the address then leads to it, and Back to what was asked before. */
function ask() {
  const hash = `#query=${encodeURIComponent(editor.read())}`;
  if (location.hash === hash) run();
  else location.hash = hash;
}

function asked() {
  if (!location.hash.startsWith("#query=")) return null;
  try {
    return decodeURIComponent(location.hash.slice("#query=".length));
  } catch {
    return null;
  }
}

async function run() {
  const query = asked();
  if (query === null) return;
  if (query !== editor.read()) editor.write(query);
  running?.abort();
  const mine = new AbortController();
  running = mine;
  element("stop").disabled = false;
  element("link").href = location.hash;
  answerView.clear();
  answerView.say("Asking …");
  const begun = performance.now();
  try {
    const body = new URLSearchParams({ query });
    const response = await sent("./workbench/answer", { method: "POST", body, signal: mine.signal });
    const answer = await response.json();
    if (running === mine) answerView.show(answer, query, (performance.now() - begun) / 1000);
  } catch (error) {
    if (running === mine) tell(error);
  }
  if (running !== mine) return;
  running = null;
  element("stop").disabled = true;
}

function tell(error) {
  if (error.name === "AbortError") answerView.say("Stopped.");
  else if (error instanceof TypeError) answerView.say("The server does not answer.", true);
  else answerView.say(error.message, true);
}

async function askQuestion(form) {
  const values = new URLSearchParams(new FormData(form));
  try {
    const response = await sent(`${form.getAttribute("action")}?${values}`);
    editor.write((await response.text()).trim());
    ask();
    element(narrow.matches ? "answer-title" : "query-title").scrollIntoView();
  } catch (error) {
    answerView.clear();
    tell(error);
    element("answer").focus();
  }
}

/* Offer the things of the graph where a form asks for one, by the labels that people know. */
function offerThings(things) {
  const inputs = [...document.querySelectorAll("input[data-thing]")];
  const count = new Map();
  for (const [label] of things) count.set(label, (count.get(label) ?? 0) + 1);
  const shown = new Map(things.map(([label, name]) => [name, count.get(label) > 1 ? name : label]));
  for (const input of inputs) input.value = shown.get(input.value) ?? input.value;
  for (const kind of new Set(inputs.map((input) => input.getAttribute("list")))) {
    const start = kind === "things-thing" ? "" : `${kind.slice("things-".length)}:`;
    const list = document.createElement("datalist");
    list.id = kind;
    for (const [label, name] of things) {
      if (name.startsWith(start)) list.append(new Option(label, shown.get(name)));
    }
    document.body.append(list);
  }
}

function find(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const item of element("questions").children) {
    const said = item.querySelector("summary").textContent.toLowerCase();
    item.hidden = !words.every((word) => said.includes(word));
    count += item.hidden ? 0 : 1;
  }
  element("found").textContent = words.length ? `${count} found` : "";
}

element("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});
element("ask").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.defaultPrevented) ask();
});
element("stop").addEventListener("click", () => running?.abort());
element("find").addEventListener("input", (event) => find(event.target.value));
element("questions").addEventListener("submit", (event) => {
  event.preventDefault();
  askQuestion(event.target);
});
window.addEventListener("hashchange", run);
if (asked() !== null && narrow.matches) element("query-title").scrollIntoView();
sent("./workbench/words")
  .then((response) => response.json())
  .then((words) => {
    offerThings(words.things);
    window.learnWords?.(words);
  })
  .catch(tell)
  .finally(() => { document.documentElement.dataset.ready = ""; });
run();
