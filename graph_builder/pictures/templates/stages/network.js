const holder = document.getElementById("canvas");
const tip = document.getElementById("tip");
const marksSet = new vis.DataSet();
const linesSet = new vis.DataSet();
const FADED = 0.16;
const NARROW = 600;
const SIGN_PX = 6;
let ink = new Map();
let growth = 1;
let upright = false;
let network = null;

function markStyle(node, on, visible) {
  const tone = (name) => mix(ink.get(name), ink.get("surface"), on ? 1 : FADED);
  const own = tone(`g-${node.group}`);
  const chosen = node === state.thing;
  const { shape, hollow } = data.groups[node.group];
  const [background, border] = hollow ? [ink.get("surface"), own] : [own, ink.get("surface")];
  return {
    id: node.key, shape, x: node.x, y: node.y, size: node.size * growth, hidden: !visible,
    color: { background, border: chosen && !hollow ? ink.get("ink") : border },
    borderWidth: chosen ? 3 : hollow ? 2.4 : 1.5,
  };
}

function lineStyle(edge, on, visible) {
  const chosen = edge === state.thing;
  const { ink: own, width, dashes } = data.families[edge.family];
  const plain = mix(ink.get(chosen ? "accent" : own), ink.get("surface"), on ? 1 : FADED);
  const style = {
    id: edge.key, from: edge.from, to: edge.to, dashes: dashes.length ? dashes : false, smooth: edge.smooth || false,
    color: { color: plain, highlight: plain, hover: plain, inherit: false },
    width: (edge.width || width) + (chosen ? 2 : 0), hidden: !visible,
  };
  if (edge.mutual) style.arrows = { to: { enabled: false } };
  return edge.selfReference ? { ...style, selfReference: edge.selfReference } : style;
}

function restyle() {
  const on = nodesOn();
  const seen = shown();
  const both = (edge) => seen.has(edge.from) && seen.has(edge.to);
  marksSet.update(data.nodes.map((node) => markStyle(node, on.has(node.key), seen.has(node.key))));
  linesSet.update(data.edges.map((edge) => lineStyle(edge, edgeOn(edge), both(edge))));
}

function size() {
  return { w: holder.clientWidth, h: holder.clientHeight };
}

function marks() {
  const seen = shown();
  const on = nodesOn();
  const scale = network.getScale();
  const rank = (node) => (node === state.thing ? 2e6 : on.has(node.key) ? 1e3 : 0) + degree(node);
  return data.nodes
    .filter((node) => seen.has(node.key))
    .sort((one, two) => rank(two) - rank(one))
    .map((node) => ({ ...network.canvasToDOM(node), r: node.size * growth * scale, node, on: on.has(node.key) }));
}

// a bent line runs by way of the point at which vis-network bends it
function bend(edge) {
  const [from, to] = [nodes.get(edge.from), nodes.get(edge.to)];
  if (!edge.smooth) return { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  const way = edge.smooth.type === "curvedCW" ? 1 : -1;
  const reach = (edge.smooth.roundness * 0.5 + 0.5) * Math.hypot(to.x - from.x, to.y - from.y);
  const turn = Math.atan2(from.y - to.y, to.x - from.x) + (way * edge.smooth.roundness * 0.5 + 0.5) * Math.PI;
  return { x: from.x + reach * Math.sin(turn), y: from.y + reach * Math.cos(turn) };
}

function lines() {
  const seen = shown();
  return data.edges
    .filter((edge) => seen.has(edge.from) && seen.has(edge.to))
    .map((edge) => {
      const [from, via, to] = [nodes.get(edge.from), bend(edge), nodes.get(edge.to)].map((spot) => network.canvasToDOM(spot));
      return { x1: from.x, y1: from.y, x2: to.x, y2: to.y, via, edge, on: edgeOn(edge) };
    });
}

// where sources contradict or differ, on a line or beside a mark
function signs(seenMarks, seenLines) {
  const sign = (thing) => thing.facts.reduce((most, at) => Math.max(most, RULES.contradicts(data.facts[at]) ? 2 : RULES.differs(data.facts[at]) ? 1 : 0), 0);
  const middle = ({ x1, y1, x2, y2, via, on, edge }) => ({ x: (x1 + x2) / 4 + via.x / 2, y: (y1 + y2) / 4 + via.y / 2, on, sign: sign(edge) });
  const beside = ({ x, y, r, on, node }) => ({ x: x + 0.7 * r + SIGN_PX, y: y - 0.7 * r - SIGN_PX, on, sign: sign(node) });
  return [...seenLines.map(middle), ...seenMarks.map(beside)].filter((place) => place.sign);
}

function signLook({ on, sign }) {
  return { text: sign === 2 ? "≠" : "≈", tone: mix(ink.get(sign === 2 ? "no" : "muted"), ink.get("surface"), on ? 1 : FADED) };
}

function paint(pen) {
  const ratio = pen.canvas.width / pen.canvas.clientWidth;
  const [seenMarks, seenLines] = [marks(), lines()];
  pen.save();
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  const seenSigns = signs(seenMarks, seenLines);
  placeLabels(pen, seenMarks, seenLines.filter(({ on }) => on), size(), seenSigns);
  placeWords(pen, seenMarks, seenLines, size(), seenSigns);
  for (const words of spoken) drawWords(pen, words, wordsTone(words), ink.get("surface"));
  for (const label of placed) drawLabel(pen, label, labelTone(label), ink.get("surface"));
  seenSigns.forEach((place) => paintSign(pen, place));
  pen.restore();
}

function labelTone(label) {
  return label.mark.on ? ink.get("ink") : mix(ink.get("muted"), ink.get("surface"), 0.3);
}

function wordsTone(words) {
  return ink.get(words.edge === state.thing ? "accent" : "muted");
}

function paintSign(pen, place) {
  const [{ x, y }, { text, tone }] = [place, signLook(place)];
  pen.beginPath();
  pen.arc(x, y, SIGN_PX, 0, 2 * Math.PI);
  pen.fillStyle = ink.get("surface");
  pen.fill();
  pen.lineWidth = 1;
  pen.strokeStyle = tone;
  pen.stroke();
  pen.font = `600 11px ${FACE}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillStyle = tone;
  pen.fillText(text, x, y + 0.5);
}

function nodeAt(point) {
  const near = marks()
    .map((mark) => ({ mark, gap: Math.hypot(mark.x - point.x, mark.y - point.y) - Math.max(mark.r, 6) }))
    .filter((hit) => hit.gap < 4)
    .sort((one, two) => one.gap - two.gap);
  return near.length ? near[0].mark.node : labelAt(point);
}

function thingAt(point) {
  return nodeAt(point) || edges.get(network.getEdgeAt(point)) || null;
}

// on a screen that is higher than wide, such as a phone's, the drawing is turned a quarter round
function turn() {
  const { w, h } = size();
  if (upright === h > w || !w || !h) return;
  upright = h > w;
  for (const node of data.nodes) [node.x, node.y] = upright ? [-node.y, node.x] : [node.y, -node.x];
}

function frame(move, keys = shown()) {
  const { w, h } = size();
  const spots = data.nodes.filter((node) => keys.has(node.key));
  if (!spots.length || !w || !h) return;
  const [left, right] = [Math.min(...spots.map((spot) => spot.x)), Math.max(...spots.map((spot) => spot.x))];
  const [top, bottom] = [Math.min(...spots.map((spot) => spot.y)), Math.max(...spots.map((spot) => spot.y))];
  const margin = Math.min(110, w * 0.14);
  const scale = Math.min((w - margin) / (right - left || 1), (h - 84) / (bottom - top || 1), 1.5);
  const position = { x: (left + right) / 2, y: (top + bottom) / 2 + 12 / scale };
  growth = Math.min(1.8, Math.max(1, 0.72 / scale));
  network.moveTo({ position, scale, animation: move && !calm.matches ? { duration: 300 } : false });
}

function zoom(way) {
  if (way === "fit") {
    frame(true);
    restyle();
    return;
  }
  const scale = Math.min(6, Math.max(0.15, network.getScale() * (way === "in" ? 1.35 : 1 / 1.35)));
  network.moveTo({ scale, animation: calm.matches ? false : { duration: 200 } });
}

function showTip(thing, point) {
  const text = thing && edges.has(thing.key)
    ? `${nameOf(nodes.get(thing.from))} – ${thing.relation} – ${nameOf(nodes.get(thing.to))}`
    : thing && !placed.some((label) => label.node === thing) ? nameOf(thing) : "";
  tip.hidden = !text;
  tip.textContent = text;
  if (!text) return;
  const { w } = size();
  tip.style.left = `${Math.max(0, Math.min(point.x + 14, w - tip.offsetWidth - 4))}px`;
  tip.style.top = `${Math.max(0, point.y - tip.offsetHeight - 10)}px`;
}

function pointFrom(event) {
  const box = holder.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}

function hover(event) {
  if (event.pointerType === "touch") return;
  const point = pointFrom(event);
  const thing = event.buttons ? null : thingAt(point);
  holder.style.cursor = thing ? "pointer" : "grab";
  showTip(thing, point);
}

// the wheel scrolls the page; with Ctrl or a pinch it zooms the drawing
function wheel(event) {
  if (!event.ctrlKey && !event.metaKey) event.stopImmediatePropagation();
}

let stepsBefore = 0;

const stage = {
  start(pick) {
    ink = readTheme();
    turn();
    restyle();
    holder.addEventListener("wheel", wheel, { capture: true, passive: true });
    network = new vis.Network(holder, { nodes: marksSet, edges: linesSet }, data.options);
    holder.querySelector("[tabindex]")?.removeAttribute("tabindex");
    network.on("afterDrawing", paint);
    network.on("click", (event) => pick(thingAt(event.pointer.DOM)));
    network.on("resize", () => { turn(); restyle(); frame(false); });
    holder.addEventListener("pointermove", hover);
    holder.addEventListener("pointerleave", () => { tip.hidden = true; });
    for (const button of document.querySelectorAll("#zoom button")) {
      button.addEventListener("click", () => zoom(button.dataset.zoom));
    }
    frame(false);
    restyle();
  },
  show(moved) {
    ink = readTheme();
    if (moved && size().w < NARROW) frame(true, state.steps || !state.thing ? shown() : nodesOn());
    else if (state.steps || stepsBefore !== state.steps) frame(true);
    stepsBefore = state.steps;
    restyle();
    if (moved && state.thing) holder.parentElement.scrollIntoView({ block: "nearest" });
  },
  svg() {
    return networkSvg(marks(), lines(), size());
  },
  tests() {
    const box = ({ x, y, w, h }) => ({ x, y, w, h });
    const id = (node) => expanded(node.id);
    return {
      edgeAt: (x, y) => { const edge = edges.get(network.getEdgeAt({ x, y })); return edge ? `#${edge.link}` : null; },
      labels: () => placed.map((label) => ({ id: id(label.node), px: LABEL_PX, ...box(label) })),
      words: () => spoken.map((words) => ({ text: words.lines[0], px: WORDS_PX, ...box(words) })),
      marks: () => marks().map(({ x, y, r, node, on }) => ({ id: id(node), x, y, r, on })),
      positions: () => data.nodes.filter((node) => shown().has(node.key)).map((node) => ({ id: id(node), ...network.getPosition(node.key) })),
      redraw: () => network.redraw(),
      scale: () => network.getScale(),
    };
  },
};
