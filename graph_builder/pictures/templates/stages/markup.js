// a stage of the page's own HTML and SVG: what stands for things names their keys in data-of
const board = document.getElementById("board");

function standing(part) {
  return part.dataset.of.split(" ").map((key) => things.get(key)).filter(Boolean);
}

function thingOn(thing, on) {
  if (nodes.has(thing.key)) return on.has(thing.key);
  return edges.has(thing.key) ? edgeOn(thing) : bundleOn(thing);
}

function pickFrom(target) {
  const part = target.closest("[data-of]");
  return part ? standing(part)[0] || null : null;
}

// lines of text of an element, where they stand in the board; upright ones read upwards
function textSvg(node, box) {
  const range = document.createRange();
  const style = getComputedStyle(node.parentElement);
  const upright = style.writingMode.startsWith("vertical");
  const side = upright ? "left" : "top";
  const rows = [];
  for (let at = 0; at < node.length; at += 1) {
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    const place = range.getClientRects()[0];
    if (!place) continue;
    const last = rows.at(-1);
    if (last && Math.abs(last.place[side] - place[side]) < 2) last.text += node.data[at];
    else rows.push({ place, text: node.data[at] });
  }
  return rows.filter((row) => row.text.trim()).map(({ place, text }) => svgEl("text", {
    ...(upright ? upwards : level)(place, box), fill: style.color,
    "font-size": style.fontSize, "font-weight": style.fontWeight, "font-style": style.fontStyle, opacity: opacityOf(node.parentElement),
  }, text.trimEnd()));
}

function level(place, box) {
  return { x: (place.left - box.left).toFixed(1), y: (place.bottom - box.top - place.height * 0.25).toFixed(1) };
}

function upwards(place, box) {
  const [x, y] = [place.right - box.left - place.width * 0.25, place.bottom - box.top].map((each) => each.toFixed(1));
  return { x, y, transform: `rotate(-90 ${x} ${y})` };
}

function opacityOf(part) {
  let share = 1;
  for (let at = part; at && at !== board.parentElement; at = at.parentElement) share *= Number(getComputedStyle(at).opacity);
  return share.toFixed(2);
}

function boxSvg(part, box) {
  const style = getComputedStyle(part);
  const place = part.getBoundingClientRect();
  const spot = { x: place.left - box.left, y: place.top - box.top, width: place.width, height: place.height, opacity: opacityOf(part) };
  const made = [];
  if (!/^rgba\(.*, 0\)$|^transparent$/.test(style.backgroundColor)) made.push(svgEl("rect", { ...spot, fill: style.backgroundColor }));
  const sides = { Top: [0, 0, 1, 0], Bottom: [0, 1, 1, 1], Left: [0, 0, 0, 1], Right: [1, 0, 1, 1] };
  for (const [side, [x1, y1, x2, y2]] of Object.entries(sides)) {
    const width = Number.parseFloat(style[`border${side}Width`]);
    if (!width || style[`border${side}Style`] === "none") continue;
    made.push(svgEl("line", {
      x1: spot.x + x1 * spot.width, y1: spot.y + y1 * spot.height, x2: spot.x + x2 * spot.width, y2: spot.y + y2 * spot.height,
      stroke: style[`border${side}Color`], "stroke-width": width, opacity: spot.opacity,
    }));
  }
  return made;
}

// what a drawing of the page has for its readers, not for a file
const SPOKEN = ["class", "aria-label", "data-of", "data-name", "role", "tabindex"];
const PAINTED = ["fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "font-size", "font-weight", "font-style", "text-anchor"];

// a drawing inside the board, with the styles that the page's sheet gives it
function innerSvg(part, box) {
  const place = part.getBoundingClientRect();
  const copied = part.cloneNode(true);
  const [from, to] = [part, copied].map((each) => [each, ...each.querySelectorAll("*")]);
  from.forEach((each, at) => {
    const style = getComputedStyle(each);
    for (const name of SPOKEN) to[at].removeAttribute(name);
    if (at) for (const name of PAINTED) to[at].setAttribute(name, style.getPropertyValue(name));
  });
  for (const [name, value] of Object.entries({ x: place.left - box.left, y: place.top - box.top, width: place.width, height: place.height })) copied.setAttribute(name, value);
  copied.setAttribute("opacity", opacityOf(part));
  return copied;
}

function boardSvg(part, box) {
  if (part.nodeType === Node.TEXT_NODE) return textSvg(part, box);
  if (part.nodeType !== Node.ELEMENT_NODE || getComputedStyle(part).visibility === "hidden") return [];
  if (!part.checkVisibility() || part.classList.contains("unseen")) return [];
  if (part.localName === "svg") return [innerSvg(part, box)];
  return [...boxSvg(part, box), ...[...part.childNodes].flatMap((child) => boardSvg(child, box))];
}

const stage = {
  start(pick) {
    board.addEventListener("click", (event) => {
      if (!event.target.closest("a, summary, input, select")) pick(pickFrom(event.target));
    });
    board.addEventListener("keydown", (event) => {
      const thing = event.key === "Enter" && !event.target.closest("a, button, summary") && pickFrom(event.target);
      if (thing) pick(thing);
    });
  },
  show(moved) {
    const on = nodesOn();
    const parts = [...board.querySelectorAll("[data-of]")];
    for (const part of parts) {
      const stands = standing(part);
      part.classList.toggle("faded", !stands.some((thing) => thingOn(thing, on)));
      part.classList.toggle("chosen", stands.includes(state.thing));
    }
    const first = moved && parts.find((part) => part.classList.contains("chosen") && part.checkVisibility());
    if (first) first.scrollIntoView({ block: "nearest", inline: "nearest" });
  },
  svg() {
    const [whole, inner] = [board.getBoundingClientRect(), { w: board.scrollWidth, h: board.scrollHeight }];
    const box = { left: whole.left - board.scrollLeft, top: whole.top - board.scrollTop };
    return { width: inner.w, height: inner.h, parts: [...board.childNodes].flatMap((child) => boardSvg(child, box)) };
  },
  tests() {
    const parts = () => [...board.querySelectorAll("[data-of]")];
    const shownOf = (part) => ({ keys: part.dataset.of.split(" "), on: !part.classList.contains("faded"), text: part.textContent.trim() });
    return { parts: () => parts().map(shownOf) };
  },
};
