import { byId, selectAll } from "../core/dom.js";
import { groupOf, styleOf } from "../core/marks.js";
import { wrapName } from "../core/names.js";
import { startPage } from "../core/page.js";
import { filter, model, nameOf, reducedMotion, state } from "../core/session.js";
import {
  colourEdge,
  colourMark,
  drawEdgeLabel,
  drawLabel,
  drawSign,
  EDGE_LABEL_SIZE,
  FONTS,
  findSigns,
  getInk,
  LABEL_SIZE,
  refreshColours,
} from "./drawing.js";
import { findBend, overlap } from "./geometry.js";
import { placeEdgeLabels, placeNodeLabels } from "./label_placement.js";
import { makeNetworkSvg } from "./network_svg.js";

/** @import { Edge, Node, Thing } from "../core/model.js" */
/** @import { Stage } from "../core/page.js" */
/** @import { Box, Point } from "./geometry.js" */
/** @import { EdgeLabel, NodeLabel, Line, Mark } from "./label_placement.js" */

const NARROW = 600;
const MIN_ZOOM = 0.15;
const MAX_ZOOM = 6;
const holder = byId("canvas", HTMLElement);
const tip = byId("tip", HTMLElement);
const markSet = new vis.DataSet();
const lineSet = new vis.DataSet();
/** @type {VisNetwork} */
let network;
/** @type {Map<string, string[]>} */
const wrapped = new Map();
/** @type {Map<string, number>} */
const widths = new Map();
/** @type {NodeLabel[]} */
let labels = [];
/** @type {EdgeLabel[]} */
let edgeLabels = [];
let growth = 1;
let isUpright = false;
let stepsBefore = 0;

/**
 * @param {Node} node
 * @param {boolean} isOn
 * @param {boolean} isShown
 */
function styleMark(node, isOn, isShown) {
  const isChosen = node === state.thing;
  const { shape, hollow } = groupOf(node);
  const { fill, stroke } = colourMark(node, isOn);
  return {
    id: node.key,
    shape,
    x: node.x,
    y: node.y,
    size: node.size * growth,
    hidden: !isShown,
    color: { background: fill, border: isChosen && !hollow ? getInk("ink") : stroke },
    borderWidth: isChosen ? 3 : hollow ? 2.4 : 1.5,
  };
}

/**
 * @param {Edge} edge
 * @param {boolean} isOn
 * @param {boolean} isShown
 */
function styleLine(edge, isOn, isShown) {
  const { width, dashes } = styleOf(edge);
  const color = colourEdge(edge, isOn);
  return {
    id: edge.key,
    from: edge.source.key,
    to: edge.target.key,
    dashes: dashes.length ? dashes : false,
    smooth: edge.smooth ?? false,
    color: { color, highlight: color, hover: color, inherit: false },
    width: (edge.width || width) + (edge === state.thing ? 2 : 0),
    hidden: !isShown,
    ...(edge.mutual && { arrows: { to: { enabled: false } } }),
    ...(edge.selfReference && { selfReference: edge.selfReference }),
  };
}

function restyle() {
  const lit = filter.highlightedNodes();
  const shown = filter.shownNodes();
  markSet.update(model.nodes.map((node) => styleMark(node, lit.has(node), shown.has(node))));
  lineSet.update(
    model.edges.map((edge) => {
      const isShown = shown.has(edge.source) && shown.has(edge.target);
      return styleLine(edge, filter.lightsEdge(edge), isShown);
    }),
  );
}

function getSize() {
  return { w: holder.clientWidth, h: holder.clientHeight };
}

/**
 * Return the marks that are shown, where they stand in the window, the most important first.
 * @returns {Mark[]}
 */
function listMarks() {
  const shown = filter.shownNodes();
  const lit = filter.highlightedNodes();
  const scale = network.getScale();
  const rank = (/** @type {Node} */ node) =>
    (node === state.thing ? 2e6 : lit.has(node) ? 1e3 : 0) + model.degree(node);
  return model.nodes
    .filter((node) => shown.has(node))
    .sort((one, two) => rank(two) - rank(one))
    .map((node) => ({
      ...network.canvasToDOM(node),
      r: node.size * growth * scale,
      node,
      on: lit.has(node),
    }));
}

/** @returns {Line[]} */
function listLines() {
  const shown = filter.shownNodes();
  return model.edges
    .filter((edge) => shown.has(edge.source) && shown.has(edge.target))
    .map((edge) => {
      const from = network.canvasToDOM(edge.source);
      const to = network.canvasToDOM(edge.target);
      const via = network.canvasToDOM(findBend(edge.source, edge.target, edge.smooth));
      return { x1: from.x, y1: from.y, x2: to.x, y2: to.y, via, edge, on: filter.lightsEdge(edge) };
    });
}

/** @param {Node} node */
function wrapNameOf(node) {
  const name = nameOf(node);
  const lines = wrapped.get(name) ?? wrapName(name);
  wrapped.set(name, lines);
  return lines;
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {string} text
 * @param {"bold" | "plain" | "italic"} face
 */
function measureText(pen, text, face) {
  const key = `${face} ${text}`;
  pen.font = FONTS[face];
  const width = widths.get(key) ?? pen.measureText(text).width;
  widths.set(key, width);
  return width;
}

/**
 * Draw what vis-network does not: labels of nodes and edges, and signs, at a size
 * that zoom leaves alone.
 * @param {CanvasRenderingContext2D} pen
 */
function drawOverlay(pen) {
  const ratio = pen.canvas.width / pen.canvas.clientWidth;
  const [marks, lines] = [listMarks(), listLines()];
  const signs = findSigns(marks, lines);
  pen.save();
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  const scene = {
    size: getSize(),
    marks,
    lines,
    signs,
    chosen: state.thing,
    measure: (/** @type {string} */ text, /** @type {"bold" | "plain" | "italic"} */ face) =>
      measureText(pen, text, face),
  };
  labels = placeNodeLabels(scene, wrapNameOf, (node) => model.degree(node));
  edgeLabels = placeEdgeLabels(scene, labels);
  for (const edgeLabel of edgeLabels) drawEdgeLabel(pen, edgeLabel);
  for (const label of labels) drawLabel(pen, label);
  for (const sign of signs) drawSign(pen, sign);
  pen.restore();
}

/** @param {Point} point */
function nodeAt(point) {
  const [near] = listMarks()
    .map((mark) => ({
      mark,
      gap: Math.hypot(mark.x - point.x, mark.y - point.y) - Math.max(mark.r, 6),
    }))
    .filter((hit) => hit.gap < 4)
    .sort((one, two) => one.gap - two.gap);
  const spot = { x: point.x, y: point.y, w: 0.1, h: 0.1 };
  return near?.mark.node ?? labels.find((label) => overlap(spot, label))?.node;
}

/**
 * @param {Point} point
 * @returns {Thing | null}
 */
function thingAt(point) {
  return nodeAt(point) ?? edgeAt(point);
}

/** @param {Point} point */
function edgeAt(point) {
  return model.things.get(network.getEdgeAt(point) ?? "") ?? null;
}

/** On a screen that is higher than wide, such as a phone's, turn the drawing a quarter round. */
function rotateIfPortrait() {
  const { w, h } = getSize();
  if (isUpright === h > w || !w || !h) return;
  isUpright = h > w;
  for (const node of model.nodes) {
    const [x, y] = isUpright ? [-node.y, node.x] : [node.y, -node.x];
    Object.assign(node, { x, y });
  }
}

/**
 * Fit nodes into the window.
 * @param {boolean} isMoved
 * @param {Set<Node>} [nodes]
 */
function fitNodes(isMoved, nodes = filter.shownNodes()) {
  const { w, h } = getSize();
  if (!nodes.size || !w || !h) return;
  const [xs, ys] = [[...nodes].map(({ x }) => x), [...nodes].map(({ y }) => y)];
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  const margin = Math.min(110, w * 0.14);
  const scale = Math.min((w - margin) / (right - left || 1), (h - 84) / (bottom - top || 1), 1.5);
  const position = { x: (left + right) / 2, y: (top + bottom) / 2 + 12 / scale };
  growth = Math.min(1.8, Math.max(1, 0.72 / scale));
  network.moveTo({ position, scale, animation: animate(isMoved, 300) });
}

/** Draw for the size that the window has now. */
function fitNewSize() {
  rotateIfPortrait();
  fitNodes(false);
  restyle();
}

/**
 * @param {boolean} isWanted
 * @param {number} duration
 */
function animate(isWanted, duration) {
  return isWanted && !reducedMotion.matches ? { duration } : false;
}

/** @param {string | undefined} way */
function zoom(way) {
  if (way === "fit") {
    fitNodes(true);
    restyle();
    return;
  }
  const wanted = network.getScale() * (way === "in" ? 1.35 : 1 / 1.35);
  const scale = Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, wanted));
  network.moveTo({ scale, animation: animate(true, 200) });
}

/**
 * Return what is not to be read in the drawing: what a line says, a name without a label.
 * @param {Thing | null} thing
 */
function describeTip(thing) {
  if (thing?.type === "edge") {
    return `${nameOf(thing.source)} – ${thing.relation} – ${nameOf(thing.target)}`;
  }
  const isLabelled = labels.some((label) => label.node === thing);
  return thing?.type === "node" && !isLabelled ? nameOf(thing) : "";
}

/**
 * @param {Thing | null} thing
 * @param {Point} point
 */
function showTip(thing, point) {
  const text = describeTip(thing);
  tip.hidden = !text;
  tip.textContent = text;
  if (!text) return;
  const { w } = getSize();
  tip.style.left = `${Math.max(0, Math.min(point.x + 14, w - tip.offsetWidth - 4))}px`;
  tip.style.top = `${Math.max(0, point.y - tip.offsetHeight - 10)}px`;
}

/** @param {PointerEvent} event */
function hover(event) {
  if (event.pointerType === "touch") return;
  const box = holder.getBoundingClientRect();
  const point = { x: event.clientX - box.left, y: event.clientY - box.top };
  const thing = event.buttons ? null : thingAt(point);
  holder.style.cursor = thing ? "pointer" : "grab";
  showTip(thing, point);
}

/**
 * The wheel scrolls the page; with Ctrl or a pinch it zooms the drawing.
 * @param {WheelEvent} event
 */
function ignorePlainWheel(event) {
  if (!event.ctrlKey && !event.metaKey) event.stopImmediatePropagation();
}

/** Functions by which tests look at the drawing. */
function exposeForTests() {
  const box = (/** @type {Box} */ { x, y, w, h }) => ({ x, y, w, h });
  const id = (/** @type {Node} */ node) => model.expandIri(node.id);
  return {
    edgeAt: (/** @type {number} */ x, /** @type {number} */ y) => {
      const edge = edgeAt({ x, y });
      return edge ? `#${edge.link}` : null;
    },
    labels: () => labels.map((each) => ({ id: id(each.node), px: LABEL_SIZE, ...box(each) })),
    words: () => edgeLabels.map((each) => ({ text: each.text, px: EDGE_LABEL_SIZE, ...box(each) })),
    marks: () => listMarks().map(({ x, y, r, node, on }) => ({ id: id(node), x, y, r, on })),
    positions: () => {
      const shown = filter.shownNodes();
      const nodes = model.nodes.filter((node) => shown.has(node));
      return nodes.map((node) => ({ id: id(node), ...network.getPosition(node.key) }));
    },
    redraw: () => network.redraw(),
    scale: () => network.getScale(),
  };
}

/** @type {Stage} */
const stage = {
  start(onPick) {
    rotateIfPortrait();
    restyle();
    holder.addEventListener("wheel", ignorePlainWheel, { capture: true, passive: true });
    network = new vis.Network(holder, { nodes: markSet, edges: lineSet }, model.payload.options);
    holder.querySelector("[tabindex]")?.removeAttribute("tabindex");
    network.on("afterDrawing", drawOverlay);
    network.on("click", (event) => onPick(thingAt(event.pointer.DOM)));
    // Once it has told of a new size, vis sets the scale that it had, by the mean of the ratios of
    // both sides; so the drawing is fitted after that.
    network.on("resize", () => queueMicrotask(fitNewSize));
    holder.addEventListener("pointermove", hover);
    holder.addEventListener("pointerleave", () => {
      tip.hidden = true;
    });
    for (const button of selectAll("#zoom button")) {
      button.addEventListener("click", () => zoom(button.dataset.zoom));
    }
    fitNodes(false);
    restyle();
  },
  show(hasMoved) {
    refreshColours();
    if (hasMoved && getSize().w < NARROW) {
      fitNodes(true, state.steps || !state.thing ? filter.shownNodes() : filter.highlightedNodes());
    } else if (state.steps || stepsBefore !== state.steps) {
      fitNodes(true);
    }
    stepsBefore = state.steps;
    restyle();
    if (hasMoved && state.thing) holder.parentElement?.scrollIntoView({ block: "nearest" });
  },
  svg() {
    const { w, h } = getSize();
    const [marks, lines] = [listMarks(), listLines()];
    const scene = { marks, lines, edgeLabels, labels, signs: findSigns(marks, lines) };
    return { width: w, height: h, parts: makeNetworkSvg(scene) };
  },
  tests: exposeForTests,
};

startPage(stage);
