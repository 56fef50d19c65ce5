import { formatFragment } from "./address.js";
import { remaining } from "./controls.js";
import { byId, makeElement, makeSvg, selectAll } from "./dom.js";
import { formatCsv, formatGexf, formatTurtle } from "./formats.js";
import { announce } from "./panel.js";
import { filter, model, state } from "./session.js";
import { formatCount } from "./text.js";
import { FONT_FAMILY, getColour } from "./theme.js";

/** @import { Stage } from "./page.js" */

const HEAD_HEIGHT = 34;
const FOOT_HEIGHT = 26;
const MIN_WIDTH = 320;
const menu = byId("share", HTMLDetailsElement);

/**
 * The formats in which a picture is shared.
 * @type {Record<string, { media: string, make: (stage: Stage) => BlobPart | Promise<BlobPart> }>}
 */
const FORMATS = {
  csv: { media: "text/csv", make: () => formatCsv(model, filter.sharedFacts(), state.lang) },
  gexf: {
    media: "application/gexf+xml",
    make: () => formatGexf(model, filter.sharedNetwork(), state.lang),
  },
  png: { media: "image/png", make: (stage) => makePng(stage) },
  svg: { media: "image/svg+xml", make: (stage) => makePictureSvg(stage) },
  ttl: { media: "text/turtle", make: () => formatTurtle(model, filter.sharedFacts()) },
};

/**
 * @param {string} words
 * @param {number} size
 */
function measureWidth(words, size) {
  const pen = document.createElement("canvas").getContext("2d");
  if (!pen) return 0;
  pen.font = `${size}px ${FONT_FAMILY}`;
  return pen.measureText(words).width;
}

/**
 * @param {number} x
 * @param {number} y
 * @param {number | string} size
 * @param {string} fill
 * @param {string} words
 */
function makeText(x, y, size, fill, words) {
  return makeSvg("text", { x, y, "font-size": size, fill: getColour(fill) }, words);
}

/**
 * Return the legend, which explains symbols and lines, in rows of a width.
 * @param {number} width
 */
function makeLegend(width) {
  let [x, y] = [12, 16];
  const parts = [];
  for (const chip of selectAll("[data-mark], [data-line]")) {
    const icon = chip.querySelector("svg");
    const path = icon?.firstElementChild;
    if (!icon || !path) continue;
    const words = (chip.textContent ?? "").trim();
    const isLine = icon.classList.contains("line");
    const iconWidth = isLine ? 44 : 16;
    const room = iconWidth + 24 + measureWidth(words, 12);
    if (x + room > width && x > 12) [x, y] = [12, y + 20];
    const style = getComputedStyle(path);
    const attributes = {
      d: path.getAttribute("d") ?? "",
      transform: `translate(${x} ${y - (isLine ? 8 : 12)})`,
      fill: style.fill,
      stroke: style.stroke,
      "stroke-width": style.strokeWidth,
      "stroke-dasharray": style.strokeDasharray,
    };
    parts.push(makeSvg("path", attributes), makeText(x + iconWidth + 6, y, 12, "ink", words));
    x += room;
  }
  return { parts, height: parts.length ? y + 8 : 0 };
}

/** Return the sources of the picture, and how many facts the filters leave. */
function makeFootnote() {
  const sources = Object.values(model.payload.sources);
  const [only] = sources;
  const publisher = only?.publisher ? `, ${only.publisher}` : "";
  const rest =
    only && sources.length === 1
      ? `Source: ${only.title}${publisher}`
      : `${formatCount(model.facts.length, "fact", "facts")} from ${sources.length} sources`;
  return [rest, remaining.textContent].filter(Boolean).join(". ");
}

/**
 * Return the picture as an SVG document, with its heading and legend.
 * @param {Stage} stage
 */
export function makePictureSvg(stage) {
  const { width: inner, height, parts } = stage.svg();
  const width = Math.max(inner, MIN_WIDTH);
  const legend = makeLegend(width);
  const total = height + HEAD_HEIGHT + legend.height + FOOT_HEIGHT;
  const heading = document.querySelector("h1")?.textContent ?? "";
  const headingSize = Math.min(19, (19 * (width - 24)) / measureWidth(heading, 19)).toFixed(1);
  const whole = makeSvg(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width,
      height: total,
      viewBox: `0 0 ${width} ${total}`,
      "font-family": FONT_FAMILY,
    },
    makeSvg("rect", { width, height: total, fill: getColour("surface") }),
    makeText(12, 24, headingSize, "ink", heading),
    makeSvg("g", { transform: `translate(0 ${HEAD_HEIGHT})` }, ...parts),
    makeSvg("g", { transform: `translate(0 ${HEAD_HEIGHT + height})` }, ...legend.parts),
    makeText(12, total - 9, 12, "muted", makeFootnote()),
  );
  return `${serialiseXml(whole)}\n`;
}

/** @param {Element} element */
function serialiseXml(element) {
  const text = new XMLSerializer().serializeToString(element);
  // XML has no way to write control characters
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd");
}

/**
 * @param {Stage} stage
 * @returns {Promise<Blob>}
 */
async function makePng(stage) {
  const svg = new Blob([makePictureSvg(stage)], { type: "image/svg+xml" });
  const address = URL.createObjectURL(svg);
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = 2 * image.naturalWidth;
  canvas.height = 2 * image.naturalHeight;
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(address);
  return new Promise((resolve, reject) => {
    const finish = (/** @type {Blob | null} */ blob) => {
      if (blob) resolve(blob);
      else reject(new Error("the picture is too large for a PNG"));
    };
    canvas.toBlob(finish, "image/png");
  });
}

/**
 * Return what is shown in a format.
 * @param {Stage} stage
 * @param {string} kind
 */
export function shareAs(stage, kind) {
  return FORMATS[kind]?.make(stage);
}

/**
 * @param {Stage} stage
 * @param {string} kind
 */
async function save(stage, kind) {
  const format = FORMATS[kind];
  if (!format) return;
  const content = await format.make(stage);
  const anchor = makeElement("a", "");
  anchor.href = URL.createObjectURL(new Blob([content], { type: format.media }));
  anchor.download = `${makeFileName(document.title)}.${kind}`;
  anchor.click();
  URL.revokeObjectURL(anchor.href);
  announce(`${anchor.download}: saved`);
}

/** @param {string} title */
function makeFileName(title) {
  const words = title.normalize("NFKD").replace(/[^\w]+/g, "-");
  return words.replace(/^-|-$/g, "").toLowerCase().slice(0, 60) || "picture";
}

/** @param {string} text */
async function copy(text) {
  const place = byId("copied", HTMLInputElement);
  place.value = text;
  place.hidden = false;
  place.select();
  try {
    await navigator.clipboard?.writeText(text);
    announce("Copied");
  } catch {
    // without permission to write, readers copy the selected text themselves
  }
}

function makeFrame() {
  const page = location.href.split("#")[0];
  const fragment = formatFragment({ ...state, embed: true });
  const title = document.title.replace(/[<>"&]/g, "");
  return `<iframe src="${page}${fragment}" width="800" height="600" title="${title}"></iframe>`;
}

/** @param {Stage} stage */
export function startSharing(stage) {
  document.addEventListener("click", (event) => {
    if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    menu.open = false;
    menu.querySelector("summary")?.focus();
  });
  /** @type {Record<string, () => unknown>} */
  const actions = {
    link: () => copy(location.href),
    frame: () => copy(makeFrame()),
    print: () => window.print(),
  };
  for (const button of selectAll("[data-share]")) {
    const kind = button.dataset.share ?? "";
    button.addEventListener("click", actions[kind] ?? (() => save(stage, kind)));
  }
}
