import { encodePart } from "./model.js";

/** @import { Model, Thing } from "./model.js" */

/**
 * What a reader has chosen. The address is the only place that holds it, so back, forward and links
 * agree: #node=actor:IND;steps=1;only=agreed,official;at=2024-05;mark=country;line=done;lang=fr;embed
 * @typedef {object} State
 * @property {Thing | null} thing
 * @property {number} steps
 * @property {string[]} only
 * @property {string} at
 * @property {string[]} mark
 * @property {string[]} line
 * @property {string} lang
 * @property {boolean} embed
 *
 * @typedef {"only" | "mark" | "line"} ListName
 *
 * What readers can choose from, besides the things.
 * @typedef {object} Offer
 * @property {readonly string[]} languages
 * @property {(name: ListName, value: string) => boolean} hasFilter
 */

/** @type {Readonly<State>} */
export const DEFAULT_STATE = {
  thing: null,
  steps: 0,
  only: [],
  at: "",
  mark: [],
  line: [],
  lang: "en",
  embed: false,
};
/** @type {readonly ListName[]} */
export const LIST_NAMES = ["only", "mark", "line"];
const MAX_STEPS = 2;

/**
 * Return the fragment of an address for a state.
 * @param {State} state
 */
export function formatFragment(state) {
  const parts = state.thing ? [state.thing.link] : [];
  if (state.steps) parts.push(`steps=${state.steps}`);
  for (const name of LIST_NAMES) {
    if (state[name].length)
      parts.push(`${name}=${[...state[name]].sort().map(encodePart).join(",")}`);
  }
  if (state.at) parts.push(`at=${encodePart(state.at)}`);
  if (state.lang !== DEFAULT_STATE.lang) parts.push(`lang=${encodePart(state.lang)}`);
  if (state.embed) parts.push("embed");
  return `#${parts.join(";") || "all"}`;
}

/**
 * Return the state that a fragment describes, or null for a fragment of another kind.
 * @param {string} fragment
 * @param {Model} model
 * @param {Offer} offer
 */
export function parseFragment(fragment, model, offer) {
  const state = { ...DEFAULT_STATE };
  const parts = fragment.replace(/^#/, "").split(";");
  try {
    return parts.every((part) => readPart(state, part, model, offer)) ? state : null;
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

/**
 * Read one part of a fragment into a state; return false if it is not one that pages write.
 * @param {State} state
 * @param {string} part
 * @param {Model} model
 * @param {Offer} offer
 */
function readPart(state, part, model, offer) {
  const [name, ...rest] = part.split("=");
  const value = rest.join("=");
  const list = LIST_NAMES.find((each) => each === name);
  if (list) {
    const values = value.split(",").map(decodeURIComponent);
    state[list] = values.filter((each) => offer.hasFilter(list, each));
  } else if (name === "steps") {
    state.steps = Math.min(MAX_STEPS, Number.parseInt(value, 10) || 0);
  } else if (name === "at") {
    state.at = /^\d{4}(-\d\d){0,2}$/.test(value) ? value : DEFAULT_STATE.at;
  } else if (name === "lang") {
    const language = decodeURIComponent(value);
    state.lang = offer.languages.includes(language) ? language : DEFAULT_STATE.lang;
  } else if (rest.length) {
    state.thing = model.findThing(part);
    return state.thing !== null;
  } else {
    state.embed ||= part === "embed";
    return ["", "all", "embed"].includes(part);
  }
  return true;
}
