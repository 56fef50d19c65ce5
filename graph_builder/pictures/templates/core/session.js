import { DEFAULT_STATE, formatFragment, parseFragment } from "./address.js";
import { byId } from "./dom.js";
import { Filter } from "./filter.js";
import { Model } from "./model.js";
import { getName, listLanguages } from "./names.js";

/** @import { ListName, State } from "./address.js" */
/** @import { Node, Thing } from "./model.js" */

export const model = new Model(JSON.parse(byId("data", HTMLScriptElement).text));
export const languages = listLanguages(model.nodes);
export const reducedMotion = window.matchMedia("(prefers-reduced-motion: reduce)");
/** @type {State} */
export let state = { ...DEFAULT_STATE };
export let filter = new Filter(model, state);
let wantsFocus = false;

/**
 * Change the state through the address.
 * @param {Partial<State>} change
 * @param {boolean} [moveFocus] to the evidence
 */
export function go(change, moveFocus = false) {
  const fragment = formatFragment({ ...state, ...change });
  wantsFocus = moveFocus;
  if (fragment === location.hash) window.dispatchEvent(new HashChangeEvent("hashchange"));
  else location.hash = fragment;
}

/**
 * @param {Thing | null} thing
 * @param {boolean} [moveFocus]
 */
export function choose(thing, moveFocus = false) {
  go({ thing, steps: thing?.type === "node" ? state.steps : 0 }, moveFocus);
}

/** @param {string} fragment */
export function readFragment(fragment) {
  return parseFragment(fragment, model, { languages, hasFilter });
}

/**
 * Tell whether the legend offers a filter.
 * @param {ListName} name
 * @param {string} value
 */
function hasFilter(name, value) {
  return document.querySelector(`[data-${name}="${CSS.escape(value)}"]`) !== null;
}

/** Return the state that the address asks for, or null if it is not one that pages write. */
export function readAddress() {
  if (location.hash.length <= 1) return openingState();
  const wish = readFragment(location.hash);
  if (wish && wish.thing?.type !== "node") wish.steps = 0;
  return wish;
}

/** @returns {State} */
function openingState() {
  const node = model.nodesByKey.get(model.payload.opening);
  return node ? { ...DEFAULT_STATE, thing: node, steps: 1 } : { ...DEFAULT_STATE };
}

/**
 * Set the state; return the previous one, and whether to move the focus.
 * @param {State} wish
 */
export function setState(wish) {
  const before = { state, moveFocus: wantsFocus };
  state = wish;
  filter = new Filter(model, state);
  wantsFocus = false;
  return before;
}

/**
 * Return the name of a node in the reader's language.
 * @param {Node} node
 */
export function nameOf(node) {
  return getName(node, state.lang);
}
