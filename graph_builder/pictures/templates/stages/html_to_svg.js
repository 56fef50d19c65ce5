import { makeSvg } from "../core/dom.js";

/** @typedef {{ left: number, top: number }} Origin the corner of the board in the window */

/**
 * Return what stands in a board as elements of SVG: text, boxes and drawings.
 * @param {HTMLElement} board
 */
export function convertHtmlToSvg(board) {
  const place = board.getBoundingClientRect();
  const origin = { left: place.left - board.scrollLeft, top: place.top - board.scrollTop };
  return [...board.childNodes].flatMap((child) => convertNode(child, board, origin));
}

/**
 * @param {ChildNode} node
 * @param {HTMLElement} board
 * @param {Origin} origin
 * @returns {SVGElement[]}
 */
function convertNode(node, board, origin) {
  if (node instanceof Text) return convertText(node, board, origin);
  if (!(node instanceof Element) || getComputedStyle(node).visibility === "hidden") return [];
  if (!node.checkVisibility() || node.classList.contains("unseen")) return [];
  if (node instanceof SVGSVGElement) return [copySvg(node, board, origin)];
  const children = [...node.childNodes].flatMap((child) => convertNode(child, board, origin));
  return [...convertBox(node, board, origin), ...children];
}

/**
 * Return the lines of a text, where they stand in the board; upright ones read upwards.
 * @param {Text} node
 * @param {HTMLElement} board
 * @param {Origin} origin
 */
function convertText(node, board, origin) {
  const parent = node.parentElement;
  if (!parent) return [];
  const style = getComputedStyle(parent);
  const isUpright = style.writingMode.startsWith("vertical");
  return splitLines(node, isUpright).map(({ place, text }) => {
    const attributes = {
      ...(isUpright ? placeUpright(place, origin) : placeLevel(place, origin)),
      fill: style.color,
      "font-size": style.fontSize,
      "font-weight": style.fontWeight,
      "font-style": style.fontStyle,
      opacity: multiplyOpacity(parent, board),
    };
    return makeSvg("text", attributes, text.trimEnd());
  });
}

/**
 * Return the lines of a text with the place of their first letter.
 * @param {Text} node
 * @param {boolean} isUpright
 */
function splitLines(node, isUpright) {
  const range = document.createRange();
  const side = isUpright ? "left" : "top";
  /** @type {{ place: DOMRect, text: string }[]} */
  const lines = [];
  for (let at = 0; at < node.length; at += 1) {
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    const place = range.getClientRects()[0];
    if (!place) continue;
    const last = lines.at(-1);
    const letter = node.data.charAt(at);
    if (last && Math.abs(last.place[side] - place[side]) < 2) last.text += letter;
    else lines.push({ place, text: letter });
  }
  return lines.filter(({ text }) => text.trim());
}

/**
 * @param {DOMRect} place
 * @param {Origin} origin
 */
function placeLevel(place, { left, top }) {
  const y = place.bottom - top - place.height * 0.25;
  return { x: (place.left - left).toFixed(1), y: y.toFixed(1) };
}

/**
 * @param {DOMRect} place
 * @param {Origin} origin
 */
function placeUpright(place, { left, top }) {
  const x = (place.right - left - place.width * 0.25).toFixed(1);
  const y = (place.bottom - top).toFixed(1);
  return { x, y, transform: `rotate(-90 ${x} ${y})` };
}

/**
 * Return the opacity that an element has by all that it stands in.
 * @param {Element} element
 * @param {HTMLElement} board
 */
function multiplyOpacity(element, board) {
  let opacity = 1;
  /** @type {Element | null} */
  let at = element;
  while (at && at !== board.parentElement) {
    opacity *= Number(getComputedStyle(at).opacity);
    at = at.parentElement;
  }
  return opacity.toFixed(2);
}

/**
 * Return the background and the borders of an element.
 * @param {Element} element
 * @param {HTMLElement} board
 * @param {Origin} origin
 */
function convertBox(element, board, origin) {
  const style = getComputedStyle(element);
  const { left, top, width, height } = element.getBoundingClientRect();
  const box = { x: left - origin.left, y: top - origin.top, width, height };
  const opacity = multiplyOpacity(element, board);
  const parts = [];
  if (!/^rgba\(.*, 0\)$|^transparent$/.test(style.backgroundColor)) {
    parts.push(makeSvg("rect", { ...box, opacity, fill: style.backgroundColor }));
  }
  const [right, bottom] = [box.x + width, box.y + height];
  const borders = [
    { side: "top", x1: box.x, y1: box.y, x2: right, y2: box.y },
    { side: "bottom", x1: box.x, y1: bottom, x2: right, y2: bottom },
    { side: "left", x1: box.x, y1: box.y, x2: box.x, y2: bottom },
    { side: "right", x1: right, y1: box.y, x2: right, y2: bottom },
  ];
  for (const { side, ...ends } of borders) {
    const strokeWidth = Number.parseFloat(style.getPropertyValue(`border-${side}-width`));
    if (!strokeWidth || style.getPropertyValue(`border-${side}-style`) === "none") continue;
    const stroke = style.getPropertyValue(`border-${side}-color`);
    parts.push(makeSvg("line", { ...ends, stroke, "stroke-width": strokeWidth, opacity }));
  }
  return parts;
}

/** What a drawing of the page has for its readers, not for a file. */
const READER_ATTRIBUTES = ["class", "aria-label", "data-of", "data-name", "role", "tabindex"];
const STYLES = [
  "fill",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "opacity",
  "font-size",
  "font-weight",
  "font-style",
  "text-anchor",
];

/**
 * Return a copy of a drawing in the board, with the styles that the page's sheet gives it.
 * @param {SVGSVGElement} drawing
 * @param {HTMLElement} board
 * @param {Origin} origin
 */
function copySvg(drawing, board, origin) {
  const copy = /** @type {SVGSVGElement} */ (drawing.cloneNode(true));
  const copies = [copy, ...copy.querySelectorAll("*")];
  for (const [at, element] of [drawing, ...drawing.querySelectorAll("*")].entries()) {
    const style = getComputedStyle(element);
    for (const name of READER_ATTRIBUTES) copies[at]?.removeAttribute(name);
    if (!at) continue;
    for (const name of STYLES) copies[at]?.setAttribute(name, style.getPropertyValue(name));
  }
  const { left, top, width, height } = drawing.getBoundingClientRect();
  const box = { x: left - origin.left, y: top - origin.top, width, height };
  for (const [name, value] of Object.entries(box)) copy.setAttribute(name, String(value));
  copy.setAttribute("opacity", multiplyOpacity(drawing, board));
  return copy;
}
