import { startCombobox } from "./combobox.js";
import { byId, makeElement } from "./dom.js";
import { makeMark } from "./marks.js";
import { findNodes } from "./ranking.js";
import { choose, model, nameOf, state } from "./session.js";

/** @import { NodeHit } from "./ranking.js" */

export const searchField = byId("search", HTMLInputElement);
const noHit = byId("no-hit", HTMLElement);

/** @param {NodeHit} hit */
function describeHit({ node, name }) {
  const by = name === nameOf(node) ? node.kind : name;
  return [makeMark(node), makeElement("span", "", nameOf(node)), makeElement("i", "", by)];
}

export function startSearch() {
  startCombobox({
    field: searchField,
    list: byId("hits", HTMLElement),
    find: (words) => findNodes(model, words, state.lang),
    describe: describeHit,
    choose: ({ node }) => {
      searchField.value = nameOf(node);
      choose(node);
    },
    report: (words, count) => {
      noHit.textContent = words && !count ? `Nothing found for “${words}”` : "";
    },
    isEager: true,
  });
}
