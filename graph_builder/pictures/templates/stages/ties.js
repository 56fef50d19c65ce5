// lines from what is pointed at or chosen to what it is tied to in other columns
const ties = svgEl("svg", { id: "ties", "aria-hidden": "true" });
const showLists = stage.show;
let pointed = null;

// where a thing stands, or the headings of the folds in which it is
function placesOf(key) {
  const parts = [...board.querySelectorAll(`[data-of~="${key}"]`)];
  const there = parts.filter((part) => part.checkVisibility()).map((part) => part.querySelector(".item") || part);
  const found = there.length ? there : parts.map((part) => part.closest("details")?.querySelector("summary"));
  return found.filter(Boolean).map((part) => part.getBoundingClientRect());
}

function tiesOf(thing) {
  if (edges.has(thing.key)) return [thing];
  return (edgesOf.get(thing.key) || []).filter((edge) => edge.from !== data.focus && edge.to !== data.focus);
}

// the shortest way from column to column; what stands in one column needs no line
function tieSvg(edge, whole) {
  const [ones, others] = [edge.from, edge.to].map(placesOf);
  const pairs = ones.flatMap((one) => others.map((two) => (one.left < two.left ? [one, two] : [two, one])));
  const [gap, left, right] = pairs.map((pair) => [pair[1].left - pair[0].right, ...pair]).sort((one, two) => one[0] - two[0])[0] || [-1];
  if (gap < 0) return null;
  const [x1, y1] = [left.right - whole.left + board.scrollLeft, left.top + 9 - whole.top];
  const [x2, y2] = [x1 + gap, right.top + 9 - whole.top];
  return svgEl("path", { class: `l-${edge.family}`, d: `M${x1} ${y1}C${x1 + gap / 2} ${y1} ${x2 - gap / 2} ${y2} ${x2} ${y2}` });
}

function showTies() {
  const thing = state.thing || pointed;
  for (const side of ["width", "height"]) ties.setAttribute(side, 0);
  ties.setAttribute("width", board.scrollWidth);
  ties.setAttribute("height", board.scrollHeight);
  const whole = board.getBoundingClientRect();
  ties.replaceChildren(...(thing ? tiesOf(thing) : []).filter(edgePasses).map((edge) => tieSvg(edge, whole)).filter(Boolean));
}

function pointAt(event) {
  const thing = pickFrom(event.target);
  const node = thing && edges.has(thing.key) ? nodes.get(thing.from === data.focus ? thing.to : thing.from) : thing;
  if (node === pointed) return;
  pointed = node;
  showTies();
}

// what is chosen comes into sight, out of its fold if it stands nowhere else
function showChosen() {
  const parts = [...board.querySelectorAll(".chosen")];
  const first = parts.find((part) => part.checkVisibility()) || parts[0];
  for (let fold = first?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  first?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

stage.show = (moved) => {
  showLists(moved);
  if (moved && state.thing) showChosen();
  if (!ties.isConnected) {
    board.append(ties);
    board.addEventListener("pointerover", pointAt);
    board.addEventListener("pointerleave", () => { pointed = null; showTies(); });
    board.addEventListener("toggle", showTies, true);
    window.addEventListener("resize", showTies);
  }
  showTies();
};
