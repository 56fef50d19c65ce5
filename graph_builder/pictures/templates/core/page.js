// A stage shows the picture. Its scripts make the object `stage`, which takes part in the page by
//   start(choose)  shows the picture, and calls choose(thing or null) for what a reader picks
//   show(moved)    shows `state` again: what is chosen, what fades (nodesOn, edgeOn, bundleOn), how
//                  far it goes (shown); `moved` tells that something else was chosen
//   svg()          returns { width, height, parts }, elements of SVG for what is shown
//   tools()        brings controls of its own up to date
//   tests()        returns functions by which tests look at it
function showControls() {
  root.classList.toggle("embed", state.embed);
  root.classList.toggle("picked", Boolean(state.thing));
  for (const button of document.querySelectorAll("#steps button")) {
    const steps = Number(button.dataset.steps);
    button.disabled = steps > 0 && !isNode(state.thing);
    button.setAttribute("aria-pressed", String(steps === state.steps));
  }
}

function startControls() {
  for (const button of document.querySelectorAll("#steps button")) {
    button.addEventListener("click", () => go({ steps: Number(button.dataset.steps) }));
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
  const wish = read(fragment);
  if (!wish) {
    location.hash = fragment; // in a frame, following the link would load the page around it
    return;
  }
  choose(wish.thing, true);
  if (!anchor.closest(".figure")) {
    document.querySelector(".figure").scrollIntoView({ behavior: calm.matches ? "auto" : "smooth" });
  }
}

function readOnly() {
  window.aigg = Object.freeze({
    languages: () => [...languages],
    remains: () => remains().length,
    share: (kind) => SHARED[kind](),
    svg: () => wholeSvg(),
    ...stage.tests(),
  });
}

function start() {
  root.classList.add("script");
  startNames();
  startFilters();
  stage.start((thing) => choose(thing));
  startTheme(() => stage.show(false));
  startControls();
  startSearch();
  startShare();
  document.addEventListener("click", followLink);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target !== field && state.thing) choose(null);
  });
  window.addEventListener("hashchange", follow);
  showEvidence(false);
  follow();
  readOnly();
}

start();
