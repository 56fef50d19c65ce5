import { makeElement, makeLink, makeSvg } from "./dom.js";
import { lookUp } from "./model.js";
import { model, nameOf } from "./session.js";

/** @import { Edge, Node, Thing } from "./model.js" */

/**
 * Return a link that chooses a thing.
 * @param {Thing} thing
 * @param {string} text
 */
export function linkTo(thing, text) {
  return makeLink(`#${thing.link}`, text);
}

/** @param {Node} node */
export function linkToNode(node) {
  return linkTo(node, nameOf(node));
}

/**
 * @param {string} className
 * @param {string} box
 * @param {Record<string, string>} path
 */
function makeIcon(className, box, path) {
  const attributes = { class: className, viewBox: box, "aria-hidden": "true" };
  return makeSvg("svg", attributes, makeSvg("path", path));
}

/**
 * Return the drawn path of a node's group.
 * @param {Node} node
 */
export function shapePath(node) {
  return lookUp(model.payload.paths, groupOf(node).shape) ?? "";
}

/** @param {Node} node */
export function groupOf(node) {
  return lookUp(model.payload.groups, node.group) ?? { shape: "", hollow: false };
}

/** @param {Edge} edge */
export function styleOf(edge) {
  return lookUp(model.payload.styles, edge.style) ?? { ink: "soft", width: 1, dashes: [] };
}

/** @param {Node} node */
export function makeMark(node) {
  return makeIcon(`mark g-${node.group}`, "0 0 16 16", { d: shapePath(node) });
}

/** @param {Edge} edge */
export function makeLine(edge) {
  return makeIcon("line", "0 0 44 8", { d: "M1 4h42", class: `l-${edge.style}` });
}

/**
 * Return a row of a list: the symbol of a node, its name and its number of edges.
 * @param {Node} node
 */
export function makeNodeRow(node) {
  const degree = makeElement("span", "lead", String(model.degree(node)));
  return makeElement("li", "", makeElement("div", "row", makeMark(node), linkToNode(node), degree));
}
