"use strict";
/* The editor of yasgui in the place of the text area, without its results, tabs, store and look-ups. */

window.startEditor = (plain, ask) => {
  const { Yasqe } = window.Yasgui;
  Yasqe.defaults.autocompleters = []; // two of its own ask a server elsewhere
  const place = document.createElement("div");
  place.className = "editor";
  plain.after(place);
  const yasqe = new Yasqe(place, {
    value: plain.value,
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
      "Ctrl-Enter": ask,
      "Cmd-Enter": ask,
      "Ctrl-Space": () => complete(yasqe),
    },
  });
  plain.hidden = true;
  window.learnWords = (words) => {
    completion.learn(words);
    declare(yasqe, words.prefixes);
  };
  plain.form.addEventListener("formdata", (event) => event.formData.set("query", yasqe.getValue()));
  return { read: () => yasqe.getValue(), write: (text) => yasqe.setValue(text) };
};

/* Let the prefixes that the server knows count as declared. */
function declare(yasqe, prefixes) {
  const mode = yasqe.getMode();
  const start = mode.startState;
  mode.startState = (...words) => ({ ...start(...words), prefixes: { ...prefixes } });
  yasqe.setValue(yasqe.getValue());
}

function hintOf({ name, label, note }) {
  const render = (item) => {
    const words = label && label !== name ? ` ${label}` : "";
    item.append(name, Object.assign(document.createElement("small"), { textContent: words }));
    if (note) item.title = note;
  };
  return { text: name, displayText: name, render };
}

function complete(yasqe) {
  const hint = () => {
    const to = yasqe.getCursor();
    const before = yasqe.getRange({ line: 0, ch: 0 }, to);
    const from = { line: to.line, ch: to.ch - completion.length(before.split("\n").at(-1)) };
    return { list: completion.suggest(before, yasqe.getValue()).map(hintOf), from, to };
  };
  yasqe.showHint({ hint, completeSingle: false, closeCharacters: /[\s>"]/ });
}
