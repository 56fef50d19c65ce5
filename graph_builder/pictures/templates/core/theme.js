import { byId } from "./dom.js";
import { model } from "./session.js";

export const root = document.documentElement;
export const FONT_FAMILY =
  "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
const darkWish = window.matchMedia("(prefers-color-scheme: dark)");
const themeButton = byId("theme", HTMLElement);

function isDark() {
  return root.dataset.theme ? root.dataset.theme === "dark" : darkWish.matches;
}

/**
 * Return a colour of the page's style sheet.
 * @param {string} name
 */
export function getColour(name) {
  return getComputedStyle(root).getPropertyValue(`--${name}`).trim();
}

/**
 * Return two colours mixed, the first by a share.
 * @param {string} one
 * @param {string} two
 * @param {number} share
 */
export function mixColours(one, two, share) {
  const part = (/** @type {string} */ text, /** @type {number} */ start) =>
    Number.parseInt(text.slice(start, start + 2), 16);
  const sums = [1, 3, 5].map((at) =>
    Math.round(part(one, at) * share + part(two, at) * (1 - share)),
  );
  return `rgb(${sums.join(",")})`;
}

/** Return the colours that drawings use, by name. */
export function readColours() {
  const groups = model.nodes.map((node) => `g-${node.group}`);
  const fixed = ["surface", "ink", "muted", "accent", "strong", "soft", "no", "apart"];
  return new Map([...fixed, ...groups].map((name) => [name, getColour(name)]));
}

/** @param {() => void} onChange */
export function startTheme(onChange) {
  const show = () => {
    themeButton.setAttribute("aria-pressed", String(isDark()));
    onChange();
  };
  /** @param {string | undefined} theme */
  const setTheme = (theme) => {
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    show();
  };
  /** @type {string | undefined} */
  let before;
  themeButton.addEventListener("click", () => setTheme(isDark() ? "light" : "dark"));
  darkWish.addEventListener("change", show);
  window.addEventListener("beforeprint", () => {
    before = root.dataset.theme;
    setTheme("light");
  });
  window.addEventListener("afterprint", () => setTheme(before));
  show();
}
