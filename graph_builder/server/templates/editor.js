import { makeElement } from "../../pictures/templates/core/dom.js";
import { Completion, findTypedWord } from "./completion.js";

/** @import { Suggestion, Vocabulary } from "./completion.js" */

/**
 * A field for queries.
 * @typedef {object} Editor
 * @property {() => string} read
 * @property {(text: string) => void} write
 * @property {(vocabulary: Vocabulary) => void} learn
 * @property {(before: string) => Suggestion[]} suggest
 */

/**
 * Return the text area itself as an editor, which completes nothing.
 * @param {HTMLTextAreaElement} area
 * @returns {Editor}
 */
function makePlainEditor(area) {
  return {
    read: () => area.value,
    write: (text) => {
      area.value = text;
    },
    learn: () => undefined,
    suggest: () => [],
  };
}

/**
 * Put the editor of yasgui in the place of a text area, without its results, tabs, store and look-ups.
 * @param {NonNullable<Window["Yasgui"]>} yasgui
 * @param {HTMLTextAreaElement} area
 * @param {() => void} onAsk
 * @returns {Editor}
 */
function makeYasguiEditor({ Yasqe }, area, onAsk) {
  Yasqe.defaults.autocompleters = []; // two of its own ask a server elsewhere
  const place = makeElement("div", "editor");
  area.after(place);
  let completion = new Completion({ prefixes: {}, classes: [], relations: [], things: [] });
  const yasqe = new Yasqe(place, {
    value: area.value,
    consumeShareLink: null,
    createShareableLink: null,
    persistenceId: null,
    prefixCcApi: null,
    showQueryButton: false,
    resizeable: false,
    editorHeight: "auto",
    screenReaderLabel: "Query in SPARQL",
    extraKeys: {
      Tab: false, // leads on, as everywhere on a page
      "Shift-Tab": false,
      "Ctrl-Enter": onAsk,
      "Cmd-Enter": onAsk,
      "Ctrl-Space": () => showHints(yasqe, completion),
    },
  });
  area.hidden = true;
  area.form?.addEventListener("formdata", (event) => event.formData.set("query", yasqe.getValue()));
  return {
    read: () => yasqe.getValue(),
    write: (text) => yasqe.setValue(text),
    learn: (vocabulary) => {
      completion = new Completion(vocabulary);
      declarePrefixes(yasqe, vocabulary.prefixes);
    },
    suggest: (before) => completion.suggest(before, yasqe.getValue()),
  };
}

/**
 * Let the prefixes that the server knows count as declared.
 * @param {Yasqe} yasqe
 * @param {Record<string, string>} prefixes
 */
function declarePrefixes(yasqe, prefixes) {
  const mode = yasqe.getMode();
  const start = mode.startState;
  mode.startState = (...values) => ({ ...start(...values), prefixes: { ...prefixes } });
  yasqe.setValue(yasqe.getValue());
}

/** @param {Suggestion} suggestion */
function makeHint({ name, label, note }) {
  const render = (/** @type {HTMLElement} */ item) => {
    const words = label && label !== name ? ` ${label}` : "";
    item.append(name, makeElement("small", "", words));
    if (note) item.title = note;
  };
  return { text: name, displayText: name, render };
}

/**
 * @param {Yasqe} yasqe
 * @param {Completion} completion
 */
function showHints(yasqe, completion) {
  const hint = () => {
    const to = yasqe.getCursor();
    const before = yasqe.getRange({ line: 0, ch: 0 }, to);
    const typed = findTypedWord(before.split("\n").at(-1) ?? "");
    const list = completion.suggest(before, yasqe.getValue()).map(makeHint);
    return { list, from: { line: to.line, ch: to.ch - typed.length }, to };
  };
  yasqe.showHint({ hint, completeSingle: false, closeCharacters: /[\s>"]/ });
}

/**
 * Start the best editor that there is in the place of a text area.
 * @param {HTMLTextAreaElement} area
 * @param {() => void} onAsk
 */
export function startEditor(area, onAsk) {
  return window.Yasgui ? makeYasguiEditor(window.Yasgui, area, onAsk) : makePlainEditor(area);
}
