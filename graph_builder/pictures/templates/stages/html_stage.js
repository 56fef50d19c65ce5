import { byId } from "../core/dom.js";
import { filter, model, state } from "../core/session.js";
import { convertHtmlToSvg } from "./html_to_svg.js";

/** @import { Node as GraphNode, Thing } from "../core/model.js" */
/** @import { Stage } from "../core/page.js" */

/** The board: HTML and SVG in which data-of gives the keys of the things that a part shows. */
export const board = byId("board", HTMLElement);

/** @param {Element} part */
function thingsOf(part) {
  const keys = part.getAttribute("data-of")?.split(" ") ?? [];
  return keys.flatMap((key) => model.things.get(key) ?? []);
}

function listParts() {
  return [...board.querySelectorAll("[data-of]")];
}

/**
 * @param {Thing} thing
 * @param {Set<GraphNode>} highlightedNodes
 */
function isHighlighted(thing, highlightedNodes) {
  if (thing.type === "node") return highlightedNodes.has(thing);
  return thing.type === "edge" ? filter.lightsEdge(thing) : filter.highlightsBundle(thing);
}

/**
 * Return the thing that an event is about.
 * @param {Event} event
 */
export function thingOf({ target }) {
  const part = target instanceof Element ? target.closest("[data-of]") : null;
  return (part && thingsOf(part)[0]) ?? null;
}

/**
 * Tell whether an event is about something within a selector.
 * @param {Event} event
 * @param {string} selector
 */
function isWithin({ target }, selector) {
  return target instanceof Element && target.closest(selector) !== null;
}

/** @type {Stage} */
export const htmlStage = {
  start(onPick) {
    board.addEventListener("click", (event) => {
      if (!isWithin(event, "a, summary, input, select")) onPick(thingOf(event));
    });
    board.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || isWithin(event, "a, button, summary")) return;
      const thing = thingOf(event);
      if (thing) onPick(thing);
    });
  },
  show(hasMoved) {
    const highlightedNodes = filter.highlightedNodes();
    for (const part of listParts()) {
      const things = thingsOf(part);
      part.classList.toggle(
        "faded",
        !things.some((thing) => isHighlighted(thing, highlightedNodes)),
      );
      part.classList.toggle(
        "chosen",
        things.some((thing) => thing === state.thing),
      );
    }
    if (!hasMoved) return;
    const chosen = [...board.querySelectorAll("[data-of].chosen")];
    const first = chosen.find((part) => part.checkVisibility());
    first?.scrollIntoView({ block: "nearest", inline: "nearest" });
  },
  svg() {
    return { width: board.scrollWidth, height: board.scrollHeight, parts: convertHtmlToSvg(board) };
  },
  tests() {
    return {
      parts: () =>
        listParts().map((part) => ({
          keys: part.getAttribute("data-of")?.split(" "),
          on: !part.classList.contains("faded"),
          text: (part.textContent ?? "").trim(),
        })),
    };
  },
};
