import { foldName, RANKS, rankMatch } from "./folding.js";
import { getName, listNames } from "./names.js";

/** @import { Model, Node } from "./model.js" */

const MAX_HITS = 9;
/** Rank of a node whose kind contains the words. */
const KIND_RANK = 4;

/**
 * A node with the name by which it was found.
 * @typedef {{ node: Node, name: string, rank: number }} NodeHit
 */

/**
 * Return the name of a node that fits best, in any language, or its kind.
 * @param {Node} node
 * @param {string} wish
 * @param {string} language
 * @returns {NodeHit}
 */
function rankNode(node, wish, language) {
  const names = listNames(node, language).map((name) => ({
    node,
    name,
    rank: rankMatch(foldName(name), wish),
  }));
  const byKind = foldName(node.kind).includes(wish) ? KIND_RANK : RANKS.none;
  const kind = { node, name: getName(node, language), rank: byKind };
  return [...names, kind].reduce((best, next) => (next.rank < best.rank ? next : best));
}

/**
 * Return the nodes that words find, best first; among equals, those with more edges first.
 * @param {Model} model
 * @param {string} words
 * @param {string} language
 */
export function findNodes(model, words, language) {
  const wish = foldName(words);
  if (!wish) return [];
  return model.nodes
    .map((node) => rankNode(node, wish, language))
    .filter((hit) => hit.rank < RANKS.none)
    .sort((one, two) => one.rank - two.rank || model.degree(two.node) - model.degree(one.node))
    .slice(0, MAX_HITS);
}
