const field = document.getElementById("search");
const hitList = document.getElementById("hits");
const noHit = document.getElementById("no-hit");
const MOST_HITS = 9;
let hits = [];
let active = -1;

function folded(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

function matching(words) {
  const wish = folded(words.trim());
  if (!wish) return [];
  const rank = (node) => {
    const name = folded(node.label);
    if (name.startsWith(wish)) return 0;
    if (name.split(/[\s\-/(]+/).some((word) => word.startsWith(wish))) return 1;
    if (name.includes(wish)) return 2;
    return folded(node.kind).includes(wish) ? 3 : 9;
  };
  return data.nodes
    .map((node) => ({ node, rank: rank(node) }))
    .filter((hit) => hit.rank < 9)
    .sort((one, two) => one.rank - two.rank || degree(two.node) - degree(one.node))
    .slice(0, MOST_HITS)
    .map((hit) => hit.node);
}

function option(node, index) {
  const row = el("li", "", markOf(node), el("span", "", node.label), el("i", "", node.kind));
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
  field.value = node.label;
  closeHits();
  go(node.link, false);
}

function searchKey(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    if (hitList.hidden) offer();
    if (hits.length) point((active + step + (active < 0 && step < 0 ? 1 : 0) + hits.length) % hits.length);
  } else if (event.key === "Enter" && !hitList.hidden) {
    event.preventDefault();
    take(hits[Math.max(active, 0)]);
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
