import { startCombobox } from "../../pictures/templates/core/combobox.js";
import { byId, makeElement, makeLink } from "../../pictures/templates/core/dom.js";
import { NameIndex } from "./name_ranking.js";

/** @import { NameHit } from "./name_ranking.js" */

const MAX_OFFERED = 8;
const MAX_FOUND = 200;
const HINT = "Things are found by any of their names, in any language, and by codes such as IND.";
const INCOMPLETE = "Some names could not be loaded. Load the page again.";
const ATTRIBUTES = {
  role: "combobox",
  "aria-expanded": "false",
  "aria-controls": "hits",
  "aria-autocomplete": "list",
  "aria-label": "Find by name, in any language",
};
/** Files of further names, which are not loaded before somebody searches. */
const nameFiles = window.NAME_FILES ?? [];
let index = new NameIndex(window.NAMES ?? [], window.PLACES ?? {});
let allNames = /** @type {Promise<boolean> | null} */ (null);

/**
 * Load all further names; whether they could be loaded.
 * @param {string} up the path to the root of the site
 */
function loadNames(up) {
  allNames ??= addScripts(nameFiles.map((name) => `${up}static/${name}`)).then((isLoaded) => {
    index = new NameIndex(window.NAMES ?? [], window.PLACES ?? {});
    return isLoaded;
  });
  return allNames;
}

/**
 * Run script files in order; whether all could be loaded.
 * @param {string[]} addresses
 */
async function addScripts(addresses) {
  const policy = window.trustedTypes?.createPolicy("names", { createScriptURL: checkAddress });
  const results = addresses.map((address) => {
    const script = document.createElement("script");
    script.async = false;
    script.src = /** @type {string} */ (policy ? policy.createScriptURL(address) : address);
    document.head.append(script);
    return new Promise((resolve) => {
      script.addEventListener("load", () => resolve(true));
      script.addEventListener("error", () => resolve(false));
    });
  });
  return (await Promise.all(results)).every(Boolean);
}

/** @param {string} address */
function checkAddress(address) {
  if (/^(\.\.\/)*static\/names~\d+\.js$/.test(address)) return address;
  throw new TypeError(`${address} holds no names`);
}

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
  if (!nameFiles.length) return;
  field.addEventListener("focus", async () => {
    const isNew = !allNames;
    const isLoaded = await loadNames(up);
    if (isNew && field.value) field.dispatchEvent(new Event("input"));
    if (!isLoaded) status.textContent = INCOMPLETE;
  });
}

/**
 * On the search page, show what ?q= in the address finds.
 * @param {HTMLInputElement} field
 * @param {string} up
 */
async function showResults(field, up) {
  const words = new URLSearchParams(location.search).get("q") ?? "";
  field.value = words;
  const isLoaded = !nameFiles.length || !words || (await loadNames(up));
  const all = index.find(words, MAX_FOUND + 1);
  const hits = all.slice(0, MAX_FOUND);
  byId("found", HTMLElement).replaceChildren(
    ...hits.map(({ name, path, kind, by }) => {
      const link = setDirection(makeLink(up + path, name));
      const more = setDirection(makeElement("small", "", [kind, by].filter(Boolean).join(" · ")));
      return makeElement("li", "", makeElement("span", "", link, " ", more));
    }),
  );
  const number = all.length > MAX_FOUND ? `The first ${MAX_FOUND}` : String(hits.length);
  const result = hits.length ? `${number} found for “${words}”.` : `Nothing is called “${words}”.`;
  const shown = isLoaded ? result : `${result} ${INCOMPLETE}`;
  byId("told", HTMLElement).textContent = words ? shown : HINT;
}

const searchField = document.querySelector("[role=search] input");
if (searchField instanceof HTMLInputElement) {
  const action = searchField.form?.getAttribute("action") ?? "";
  const up = action.replace(/find\.html$/, "");
  startSearch(searchField, up);
  if (document.getElementById("found")) showResults(searchField, up);
}
