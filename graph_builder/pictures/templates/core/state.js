// the address is the only place that holds what is chosen, so back, forward and links agree:
// #node=actor:IND;steps=1;only=agreed,official;at=2024-05;mark=country;line=done;lang=fr;embed
const CLEAR = { thing: null, steps: 0, only: [], at: "", mark: [], line: [], lang: "en", embed: false };
const LISTS = ["only", "mark", "line"];
const MOST_STEPS = 2;
let state = { ...CLEAR };
let wantsFocus = false;

function written(wish) {
  const parts = wish.thing ? [wish.thing.link] : [];
  if (wish.steps) parts.push(`steps=${wish.steps}`);
  for (const name of LISTS) if (wish[name].length) parts.push(`${name}=${[...wish[name]].sort().map(encoded).join(",")}`);
  if (wish.at) parts.push(`at=${encoded(wish.at)}`);
  if (wish.lang !== CLEAR.lang) parts.push(`lang=${encoded(wish.lang)}`);
  if (wish.embed) parts.push("embed");
  return `#${parts.join(";") || "all"}`;
}

// what a fragment wishes for, or null for one that is none of ours
function read(fragment) {
  const wish = { ...CLEAR };
  const parts = fragment.replace(/^#/, "").split(";");
  try {
    return parts.every((part) => part === "" || part === "all" || takes(wish, part)) ? wish : null;
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

function takes(wish, part) {
  const [name, ...rest] = part.split("=");
  const value = rest.join("=");
  if (name === "embed" && !rest.length) wish.embed = true;
  else if (LISTS.includes(name)) wish[name] = value.split(",").map(decodeURIComponent).filter((each) => known(name, each));
  else if (name === "steps") wish.steps = Math.min(MOST_STEPS, Number.parseInt(value, 10) || 0);
  else if (name === "at") wish.at = /^\d{4}(-\d\d){0,2}$/.test(value) ? value : CLEAR.at;
  else if (name === "lang") wish.lang = languages.includes(decodeURIComponent(value)) ? decodeURIComponent(value) : CLEAR.lang;
  else if (!rest.length || !(wish.thing = found(part))) return false;
  return true;
}

function isNode(thing) {
  return Boolean(thing) && nodes.has(thing.key);
}

function opening() {
  const node = nodes.get(data.opening);
  return node ? { ...CLEAR, thing: node, steps: 1 } : { ...CLEAR };
}

function go(change, focus) {
  const fragment = written({ ...state, ...change });
  wantsFocus = Boolean(focus);
  if (fragment === location.hash) follow();
  else location.hash = fragment;
}

function choose(thing, focus) {
  go({ thing, steps: isNode(thing) ? state.steps : 0 }, focus);
}

function follow() {
  const wish = location.hash.length > 1 ? read(location.hash) : opening();
  if (!wish) return;
  if (!isNode(wish.thing)) wish.steps = 0;
  const [before, lingual] = [state, state.lang !== wish.lang];
  state = wish;
  showControls();
  showFilters();
  stage.show(before.steps !== state.steps || before.thing !== state.thing);
  if (lingual) showNames();
  showEvidence(before.thing !== state.thing || wantsFocus);
  if (before.thing !== state.thing && state.thing) panel.querySelector("h2").scrollIntoView({ block: "nearest" });
  if (wantsFocus) panel.querySelector("h2").focus({ preventScroll: true });
  wantsFocus = false;
}

function shown() {
  const centre = isNode(state.thing) ? state.thing : null;
  return centre && state.steps ? within(centre, state.steps) : new Set(nodes.keys());
}
