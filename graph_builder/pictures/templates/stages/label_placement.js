import { boxAround, overlap, pointAlong, runsThrough } from "./geometry.js";

/** @import { Edge, Node, Thing } from "../core/model.js" */
/** @import { Box, Curve, Point, Size } from "./geometry.js" */

/**
 * @typedef {Point & { r: number, node: Node, on: boolean }} Mark
 * @typedef {Curve & { edge: Edge, on: boolean }} Line
 *
 * A box where a label may stand; slanted ones stand at a corner of the mark.
 * @typedef {Box & { align: "left" | "center" | "right", isSlanted?: boolean }} Slot
 *
 * @typedef {Slot & { isBold: boolean, mark: Mark, node: Node, lines: string[] }} NodeLabel
 * @typedef {Box & { edge: Edge, text: string }} EdgeLabel
 *
 * What labels are placed in and among.
 * @typedef {object} Scene
 * @property {Size} size
 * @property {Mark[]} marks the most important first
 * @property {Line[]} lines
 * @property {Point[]} signs
 * @property {Thing | null} chosen
 * @property {(text: string, face: "bold" | "plain" | "italic") => number} measure
 */

export const LINE_HEIGHT = 15;
export const SIGN_RADIUS = 6;
const GAP = 4;
const CLEARANCE = 2;
const HUB_DEGREE = 10;
const MAX_EDGE_LABELS = 40;
const MAX_EDGE_LABEL_LENGTH = 44;
/** Shares of a line at which its label may stand, the best first. */
const EDGE_LABEL_SHARES = [0.5, 0.42, 0.58, 0.34, 0.66, 0.74, 0.26];

/**
 * Return where the label of a mark may stand: below, right, left, above, then at the corners.
 * @param {Mark} mark
 * @param {number} w
 * @param {number} h
 * @returns {Slot[]}
 */
function listSlots(mark, w, h) {
  const reach = mark.r + GAP;
  const slant = mark.r * 0.7 + GAP;
  const corner = { w, h, isSlanted: true };
  const [left, right] = [mark.x - slant - w, mark.x + slant];
  const [above, below] = [mark.y - slant - h + 2, mark.y + slant - 2];
  return [
    { x: mark.x - w / 2, y: mark.y + reach - 1, w, h, align: "center" },
    { x: mark.x + reach + 1, y: mark.y - h / 2, w, h, align: "left" },
    { x: mark.x - reach - 1 - w, y: mark.y - h / 2, w, h, align: "right" },
    { x: mark.x - w / 2, y: mark.y - reach - h + 1, w, h, align: "center" },
    { x: right, y: below, align: "left", ...corner },
    { x: right, y: above, align: "left", ...corner },
    { x: left, y: below, align: "right", ...corner },
    { x: left, y: above, align: "right", ...corner },
  ];
}

/**
 * Return a centred slot moved a little aside where it would leave the drawing.
 * @param {Slot} slot
 * @param {Size} size
 */
function keepInSight(slot, size) {
  if (slot.align !== "center") return slot;
  const x = Math.min(Math.max(slot.x, 2), size.w - slot.w - 2);
  return Math.abs(x - slot.x) < slot.w / 3 ? { ...slot, x } : slot;
}

/**
 * Tell whether a box lies in the drawing and on no label.
 * @param {Box} box
 * @param {Size} size
 * @param {NodeLabel[]} labels
 */
function isFree(box, size, labels) {
  const { x, y, w, h } = box;
  if (x < 1 || y < 1 || x + w > size.w - 1 || y + h > size.h - 1) return false;
  return !labels.some((label) => overlap(box, label));
}

/**
 * Tell whether a box lies on no mark; what is faded may lie on what is lit.
 * @param {Box} box
 * @param {Mark[]} marks
 * @param {Mark | null} own
 */
function isOffMarks(box, marks, own) {
  return !marks.some(
    (near) =>
      near !== own &&
      (near.on || (own !== null && !own.on)) &&
      overlap(box, boxAround(near, near.r + CLEARANCE)),
  );
}

/**
 * @param {Box} box
 * @param {Point[]} signs
 */
function isOffSigns(box, signs) {
  return !signs.some((sign) => overlap(box, boxAround(sign, SIGN_RADIUS)));
}

/**
 * Return the first of the slots that the fewest lines run through.
 * @param {Slot[]} slots
 * @param {Line[]} lines
 */
function findClearest(slots, lines) {
  let best;
  let fewest = Number.POSITIVE_INFINITY;
  for (const slot of slots) {
    const hits = lines.filter((line) => runsThrough(line, slot)).length;
    if (hits < fewest) [best, fewest] = [slot, hits];
  }
  return best;
}

/**
 * Place the labels of marks, in their order, each in the free one of four places (Imhof 1975) that
 * the fewest lines run through, else at a corner, off the signs if it can. A hub may cover small
 * marks, what is chosen anything; what finds no room has no label.
 * @param {Scene} scene
 * @param {(node: Node) => string[]} wrapName
 * @param {(node: Node) => number} degree
 */
export function placeNodeLabels(scene, wrapName, degree) {
  /** @type {NodeLabel[]} */
  const labels = [];
  const lines = scene.lines.filter(({ on }) => on);
  for (const mark of scene.marks) {
    const text = wrapName(mark.node);
    if (!text.length) continue;
    const isBold = mark.node === scene.chosen || degree(mark.node) >= HUB_DEGREE;
    const widths = text.map((line) => scene.measure(line, isBold ? "bold" : "plain"));
    const slot = chooseSlot(scene, labels, lines, mark, isBold, {
      w: Math.max(...widths),
      h: text.length * LINE_HEIGHT,
    });
    if (slot) labels.push({ ...slot, isBold, mark, node: mark.node, lines: text });
  }
  return labels;
}

/**
 * @param {Scene} scene
 * @param {NodeLabel[]} labels
 * @param {Line[]} lines
 * @param {Mark} mark
 * @param {boolean} isBold
 * @param {Size} room
 */
function chooseSlot({ size, marks, signs, chosen }, labels, lines, mark, isBold, room) {
  const all = listSlots(mark, room.w, room.h).map((slot) => keepInSight(slot, size));
  const free = all.filter((slot) => isFree(slot, size, labels));
  const off = free.filter((slot) => isOffMarks(slot, marks, mark));
  const unsigned = off.filter((slot) => isOffSigns(slot, signs));
  const clear = unsigned.length ? unsigned : off;
  const straight = clear.filter((slot) => !slot.isSlanted);
  return (
    findClearest(straight, lines) ??
    clear[0] ??
    (isBold ? findClearest(free, lines) : undefined) ??
    (mark.node === chosen ? all[0] : undefined)
  );
}

/**
 * Place on lines what they say, where it is plain whose it is: on few lines, and where nothing else
 * is; on the line that is chosen always.
 * @param {Scene} scene
 * @param {NodeLabel[]} labels
 */
export function placeEdgeLabels(scene, labels) {
  /** @type {EdgeLabel[]} */
  const edgeLabels = [];
  const lit = scene.lines.filter(({ on, edge }) => on && !edge.mutual);
  const chosen = lit.filter(({ edge }) => edge === scene.chosen);
  const isUniform = lit.length > 2 && new Set(lit.map(({ edge }) => edge.relation)).size === 1;
  if (lit.length > MAX_EDGE_LABELS || (isUniform && !chosen.length)) return edgeLabels;
  for (const line of chosen.length ? chosen : lit) {
    const text = shorten(line.edge.relation);
    const w = scene.measure(text, "italic");
    const boxes = EDGE_LABEL_SHARES.map((share) => {
      const { x, y } = pointAlong(line, share);
      return { x: x - w / 2, y: y - LINE_HEIGHT / 2, w, h: LINE_HEIGHT };
    });
    const isPlain = (/** @type {Box} */ box) =>
      isFree(box, scene.size, labels) &&
      isOffMarks(box, scene.marks, null) &&
      isOffSigns(box, scene.signs) &&
      !edgeLabels.some((other) => overlap(box, other)) &&
      !lit.some((other) => other !== line && runsThrough(other, box));
    const box = boxes.find(isPlain) ?? (chosen.length ? boxes[0] : undefined);
    if (box) edgeLabels.push({ ...box, edge: line.edge, text });
  }
  return edgeLabels;
}

/** @param {string} text */
function shorten(text) {
  if (text.length <= MAX_EDGE_LABEL_LENGTH) return text;
  return `${text.slice(0, MAX_EDGE_LABEL_LENGTH - 1)}…`;
}
