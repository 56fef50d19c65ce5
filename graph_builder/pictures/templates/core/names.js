const languages = ["en", ...new Set(data.nodes.flatMap((node) => Object.keys(node.names || {})))].filter((each, at, all) => all.indexOf(each) === at);
const languageField = document.getElementById("language");
const LINE = 18;
const LINES = 3;
const wrapped = new Map();

function nameOf(node) {
  return own(node.names || {}, state.lang) ?? node.label;
}

// at most three lines of about eighteen letters, as the layout reckons with
function linesOf(name) {
  if (!wrapped.has(name)) wrapped.set(name, wrap(name));
  return wrapped.get(name);
}

function wrap(name) {
  const lines = [];
  for (const word of name.split(/\s+/u).filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= LINE) lines[lines.length - 1] += ` ${word}`;
    else lines.push(word.length <= LINE + 6 ? word : `${word.slice(0, LINE + 5)}…`);
  }
  return lines.length > LINES ? [...lines.slice(0, LINES - 1), `${lines[LINES - 1]} …`] : lines;
}

function namesOf(node) {
  return [nameOf(node), node.label, ...Object.values(node.names || {}), ...(node.also || [])];
}

// what the table and a stage of HTML show of a thing is put into the language too
function showNames() {
  languageField.value = state.lang;
  for (const place of document.querySelectorAll("[data-name]")) {
    const node = nodes.get(place.dataset.name);
    place.textContent = nameOf(node);
    place.lang = own(node.names || {}, state.lang) ? state.lang : "en";
  }
}

function startNames() {
  const called = (tag) => new Intl.DisplayNames([tag], { type: "language", fallback: "code" }).of(tag);
  for (const tag of languages) {
    const choice = el("option", "", called(tag));
    choice.value = tag;
    choice.lang = tag;
    languageField.append(choice);
  }
  languageField.closest("label").hidden = languages.length < 2;
  languageField.addEventListener("change", () => go({ lang: languageField.value }));
}
