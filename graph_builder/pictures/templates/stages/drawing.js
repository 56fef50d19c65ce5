import { isContradicted, isDisputed } from "../core/filter.js";
import { groupOf, styleOf } from "../core/marks.js";
import { model, state } from "../core/session.js";
import { FONT_FAMILY, mixColours, readColours } from "../core/theme.js";
import { LINE_HEIGHT, SIGN_RADIUS } from "./label_placement.js";

/** @import { Edge, Node } from "../core/model.js" */
/** @import { Point } from "./geometry.js" */
/** @import { EdgeLabel, NodeLabel, Line, Mark } from "./label_placement.js" */

/**
 * Where sources contradict each other or differ.
 * @typedef {Point & { on: boolean, isContradiction: boolean }} Sign
 */

export const LABEL_SIZE = 13;
export const EDGE_LABEL_SIZE = 12;
const FADED = 0.16;
/** @type {Record<"bold" | "plain" | "italic", string>} */
export const FONTS = {
  bold: `600 ${LABEL_SIZE}px ${FONT_FAMILY}`,
  plain: `400 ${LABEL_SIZE}px ${FONT_FAMILY}`,
  italic: `italic ${EDGE_LABEL_SIZE}px ${FONT_FAMILY}`,
};
let colours = readColours();

export function refreshColours() {
  colours = readColours();
}

/** @param {string} name */
export function getInk(name) {
  return colours.get(name) ?? "";
}

/**
 * Return a colour as it is, or faded into the surface.
 * @param {string} name
 * @param {boolean} isOn
 */
export function fade(name, isOn) {
  return mixColours(getInk(name), getInk("surface"), isOn ? 1 : FADED);
}

/**
 * Return the fill and the outline of a node's mark.
 * @param {Node} node
 * @param {boolean} isOn
 */
export function colourMark(node, isOn) {
  const own = fade(`g-${node.group}`, isOn);
  const surface = getInk("surface");
  return groupOf(node).hollow ? { fill: surface, stroke: own } : { fill: own, stroke: surface };
}

/**
 * @param {Edge} edge
 * @param {boolean} isOn
 */
export function colourEdge(edge, isOn) {
  return fade(edge === state.thing ? "accent" : styleOf(edge).ink, isOn);
}

/** @param {NodeLabel} label */
export function colourLabel(label) {
  return label.mark.on ? getInk("ink") : mixColours(getInk("muted"), getInk("surface"), 0.3);
}

/** @param {EdgeLabel} edgeLabel */
export function colourEdgeLabel(edgeLabel) {
  return getInk(edgeLabel.edge === state.thing ? "accent" : "muted");
}

/** @param {Sign} sign */
export function styleSign({ on, isContradiction }) {
  return {
    text: isContradiction ? "≠" : "≈",
    colour: fade(isContradiction ? "no" : "muted", on),
  };
}

/**
 * Return the signs on lines and beside marks whose sources contradict each other or differ.
 * @param {Mark[]} marks
 * @param {Line[]} lines
 */
export function findSigns(marks, lines) {
  const onLines = lines.map(({ x1, y1, x2, y2, via, on, edge }) => ({
    x: (x1 + x2) / 4 + via.x / 2,
    y: (y1 + y2) / 4 + via.y / 2,
    on,
    facts: model.factsOf(edge),
  }));
  const atMarks = marks.map(({ x, y, r, on, node }) => ({
    x: x + 0.7 * r + SIGN_RADIUS,
    y: y - 0.7 * r - SIGN_RADIUS,
    on,
    facts: model.factsOf(node),
  }));
  return [...onLines, ...atMarks]
    .map(({ facts, ...place }) => ({
      ...place,
      isContradiction: facts.some(isContradicted),
      isSign: facts.some((fact) => isContradicted(fact) || isDisputed(fact)),
    }))
    .filter(({ isSign }) => isSign);
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {string} font
 * @param {number} haloWidth
 * @param {string} colour
 */
function setPen(pen, font, haloWidth, colour) {
  pen.font = font;
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  pen.lineWidth = haloWidth;
  pen.strokeStyle = getInk("surface");
  pen.fillStyle = colour;
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {string} text
 * @param {number} x
 * @param {number} y
 */
function drawText(pen, text, x, y) {
  pen.strokeText(text, x, y);
  pen.fillText(text, x, y);
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {EdgeLabel} edgeLabel
 */
export function drawEdgeLabel(pen, edgeLabel) {
  setPen(pen, FONTS.italic, 5, colourEdgeLabel(edgeLabel));
  drawText(pen, edgeLabel.text, edgeLabel.x, edgeLabel.y + LINE_HEIGHT / 2);
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {NodeLabel} label
 */
export function drawLabel(pen, label) {
  setPen(pen, label.isBold ? FONTS.bold : FONTS.plain, 4, colourLabel(label));
  pen.textAlign = label.align;
  const x = alignX(label);
  for (const [index, line] of label.lines.entries()) {
    drawText(pen, line, x, label.y + LINE_HEIGHT * (index + 0.5));
  }
}

/**
 * Return where the lines of a label are aligned.
 * @param {NodeLabel} label
 */
export function alignX({ align, x, w }) {
  return x + { left: 0, center: w / 2, right: w }[align];
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Sign} sign
 */
export function drawSign(pen, sign) {
  const { text, colour } = styleSign(sign);
  pen.beginPath();
  pen.arc(sign.x, sign.y, SIGN_RADIUS, 0, 2 * Math.PI);
  pen.fillStyle = getInk("surface");
  pen.fill();
  pen.lineWidth = 1;
  pen.strokeStyle = colour;
  pen.stroke();
  pen.font = `600 11px ${FONT_FAMILY}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillStyle = colour;
  pen.fillText(text, sign.x, sign.y + 0.5);
}
