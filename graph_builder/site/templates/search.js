import { startCombobox } from "../../pictures/templates/core/combobox.js";
import { byId, makeElement, makeLink } from "../../pictures/templates/core/dom.js";
import { NameIndex } from "./name_ranking.js";

/** @import { NameHit } from "./name_ranking.js" */

const MAX_OFFERED = 8;
const MAX_FOUND = 200;
const HINT = "Things are found by any of their names, in any language, and by codes such as IND.";
const ATTRIBUTES = {
  role: "combobox",
  "aria-expanded": "false",
  "aria-controls": "hits",
  "aria-autocomplete": "list",
  "aria-label": "Find by name, in any language",
};
const index = new NameIndex(window.NAMES ?? [], window.PLACES ?? {});

/**
 * @template {HTMLElement} T
 * @param {T} element
 * @returns {T}
 */
function setDirection(element) {
  element.dir = "auto";
  return element;
}

/** @param {NameHit} hit */
function describeHit({ name, kind, by }) {
  return [makeElement("span", "", name), makeElement("i", "", by || kind)].map(setDirection);
}

/**
 * @param {string} words
 * @param {number} count how many are offered
 */
function describeCount(words, count) {
  const hasMore = count === MAX_OFFERED && index.find(words, count + 1).length > count;
  if (hasMore) return `The first ${count} names are shown`;
  return count === 1 ? "1 name found" : `${count || "No"} names found`;
}

/**
 * @param {HTMLInputElement} field
 * @param {string} up the path to the root of the site
 */
function startSearch(field, up) {
  const list = makeElement("ul", "hits");
  list.id = "hits";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Names found");
  const status = makeElement("p", "unseen");
  status.setAttribute("role", "status");
  for (const [name, value] of Object.entries(ATTRIBUTES)) field.setAttribute(name, value);
  field.form?.append(list, status);
  startCombobox({
    field,
    list,
    find: (words) => index.find(words, MAX_OFFERED),
    describe: describeHit,
    choose: ({ path }) => location.assign(up + path),
    report: (words, count) => {
      status.textContent = words ? describeCount(words, count) : "";
    },
  });
}

/**
 * On the search page, show what ?q= in the address finds.
 * @param {HTMLInputElement} field
 * @param {string} up
 */
function showResults(field, up) {
  const words = new URLSearchParams(location.search).get("q") ?? "";
  const all = index.find(words, MAX_FOUND + 1);
  const hits = all.slice(0, MAX_FOUND);
  field.value = words;
  byId("found", HTMLElement).replaceChildren(
    ...hits.map(({ name, path, kind, by }) => {
      const link = setDirection(makeLink(up + path, name));
      const more = setDirection(makeElement("small", "", [kind, by].filter(Boolean).join(" · ")));
      return makeElement("li", "", makeElement("span", "", link, " ", more));
    }),
  );
  const number = all.length > MAX_FOUND ? `The first ${MAX_FOUND}` : String(hits.length);
  const result = hits.length ? `${number} found for “${words}”.` : `Nothing is called “${words}”.`;
  byId("told", HTMLElement).textContent = words ? result : HINT;
}

const searchField = document.querySelector("[role=search] input");
if (searchField instanceof HTMLInputElement) {
  const action = searchField.form?.getAttribute("action") ?? "";
  const up = action.replace(/find\.html$/, "");
  startSearch(searchField, up);
  if (document.getElementById("found")) showResults(searchField, up);
}
