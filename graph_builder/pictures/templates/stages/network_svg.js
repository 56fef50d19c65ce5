import { makeSvg } from "../core/dom.js";
import { groupOf, shapePath, styleOf } from "../core/marks.js";
import {
  alignX,
  colourEdge,
  colourEdgeLabel,
  colourLabel,
  colourMark,
  EDGE_LABEL_SIZE,
  getInk,
  LABEL_SIZE,
  styleSign,
} from "./drawing.js";
import { LINE_HEIGHT, SIGN_RADIUS } from "./label_placement.js";

/** @import { Attributes } from "../core/dom.js" */
/** @import { Sign } from "./drawing.js" */
/** @import { EdgeLabel, NodeLabel, Line, Mark } from "./label_placement.js" */

/**
 * Return the drawing as elements of SVG, mark for mark and line for line as it stands.
 * @param {{ marks: Mark[], lines: Line[], edgeLabels: EdgeLabel[], labels: NodeLabel[], signs: Sign[] }} scene
 */
export function makeNetworkSvg({ marks, lines, edgeLabels, labels, signs }) {
  const reach = new Map(marks.map(({ node, r }) => [node, r]));
  return [
    ...lines.map((line) => convertLine(line, reach.get(line.edge.target) ?? 0)),
    ...marks.map(convertMark),
    ...edgeLabels.map(convertEdgeLabel),
    ...labels.map(convertLabel),
    ...signs.flatMap(convertSign),
  ];
}

/**
 * Return a line, with a head where it meets the mark of its target.
 * @param {Line} line
 * @param {number} reach of that mark
 */
function convertLine({ x1, y1, x2, y2, via, edge, on }, reach) {
  const stroke = colourEdge(edge, on);
  if (edge.source === edge.target) {
    return makeSvg("circle", { cx: x1 + reach, cy: y1 - reach, r: reach, fill: "none", stroke });
  }
  const { width, dashes } = styleOf(edge);
  const turn = Math.atan2(y2 - via.y, x2 - via.x);
  const [tipX, tipY] = [x2 - reach * Math.cos(turn), y2 - reach * Math.sin(turn)];
  const corner = (/** @type {number} */ side) =>
    formatPoint(tipX - 7 * Math.cos(turn + side), tipY - 7 * Math.sin(turn + side));
  const tip = formatPoint(tipX, tipY);
  const line = makeSvg("path", {
    "stroke-width": edge.width || width,
    "stroke-dasharray": dashes.join(" ") || "none",
    d: `M${formatPoint(x1, y1)}Q${formatPoint(via.x, via.y)} ${tip}`,
  });
  const head = makeSvg("path", { d: `M${corner(0.4)}L${tip}L${corner(-0.4)}z`, fill: stroke });
  return makeSvg("g", { stroke, fill: "none" }, ...(edge.mutual ? [line] : [line, head]));
}

/**
 * @param {number} x
 * @param {number} y
 */
function formatPoint(x, y) {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}

/** @param {Mark} mark */
function convertMark({ x, y, r, node, on }) {
  const place = `translate(${formatPoint(x, y)}) scale(${(r / 7).toFixed(3)}) translate(-8 -8)`;
  return makeSvg("path", {
    d: shapePath(node),
    transform: place,
    ...colourMark(node, on),
    "stroke-width": groupOf(node).hollow ? 2 : 1,
  });
}

/** @param {Sign} sign */
function convertSign(sign) {
  const { text, colour: stroke } = styleSign(sign);
  const { x, y } = sign;
  return [
    makeSvg("circle", { cx: x, cy: y, r: SIGN_RADIUS, fill: getInk("surface"), stroke }),
    makeSvg(
      "text",
      { x, y: y + 4, "text-anchor": "middle", "font-size": 11, "font-weight": 600, fill: stroke },
      text,
    ),
  ];
}

/**
 * Return what gives text a halo of a width.
 * @param {number} width
 * @returns {Attributes}
 */
function haloOf(width) {
  return {
    stroke: getInk("surface"),
    "stroke-width": width,
    "stroke-linejoin": "round",
    "paint-order": "stroke",
  };
}

/** @param {EdgeLabel} edgeLabel */
function convertEdgeLabel(edgeLabel) {
  const attributes = {
    x: edgeLabel.x.toFixed(1),
    y: (edgeLabel.y + LINE_HEIGHT * 0.75).toFixed(1),
    "font-size": EDGE_LABEL_SIZE,
    "font-style": "italic",
    fill: colourEdgeLabel(edgeLabel),
    ...haloOf(4),
  };
  return makeSvg("text", attributes, edgeLabel.text);
}

/** @param {NodeLabel} label */
function convertLabel(label) {
  const x = alignX(label).toFixed(1);
  const rows = label.lines.map((line, at) =>
    makeSvg("tspan", { x, y: (label.y + LINE_HEIGHT * (at + 0.8)).toFixed(1) }, line),
  );
  const attributes = {
    "text-anchor": { left: "start", center: "middle", right: "end" }[label.align],
    "font-size": LABEL_SIZE,
    "font-weight": label.isBold ? 600 : 400,
    fill: colourLabel(label),
    ...haloOf(3),
  };
  return makeSvg("text", attributes, ...rows);
}
