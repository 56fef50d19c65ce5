const field = document.getElementById("search");
const hitList = document.getElementById("hits");
const noHit = document.getElementById("no-hit");
const MOST_HITS = 9;
let hits = [];
let active = -1;

function matching(words) {
  const wish = foldName(words);
  if (!wish) return [];
  return data.nodes
    .map((node) => ({ node, ...best(node, wish) }))
    .filter((hit) => hit.rank < NO_MATCH)
    .sort((one, two) => one.rank - two.rank || degree(two.node) - degree(one.node))
    .slice(0, MOST_HITS);
}

// the name by which a thing is found, in whatever language, or its kind
function best(node, wish) {
  const ranked = namesOf(node).map((name) => ({ name, rank: rankMatch(foldName(name), wish) }));
  const kind = foldName(node.kind).includes(wish) ? 4 : NO_MATCH;
  return [...ranked, { name: nameOf(node), rank: kind }].reduce((one, two) => (two.rank < one.rank ? two : one));
}

function option({ node, name }, index) {
  const by = name === nameOf(node) ? node.kind : name;
  const row = el("li", "", markOf(node), el("span", "", nameOf(node)), el("i", "", by));
  row.id = `hit-${index}`;
  row.setAttribute("role", "option");
  row.setAttribute("aria-selected", "false");
  row.addEventListener("mousedown", (event) => event.preventDefault());
  row.addEventListener("click", () => take(node));
  return row;
}

function point(index) {
  active = index;
  [...hitList.children].forEach((row, at) => row.setAttribute("aria-selected", String(at === index)));
  if (index < 0) {
    field.removeAttribute("aria-activedescendant");
    return;
  }
  field.setAttribute("aria-activedescendant", `hit-${index}`);
  hitList.children[index].scrollIntoView({ block: "nearest" });
}

function closeHits() {
  hitList.hidden = true;
  field.setAttribute("aria-expanded", "false");
  noHit.textContent = "";
  point(-1);
}

function offer() {
  hits = matching(field.value);
  hitList.replaceChildren(...hits.map(option));
  closeHits();
  hitList.hidden = !hits.length;
  field.setAttribute("aria-expanded", String(hits.length > 0));
  if (field.value.trim() && !hits.length) noHit.textContent = `Nothing found for “${field.value.trim()}”`;
}

function take(node) {
  field.value = nameOf(node);
  closeHits();
  choose(node);
}

function searchKey(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    if (hitList.hidden) offer();
    if (hits.length) point((active + step + (active < 0 && step < 0 ? 1 : 0) + hits.length) % hits.length);
  } else if (event.key === "Enter" && !hitList.hidden) {
    event.preventDefault();
    take(hits[Math.max(active, 0)].node);
  } else if (event.key === "Escape") {
    event.preventDefault();
    if (hitList.hidden) field.value = "";
    closeHits();
  }
}

function startSearch() {
  field.addEventListener("input", offer);
  field.addEventListener("keydown", searchKey);
  field.addEventListener("blur", closeHits);
}
