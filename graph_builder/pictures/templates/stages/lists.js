import { makeSvg } from "../core/dom.js";
import { startPage } from "../core/page.js";
import { filter, model, state } from "../core/session.js";
import { board, htmlStage, thingOf } from "./html_stage.js";

/** @import { Edge, Node as GraphNode, Thing } from "../core/model.js" */

/** Edges from what is pointed at or chosen to what it is linked to in other columns. */
const layer = makeSvg("svg", { id: "connections", "aria-hidden": "true" });
/** @type {Thing | null} */
let pointed = null;

/**
 * Return the boxes of a node, or of the headings of the folds that hide it.
 * @param {GraphNode} node
 */
function placesOf(node) {
  const parts = [...board.querySelectorAll(`[data-of~="${node.key}"]`)];
  const visible = parts.filter((part) => part.checkVisibility());
  const found = visible.length
    ? visible.map((part) => part.querySelector(".item") ?? part)
    : parts.flatMap((part) => part.closest("details")?.querySelector("summary") ?? []);
  return found.map((part) => part.getBoundingClientRect());
}

/** @param {Thing} thing */
function listConnections(thing) {
  if (thing.type === "edge") return [thing];
  if (thing.type === "bundle") return [];
  const { focus } = model.payload;
  return model
    .edgesOf(thing)
    .filter((edge) => edge.source.key !== focus && edge.target.key !== focus);
}

/**
 * Return the shortest line from column to column; edges within a column have none.
 * @param {Edge} edge
 * @param {DOMRect} whole
 */
function makeConnection(edge, whole) {
  const others = placesOf(edge.target);
  const pairs = placesOf(edge.source).flatMap((one) =>
    others.map((two) =>
      one.left < two.left ? { left: one, right: two } : { left: two, right: one },
    ),
  );
  const [nearest] = pairs
    .map(({ left, right }) => ({ left, right, gap: right.left - left.right }))
    .sort((one, two) => one.gap - two.gap);
  if (!nearest || nearest.gap < 0) return [];
  const { left, right, gap } = nearest;
  const [x1, y1] = [left.right - whole.left + board.scrollLeft, left.top + 9 - whole.top];
  const [x2, y2] = [x1 + gap, right.top + 9 - whole.top];
  const d = `M${x1} ${y1}C${x1 + gap / 2} ${y1} ${x2 - gap / 2} ${y2} ${x2} ${y2}`;
  return [makeSvg("path", { class: `l-${edge.style}`, d })];
}

function showConnections() {
  const thing = state.thing ?? pointed;
  for (const side of ["width", "height"]) layer.setAttribute(side, "0"); // else it widens the board
  layer.setAttribute("width", String(board.scrollWidth));
  layer.setAttribute("height", String(board.scrollHeight));
  const whole = board.getBoundingClientRect();
  const connections = thing ? listConnections(thing).filter((edge) => filter.allowsEdge(edge)) : [];
  layer.replaceChildren(...connections.flatMap((edge) => makeConnection(edge, whole)));
}

/** @param {Thing | null} thing */
function pointAt(thing) {
  const isFromFocus = thing?.type === "edge" && thing.source.key === model.payload.focus;
  const next = thing?.type === "edge" ? (isFromFocus ? thing.target : thing.source) : thing;
  if (next === pointed) return;
  pointed = next;
  showConnections();
}

/** Scroll to what is chosen, and open its fold if it is hidden. */
function revealChosen() {
  const parts = [...board.querySelectorAll(".chosen")];
  const first = parts.find((part) => part.checkVisibility()) ?? parts[0];
  let fold = first?.closest("details");
  while (fold) {
    fold.open = true;
    fold = fold.parentElement?.closest("details");
  }
  first?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function startConnections() {
  board.append(layer);
  board.addEventListener("pointerover", (event) => pointAt(thingOf(event)));
  board.addEventListener("pointerleave", () => pointAt(null));
  board.addEventListener("toggle", showConnections, true);
  window.addEventListener("resize", showConnections);
}

startPage({
  ...htmlStage,
  start(onPick) {
    htmlStage.start(onPick);
    startConnections();
  },
  show(hasMoved) {
    htmlStage.show(hasMoved);
    if (hasMoved && state.thing) revealChosen();
    showConnections();
  },
});
