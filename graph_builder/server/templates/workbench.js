import { byId, makeElement } from "../../pictures/templates/core/dom.js";
import { clearAnswer, showAnswer, showStatus, startAnswer } from "./answer.js";
import { startEditor } from "./editor.js";
import { chooseInputs } from "./result_table.js";

const root = document.documentElement;
root.classList.add("script");

const QUERY = "#query=";
const questions = byId("questions", HTMLElement);
const stopButton = byId("stop", HTMLButtonElement);
const narrow = matchMedia("(max-width: 860px)");
const editor = startEditor(byId("query", HTMLTextAreaElement), ask);
/** @type {AbortController | null} */
let running = null;

/**
 * Ask the server; raises Error with what it says if it refuses.
 * @param {string} address
 * @param {RequestInit} [options]
 */
async function send(address, options) {
  const response = await fetch(address, options);
  if (!response.ok) throw new Error((await response.text()).trim());
  return response;
}

/** Ask what stands in the editor; the address then leads to it, and Back to what was asked before. */
function ask() {
  const hash = QUERY + encodeURIComponent(editor.read());
  if (location.hash === hash) run();
  else location.hash = hash;
}

/** Return the query in the address, or null; one that was asked here comes after a number sign. */
function readQuery() {
  if (!location.hash.startsWith(QUERY)) return new URLSearchParams(location.search).get("query");
  try {
    return decodeURIComponent(location.hash.slice(QUERY.length));
  } catch {
    return null;
  }
}

async function run() {
  const query = readQuery();
  if (query === null) return;
  if (query !== editor.read()) editor.write(query);
  running?.abort();
  const mine = new AbortController();
  running = mine;
  stopButton.disabled = false;
  byId("link", HTMLAnchorElement).href = location.hash;
  clearAnswer();
  showStatus("Asking …");
  const begun = performance.now();
  try {
    const body = new URLSearchParams({ query });
    const response = await send("./workbench/answer", {
      method: "POST",
      body,
      signal: mine.signal,
    });
    const answer = await response.json();
    if (running === mine) showAnswer(answer, query, (performance.now() - begun) / 1000);
  } catch (error) {
    if (running === mine) showError(error);
  }
  if (running !== mine) return;
  running = null;
  stopButton.disabled = true;
}

/** @param {unknown} error */
function showError(error) {
  if (error instanceof DOMException && error.name === "AbortError") showStatus("Stopped.");
  else if (error instanceof TypeError)
    showStatus("The server does not answer. Try again in a moment.", true);
  else showStatus(error instanceof Error ? error.message : String(error), true);
}

/**
 * Write the query of a question into the editor, with the values of its form.
 * @param {HTMLFormElement} form
 */
async function fillQuestion(form) {
  const values = new URLSearchParams();
  for (const [name, value] of new FormData(form)) values.append(name, String(value));
  try {
    const response = await send(`${form.getAttribute("action")}?${values}`);
    editor.write((await response.text()).trim());
    return true;
  } catch (error) {
    clearAnswer();
    showError(error);
    return false;
  }
}

/** @param {HTMLFormElement} form */
async function askQuestion(form) {
  if (await fillQuestion(form)) {
    ask();
    byId(narrow.matches ? "answer-title" : "query-title", HTMLElement).scrollIntoView();
  } else {
    byId("answer", HTMLElement).focus();
  }
}

/**
 * Offer the things of the graph where a form asks for one, by the labels that people know.
 * @param {import("./completion.js").Vocabulary["things"]} things
 */
function offerThings(things) {
  const inputs = /** @type {NodeListOf<HTMLInputElement>} */ (
    document.querySelectorAll("input[data-thing]")
  );
  const shown = chooseInputs(things);
  for (const input of inputs) input.value = shown.get(input.value) ?? input.value;
  for (const id of new Set([...inputs].map((input) => input.getAttribute("list") ?? ""))) {
    const start = id === "things-thing" ? "" : `${id.slice("things-".length)}:`;
    const list = makeElement("datalist", "");
    list.id = id;
    for (const [label, name] of things) {
      if (name.startsWith(start)) list.append(new Option(label, shown.get(name)));
    }
    document.body.append(list);
  }
}

/**
 * Show the questions that hold all words.
 * @param {string} text
 */
function findQuestions(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const item of questions.children) {
    if (!(item instanceof HTMLElement)) continue;
    const summary = item.querySelector("summary")?.textContent?.toLowerCase() ?? "";
    item.hidden = !words.every((word) => summary.includes(word));
    count += item.hidden ? 0 : 1;
  }
  byId("found", HTMLElement).textContent = words.length ? `${count} found` : "";
}

async function loadVocabulary() {
  try {
    const response = await send("./workbench/words");
    const vocabulary = await response.json();
    offerThings(vocabulary.things);
    editor.learn(vocabulary);
  } catch (error) {
    showError(error);
  }
  root.dataset.ready = "";
}

const form = byId("ask", HTMLFormElement);
const findField = byId("find", HTMLInputElement);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.defaultPrevented) ask();
});
stopButton.addEventListener("click", () => running?.abort());
findField.addEventListener("input", () => findQuestions(findField.value));
questions.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.target instanceof HTMLFormElement) askQuestion(event.target);
});
window.addEventListener("hashchange", run);
if (readQuery() !== null && narrow.matches) byId("query-title", HTMLElement).scrollIntoView();
startAnswer();
loadVocabulary();
run();
window.workbench = Object.freeze({ editor, fillQuestion, showStatus });
