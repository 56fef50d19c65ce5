const holder = document.getElementById("canvas");
const tip = document.getElementById("tip");
const marksSet = new vis.DataSet();
const linesSet = new vis.DataSet();
const FADED = 0.16;
let ink = new Map();
let growth = 1;
let network = null;

function markStyle(node, on, visible) {
  const tone = (name) => mix(ink.get(name), ink.get("surface"), on ? 1 : FADED);
  const own = tone(`g-${node.group}`);
  const chosen = node === state.node;
  const [background, border] = node.hollow ? [ink.get("surface"), own] : [own, ink.get("surface")];
  return {
    id: node.key, shape: node.shape, x: node.x, y: node.y, size: node.size * growth, hidden: !visible,
    color: { background, border: chosen && !node.hollow ? ink.get("ink") : border },
    borderWidth: chosen ? 3 : node.borderWidth,
  };
}

function lineStyle(edge, on, visible) {
  const chosen = edge === state.edge;
  const family = chosen ? "accent" : data.inks[edge.family];
  const plain = mix(ink.get(family), ink.get("surface"), on ? 1 : FADED);
  const style = {
    id: edge.key, from: edge.from, to: edge.to, dashes: edge.dashes, smooth: edge.smooth,
    color: { color: plain, highlight: plain, hover: plain, inherit: false },
    width: chosen ? edge.width + 2 : edge.width, hidden: !visible,
  };
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
  const rank = (node) => (node === state.node ? 2e6 : on.has(node.key) ? 1e3 : 0) + degree(node);
  return data.nodes
    .filter((node) => seen.has(node.key))
    .sort((one, two) => rank(two) - rank(one))
    .map((node) => ({ ...network.canvasToDOM(node), r: node.size * growth * scale, node, on: on.has(node.key) }));
}

function lines() {
  const seen = shown();
  const ends = (edge) => [edge.from, edge.to].map((key) => network.canvasToDOM(nodes.get(key)));
  return data.edges
    .filter((edge) => seen.has(edge.from) && seen.has(edge.to) && edgeOn(edge))
    .map(ends)
    .map(([from, to]) => ({ x1: from.x, y1: from.y, x2: to.x, y2: to.y }));
}

function paintLabels(pen) {
  const ratio = pen.canvas.width / pen.canvas.clientWidth;
  pen.save();
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  placeLabels(pen, marks(), lines(), size());
  for (const label of placed) {
    const tone = label.mark.on ? ink.get("ink") : mix(ink.get("muted"), ink.get("surface"), 0.3);
    drawLabel(pen, label, tone, ink.get("surface"));
  }
  if (state.edge) paintRelation(pen);
  pen.restore();
}

function paintRelation(pen) {
  const [from, to] = [state.edge.from, state.edge.to].map((key) => network.canvasToDOM(nodes.get(key)));
  const words = state.edge.relation.length > 44 ? `${state.edge.relation.slice(0, 43)}…` : state.edge.relation;
  pen.font = `italic 600 ${LABEL_PX}px ${FACE}`;
  const w = pen.measureText(words).width;
  const box = { x: (from.x + to.x - w) / 2, y: (from.y + to.y - LINE_PX) / 2, w, h: LINE_PX };
  if (placed.some((label) => label.mark.on && crosses(box, label))) return;
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  pen.lineWidth = 5;
  pen.strokeStyle = ink.get("surface");
  pen.fillStyle = ink.get("accent");
  pen.strokeText(words, box.x, box.y + LINE_PX / 2);
  pen.fillText(words, box.x, box.y + LINE_PX / 2);
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
    ? `${nodes.get(thing.from).label} – ${thing.relation} – ${nodes.get(thing.to).label}`
    : thing && !placed.some((label) => label.node === thing) ? thing.label : "";
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

function leave() {
  tip.hidden = true;
}

// the wheel scrolls the page; with Ctrl or a pinch it zooms the drawing
function wheel(event) {
  if (!event.ctrlKey && !event.metaKey) event.stopImmediatePropagation();
}

function startStage(choose) {
  ink = readTheme();
  restyle();
  holder.addEventListener("wheel", wheel, { capture: true, passive: true });
  network = new vis.Network(holder, { nodes: marksSet, edges: linesSet }, data.options);
  holder.querySelector("[tabindex]")?.removeAttribute("tabindex");
  network.on("afterDrawing", paintLabels);
  network.on("click", (event) => choose(thingAt(event.pointer.DOM)));
  network.on("resize", () => { frame(false); restyle(); });
  holder.addEventListener("pointermove", hover);
  holder.addEventListener("pointerleave", leave);
  frame(false);
  restyle();
}
