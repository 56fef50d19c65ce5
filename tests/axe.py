"""Pages as axe-core sees them: what is built, coloured and in a state like something else, once."""

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from tests.browser import Theme, settle

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: Widths and heights of a page, and the theme that it is looked at in.
SCREENS: tuple[tuple[int, int, Theme], ...] = ((1366, 900, "light"), (390, 844, "dark"))
#: What has axe-core look at the colours of what is marked only.
MARKED = "axe.configure({ rules: [{ id: 'color-contrast', selector: '[data-coloured]' }] })"
#: What returns that in which axe-core finds problems, and the colourings that it cannot judge.
RUN = """async (part) => {
  const resultTypes = ["violations", "incomplete"];
  const told = await axe.run(part, { resultTypes, iframes: false, elementRef: true });
  const found = told.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
  const unsure = told.incomplete.filter(({ id }) => id === "color-contrast");
  const nodes = unsure.flatMap((rule) => rule.nodes);
  return [found, nodes.map(({ element }) => element.dataset.coloured)];
}"""
#: What returns the ids that a page has twice, and has what scrolls do so however little it holds.
PREPARED = """() => {
  const filler = new CSSStyleSheet();
  const grow = (part, side, length) => {
    part.dataset.scrolls ??= document.querySelectorAll("[data-scrolls]").length;
    filler.insertRule(`[data-scrolls="${part.dataset.scrolls}"]::after {
      content: ""; display: block; flex: none; ${side}: ${length}px }`);
  };
  for (const part of document.querySelectorAll("body *")) {
    const { clientWidth, clientHeight, scrollWidth, scrollHeight } = part;
    if (scrollWidth <= clientWidth && scrollHeight <= clientHeight) continue;
    if (!/auto|scroll/.test(getComputedStyle(part).overflow)) continue;
    if (scrollHeight > clientHeight) grow(part, "height", scrollHeight);
    if (scrollWidth > clientWidth) grow(part, "width", scrollWidth);
  }
  document.adoptedStyleSheets.push(filler);
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  return ids.filter((id, at) => ids.indexOf(id) !== at);
}"""
#: What leaves out rows and entries in which no part is built or in a state unlike one before, but
#: for the first one of a list, and marks a part in sight for each colouring that is none of those
#: given. It returns the colourings of these.
SHORTENED = """(known) => {
  const TOLD = ["class", "role", "type", "lang", "style", "fill"];
  const BEHIND = ["background-color", "background-image", "opacity"];
  const BEFORE = ["color", "font-size", "font-weight", "text-shadow", "position"];
  const brief = (text) => {
    let [one, two] = [5381, 52711];
    for (let at = 0; at < text.length; at += 1) {
      one = Math.imul(one, 33) ^ text.charCodeAt(at);
      two = Math.imul(two, 31) + text.charCodeAt(at);
    }
    return `${one >>> 0}-${two >>> 0}`;
  };
  const describe = ({ localName, attributes, childNodes }) => {
    const isText = ({ nodeType, data }) => nodeType === Node.TEXT_NODE && data.trim() !== "";
    const told = [...attributes].map(({ name, value }) => {
      const isTold = TOLD.includes(name) || /^(true|false|mixed|-?\\d)$/.test(value);
      return name.startsWith("data-") ? "" : `${name}=${isTold ? value : value !== ""}`;
    });
    return [localName, [...childNodes].some(isText), ...told].join(" ");
  };
  const look = (part, way) => {
    const here = brief(`${way} ${describe(part)}`);
    const children = [...part.children].map((child) => look(child, here));
    const own = brief(`${here}: ${[...new Set(children.map((child) => child.here))]}`);
    return { part, here, children, all: [own, ...children.flatMap(({ all }) => all)] };
  };
  const built = new Set();
  const leaveOut = ({ part, children, all }) => {
    const isEntry = part.matches("tr, li, details, article") && part.previousElementSibling;
    if (isEntry && all.every((each) => built.has(each))) return part.remove();
    built.add(all[0]);
    for (const child of children) leaveOut(child);
  };
  const looked = new Set(known);
  const found = [];
  const mark = ({ part, here, children }, ground) => {
    if (!part.isConnected) return;
    const style = getComputedStyle(part);
    const values = (names) => names.map((name) => style.getPropertyValue(name)).join();
    const behind = brief(`${ground} ${values(BEHIND)}`);
    const colouring = brief(`${here} ${behind} ${values(BEFORE)}`);
    delete part.dataset.coloured;
    if (part.checkVisibility() && !looked.has(colouring)) {
      part.dataset.coloured = colouring;
      found.push(colouring);
      looked.add(colouring);
    }
    for (const child of children) mark(child, behind);
  };
  const page = look(document.body, "");
  leaveOut(page);
  mark(page, getComputedStyle(document.documentElement).backgroundColor);
  return found;
}"""
#: Colourings in which axe-core found nothing, on whatever page.
_good: set[str] = set()


def problems(page: "Page", part: str = "html", *, theme: Theme) -> list[tuple[str, list[str]]]:
    """Return what axe-core finds in a part of a page, of things alike in one, and repeated ids."""
    page.emulate_media(color_scheme=theme)
    settle(page)
    repeated = page.evaluate(PREPARED)
    coloured = page.evaluate(SHORTENED, [*_good])
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    told, unsure = page.evaluate(RUN, part)
    found = [(rule, [html[:200] for html in nodes[:3]]) for rule, nodes in told]
    if part == "html" and not found:
        _good.update({*coloured} - {*unsure})
    return [*found, ("repeated ids", repeated)] if repeated else found


@cache
def _axe() -> str:
    script = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    return f"{script};{MARKED}"
