import { showControls, showLanguage, startControls } from "./controls.js";
import { focusPanel, scrollToPanel, showPanel } from "./panel.js";
import { searchField, startSearch } from "./search.js";
import {
  choose,
  filter,
  languages,
  readAddress,
  readFragment,
  reducedMotion,
  setState,
  state,
} from "./session.js";
import { makePictureSvg, shareAs, startSharing } from "./share.js";
import { root, startTheme } from "./theme.js";

/** @import { Thing } from "./model.js" */

/**
 * The part of a page that shows the picture.
 * @typedef {object} Stage
 * @property {(onPick: (thing: Thing | null) => void) => void} start shows the picture
 * @property {(hasMoved: boolean) => void} show shows the current state; hasMoved: the choice is new
 * @property {() => StageSvg} svg returns elements of SVG for what is shown
 * @property {() => Record<string, (...values: any[]) => unknown>} tests functions for tests
 *
 * @typedef {{ width: number, height: number, parts: Node[] }} StageSvg
 */

/** @param {MouseEvent} event */
function followLink(event) {
  const anchor = event.target instanceof Element ? event.target.closest("a[href]") : null;
  if (!(anchor instanceof HTMLAnchorElement)) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const fragment = anchor.getAttribute("href") ?? "";
  if (!fragment.startsWith("#")) {
    if (window !== window.top) anchor.target = "_blank"; // else a frame would lose its picture
    return;
  }
  event.preventDefault();
  const wish = readFragment(fragment);
  if (!wish) {
    location.hash = fragment; // in a frame, following the link would load the page around it
    return;
  }
  choose(wish.thing, true);
  if (anchor.closest(".figure")) return;
  const behavior = reducedMotion.matches ? "auto" : "smooth";
  document.querySelector(".figure")?.scrollIntoView({ behavior });
}

/**
 * Tell whether the address is still that of an event; another event follows where it is not.
 * @param {HashChangeEvent} event
 */
function isCurrent(event) {
  return !event.newURL || event.newURL === location.href;
}

/** @param {Stage} stage */
function followAddress(stage) {
  const wish = readAddress();
  if (!wish) return;
  const before = setState(wish);
  const isNewThing = before.state.thing !== state.thing;
  showControls();
  stage.show(before.state.steps !== state.steps || isNewThing);
  if (before.state.lang !== state.lang) showLanguage();
  showPanel(isNewThing || before.moveFocus);
  if (isNewThing && state.thing) scrollToPanel();
  if (before.moveFocus) focusPanel();
}

/**
 * Give tests access to the page.
 * @param {Stage} stage
 */
function exposePage(stage) {
  window.aigg = Object.freeze({
    languages: () => [...languages],
    remains: () => filter.sharedFacts().length,
    share: (/** @type {string} */ kind) => shareAs(stage, kind),
    svg: () => makePictureSvg(stage),
    ...stage.tests(),
  });
}

/**
 * Start a page that shows its picture on a stage.
 * @param {Stage} stage
 */
export function startPage(stage) {
  root.classList.add("script");
  startControls();
  stage.start((thing) => choose(thing));
  startTheme(() => stage.show(false));
  startSearch();
  startSharing(stage);
  document.addEventListener("click", followLink);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target !== searchField && state.thing) choose(null);
  });
  window.addEventListener("hashchange", (event) => {
    if (isCurrent(event)) followAddress(stage);
  });
  showPanel(false);
  followAddress(stage);
  exposePage(stage);
}
