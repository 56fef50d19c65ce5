// filters fade what they leave out; each is a rule about one fact
const CONTRADICTION = "contradiction";
const RULES = {
  agreed: (fact) => ["agreed", "signed", "ratified", "implemented"].includes(fact.modality),
  official: (fact) => ["primary", "official-copy"].includes(fact.verification),
  two: (fact) => (fact.voices || 0) > 1,
  contradicts: (fact) => fact.differs === CONTRADICTION,
  differs: (fact) => Boolean(fact.differs) && fact.differs !== CONTRADICTION,
  apart: (fact) => Boolean(fact.apart),
};
const slider = document.getElementById("day");
const dayName = document.getElementById("day-name");
const remaining = document.getElementById("remaining");
const days = [...new Set(data.facts.flatMap((fact) => [fact.since, fact.until, fact.asOf]))].filter(Boolean).sort();

function known(name, value) {
  return Boolean(document.querySelector(`[data-${name}="${CSS.escape(value)}"]`));
}

// a day, month or year as its first and its last day
function bounds(day) {
  const missing = 10 - day.length;
  return [day + "0000-01-01".slice(-missing || 10), day + "0000-12-31".slice(-missing || 10)];
}

// a fact without a day is taken to hold; what is told for a later day is not known for an earlier one
function heldOn(fact, day) {
  const [first, last] = bounds(day);
  const begins = [fact.since, fact.asOf].filter(Boolean);
  return begins.every((each) => bounds(each)[0] <= last) && (!fact.until || bounds(fact.until)[1] >= first);
}

function factPasses(fact) {
  return state.only.every((name) => RULES[name](fact)) && (!state.at || heldOn(fact, state.at));
}

function marked(node) {
  return !state.mark.length || state.mark.includes(node.group);
}

function edgePasses(edge) {
  if (state.line.length && !state.line.includes(edge.family)) return false;
  if (!marked(nodes.get(edge.from)) && !marked(nodes.get(edge.to))) return false;
  return !narrowed() || holdsUp(edge, edge.facts.filter((at) => factPasses(data.facts[at])));
}

// a mutual line stands while anything is left that is told of both ends
function holdsUp(edge, facts) {
  if (!edge.mutual) return facts.length > 0;
  return [...sharedBy(edge, facts).values()].some(({ ends }) => ends.size > 1);
}

function narrowed() {
  return state.only.length > 0 || Boolean(state.at);
}

function edgeOn(edge) {
  if (!edgePasses(edge)) return false;
  if (isNode(state.thing)) return edge.from === state.thing.key || edge.to === state.thing.key;
  if (bundles.has(state.thing?.key)) return edge.facts.some((at) => state.thing.facts.includes(at));
  return state.thing ? edge === state.thing : true;
}

function nodesOn() {
  const touched = new Set(data.edges.filter(edgeOn).flatMap((edge) => [edge.from, edge.to]));
  const fewer = narrowed() || state.line.length || state.thing;
  const on = data.nodes.filter((node) => {
    if (node === state.thing) return true;
    if (!marked(node)) return false;
    if (!fewer || touched.has(node.key)) return true;
    return narrowed() && !state.thing && node.facts.some((at) => factPasses(data.facts[at]));
  });
  return new Set(on.map((node) => node.key));
}

function bundleOn(bundle) {
  return bundle.facts.some((at) => factRemains(data.facts[at], at) && concerns(state.thing, bundle, at));
}

// whether a fact of a bundle has to do with what is chosen
function concerns(thing, bundle, at) {
  if (!thing || thing === bundle) return true;
  if (thing.facts.includes(at)) return true;
  const near = isNode(thing) ? [thing.key] : thing.members || [];
  return ["s", "o"].some((way) => near.includes(endOf(data.facts[at], way)?.key));
}

// whether a fact is among what the filters leave, whatever is chosen
function factRemains(fact, at) {
  if (!factPasses(fact)) return false;
  const homes = fact.edge ? [fact.edge] : data.edges.filter((edge) => edge.facts.includes(at));
  if (homes.length) return homes.some(edgePasses);
  return !state.line.length && (!fact.node || marked(fact.node));
}

// what is shared: the facts that the filters leave, within the steps around what is chosen
function remains() {
  const seen = shown();
  const near = (fact) => (fact.edge ? seen.has(fact.edge.from) && seen.has(fact.edge.to) : !fact.node || seen.has(fact.node.key));
  return data.facts.filter((fact, at) => factRemains(fact, at) && near(fact));
}

function showFilters() {
  for (const name of LISTS) {
    for (const button of document.querySelectorAll(`[data-${name}]`)) {
      button.setAttribute("aria-pressed", String(state[name].includes(button.dataset[name])));
    }
  }
  const all = data.facts.length;
  const left = data.facts.filter(factRemains).length;
  const undated = state.at ? data.facts.filter((fact, at) => factRemains(fact, at) && !fact.since && !fact.until && !fact.asOf).length : 0;
  const filtered = narrowed() || state.mark.length || state.line.length;
  remaining.textContent = filtered ? `${left} of ${count(all, "fact", "facts")} remain${undated ? `, ${undated} of them without a day` : ""}; the others are faded.` : "";
  document.getElementById("clear").hidden = !filtered;
  slider.value = String(days.indexOf(state.at) + 1);
  showDay(state.at);
}

function showDay(day) {
  dayName.textContent = day ? `said to hold ${onDay(day)}` : "at any time";
  slider.setAttribute("aria-valuetext", dayName.textContent);
}

function startFilters() {
  for (const name of LISTS) {
    for (const button of document.querySelectorAll(`[data-${name}]`)) {
      const value = button.dataset[name];
      button.addEventListener("click", () => {
        const rest = state[name].filter((each) => each !== value);
        go({ [name]: rest.length < state[name].length ? rest : [...rest, value] });
      });
    }
  }
  slider.max = String(days.length);
  slider.closest("label").hidden = days.length < 2;
  slider.addEventListener("input", () => showDay(days[slider.value - 1] || ""));
  slider.addEventListener("change", () => go({ at: days[slider.value - 1] || "" }));
  document.getElementById("clear").addEventListener("click", () => go({ only: [], at: "", mark: [], line: [] }));
}
