import { lookUp } from "./model.js";

/** @import { Node } from "./model.js" */

const DEFAULT_LANGUAGE = "en";
const LINE_LENGTH = 18;
const LONGEST_WORD = LINE_LENGTH + 6;
const MAX_LINES = 3;

/**
 * Return the languages that nodes have names in, English first.
 * @param {Node[]} nodes
 */
export function listLanguages(nodes) {
  return [
    ...new Set([DEFAULT_LANGUAGE, ...nodes.flatMap((node) => Object.keys(node.names ?? {}))]),
  ];
}

/**
 * Return the name of a node in a language, or undefined.
 * @param {Node} node
 * @param {string} language
 */
export function findName(node, language) {
  return lookUp(node.names ?? {}, language);
}

/**
 * Return the name of a node in a language, or its label.
 * @param {Node} node
 * @param {string} language
 */
export function getName(node, language) {
  return findName(node, language) ?? node.label;
}

/**
 * Return all names of a node, that in a language first.
 * @param {Node} node
 * @param {string} language
 */
export function listNames(node, language) {
  const { label, names = {}, also = [] } = node;
  return [getName(node, language), label, ...Object.values(names), ...also];
}

/**
 * Return a name in at most three lines of about eighteen letters, as the layout reckons with.
 * @param {string} name
 */
export function wrapName(name) {
  /** @type {string[]} */
  const lines = [];
  for (const word of name.split(/\s+/u).filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= LINE_LENGTH) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word.length <= LONGEST_WORD ? word : `${word.slice(0, LONGEST_WORD - 1)}…`);
    }
  }
  if (lines.length <= MAX_LINES) return lines;
  return [...lines.slice(0, MAX_LINES - 1), `${lines[MAX_LINES - 1]} …`];
}
