// the address is the only place that holds the selection, so back, forward and links agree
function go(fragment, focus) {
  const same = fragment === location.hash;
  wantsFocus = focus;
  if (same) follow();
  else location.hash = fragment;
}

const NARROW = 600;
let wantsFocus = false;

function follow() {
  const fragment = location.hash;
  const thing = found(fragment);
  const clear = fragment === "" || fragment === "#all" || fragment === "#";
  if (!thing && !clear) return;
  state.node = thing && nodes.has(thing.key) ? thing : null;
  state.edge = thing && edges.has(thing.key) ? thing : null;
  if (!state.node) state.steps = 0;
  refresh();
  showEvidence(true);
  if (wantsFocus) panel.querySelector("h2").focus({ preventScroll: true });
  wantsFocus = false;
}

function refresh() {
  const before = document.querySelectorAll("#steps [aria-pressed=true]")[0]?.dataset.steps;
  for (const button of document.querySelectorAll("#steps button")) {
    const steps = Number(button.dataset.steps);
    button.disabled = steps > 0 && !state.node;
    button.setAttribute("aria-pressed", String(steps === state.steps));
  }
  if (size().w < NARROW) frame(true, state.steps || (!state.node && !state.edge) ? shown() : nodesOn());
  else if (state.steps || before !== String(state.steps)) frame(true);
  restyle();
}

function toggle(set, name, button) {
  if (set.has(name)) set.delete(name);
  else set.add(name);
  button.setAttribute("aria-pressed", String(set.has(name)));
  restyle();
}

function startLegend() {
  for (const button of document.querySelectorAll("[data-group]")) {
    button.addEventListener("click", () => toggle(state.groups, button.dataset.group, button));
  }
  for (const button of document.querySelectorAll("[data-family]")) {
    button.addEventListener("click", () => toggle(state.families, button.dataset.family, button));
  }
}

function startControls() {
  for (const button of document.querySelectorAll("#steps button")) {
    button.addEventListener("click", () => {
      state.steps = Number(button.dataset.steps);
      refresh();
    });
  }
  for (const button of document.querySelectorAll("#zoom button")) {
    button.addEventListener("click", () => zoom(button.dataset.zoom));
  }
}

function followLink(event) {
  const anchor = event.target.closest("a[href]");
  if (!anchor || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const fragment = anchor.getAttribute("href");
  if (!fragment.startsWith("#")) {
    if (window !== window.top) anchor.target = "_blank"; // else a frame would lose its picture
    return;
  }
  event.preventDefault();
  if (fragment !== "#all" && !found(fragment)) {
    location.hash = fragment; // in a frame, following the link would load the page around it
    return;
  }
  go(fragment, true);
  if (!anchor.closest(".figure")) {
    document.querySelector(".figure").scrollIntoView({ behavior: calm.matches ? "auto" : "smooth" });
  }
}

function readOnly() {
  const box = ({ x, y, w, h }) => ({ x, y, w, h });
  window.aigg = Object.freeze({
    labels: () => placed.map((label) => ({ id: label.node.id, px: LABEL_PX, ...box(label) })),
    marks: () => marks().map(({ x, y, r, node, on }) => ({ id: node.id, x, y, r, on })),
    positions: () => data.nodes.filter((node) => shown().has(node.key)).map((node) => ({ id: node.id, ...network.getPosition(node.key) })),
    edgeAt: (x, y) => edges.get(network.getEdgeAt({ x, y }))?.link || null,
    scale: () => network.getScale(),
  });
}

function start() {
  root.classList.add("script");
  startStage((thing) => go(thing ? thing.link : "#all", false));
  startTheme(() => { ink = readTheme(); restyle(); });
  startLegend();
  startControls();
  startSearch();
  document.addEventListener("click", followLink);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target !== field && (state.node || state.edge)) go("#all", false);
  });
  window.addEventListener("hashchange", follow);
  showEvidence(false);
  follow();
  readOnly();
}

start();
