const panel = document.getElementById("panel");
const said = document.getElementById("said");

function term(list, name, ...content) {
  const filled = content.filter((part) => part !== "" && part !== undefined && part !== null);
  if (filled.length) list.append(el("dt", "", name), el("dd", "", ...filled));
}

function away(address, text) {
  const made = el("a", "", text);
  made.setAttribute("href", address);
  made.setAttribute("rel", "noreferrer");
  return made;
}

function sourceOf(fact) {
  const source = own(data.sources, fact.source);
  if (!source) return [fact.source || ""];
  const title = source.title || fact.source;
  const name = source.url ? away(source.url, title) : title;
  return [name, [source.publisher, inDays(source.date)].filter(Boolean).map((part) => `, ${part}`).join("")];
}

// URL Fragment Text Directives (WICG): a browser scrolls to the words; what is left out is a range
function atWords(fact) {
  const address = own(data.sources, fact.source)?.url;
  const ends = (fact.anchor || "").split("…").map((part) => part.trim()).filter(Boolean);
  if (!address || !ends.length || address.includes("#:~:")) return null;
  const words = (ends.length > 1 ? [ends[0], ends.at(-1)] : ends).map((part) => encodeURIComponent(part).replaceAll("-", "%2D"));
  return away(`${address}${address.includes("#") ? "" : "#"}:~:text=${words.join(",")}`, "Open the source at these words");
}

function inWords(kind, fact) {
  return own(data.words[kind], fact[kind]) ?? fact[kind];
}

function strength(fact) {
  const words = inWords("modality", fact);
  return words === fact.modality ? words : `${fact.modality}: ${words}`;
}

function passage(fact) {
  const section = fact.section || "";
  if (fact.start === undefined) return [section];
  const span = el("span", "span", `characters ${fact.start}–${fact.end ?? ""}`);
  return section ? [section, ", ", span] : [span];
}

function when(fact) {
  const parts = [["from", fact.since], ["to", fact.until], ["as of", fact.asOf]];
  return parts.filter(([, day]) => day).map(([word, day]) => `${word} ${inDays(day)}`).join(" ");
}

function voices(fact) {
  return fact.voices > 1 ? `${fact.voices} independent sources affirm it` : "";
}

function proof(fact, withWords) {
  const terms = el("dl", "");
  term(terms, "How said", strength(fact));
  term(terms, "When", when(fact));
  if (fact.holds) term(terms, `Held ${onDay(data.at)}`, fact.holds);
  term(terms, "Basis", inWords("basis", fact));
  term(terms, "Source", ...sourceOf(fact));
  term(terms, "Passage", ...passage(fact));
  term(terms, "Words", atWords(fact));
  term(terms, "Checked", inWords("verification", fact));
  term(terms, "Support", voices(fact));
  term(terms, `${RULES.contradicts(fact) ? "≠" : "≈"} Differs`, inWords("differs", fact));
  term(terms, "Note", fact.note);
  term(terms, "Reason", fact.reason);
  const quote = withWords && fact.anchor ? el("q", "", fact.anchor) : null;
  return el("div", fact.apart ? "proof apart" : "proof", quote, terms);
}

function unfold(fact) {
  const source = own(data.sources, fact.source)?.title || fact.source;
  const words = fact.anchor ? `“${fact.anchor}”` : source || "Evidence";
  return el("details", factPasses(fact) ? "" : "faded", el("summary", "", words), proof(fact, false));
}

function byRelation(node, ties) {
  const rows = new Map();
  const first = (edge) => (edge.mutual ? -edge.weight : edge.facts[0] ?? Infinity);
  for (const edge of [...ties].sort((one, two) => first(one) - first(two))) {
    const outward = edge.from === node.key;
    const name = edge.mutual ? edge.relation : `${edge.relation} ${outward ? "→" : "←"}`;
    if (!rows.has(name)) rows.set(name, []);
    rows.get(name).push(edge);
  }
  return rows;
}

function tieRow(node, edge) {
  const near = other(edge, node);
  const first = data.facts[edge.facts[0]] || {};
  const words = edge.mutual ? count(edge.facts.length, "statement", "statements") : first.modality;
  const tie = el("div", "tie", lineOf(edge), link(edge, words || "open this line"));
  const row = el("div", "row", markOf(near), link(near, nameOf(near)));
  const told = edge.mutual ? [] : edge.facts;
  return el("li", edgePasses(edge) ? "" : "faded", row, tie, ...told.map((index) => unfold(data.facts[index])));
}

// what is told of a thing alone: each relation once, under it each value with all who say so
function valueRows(told) {
  const rows = new Map();
  for (const at of told) {
    const { relation = "", object = "" } = data.facts[at];
    if (!rows.has(relation)) rows.set(relation, new Map());
    const values = rows.get(relation);
    values.set(object, [...(values.get(object) || []), at]);
  }
  return [...rows].flatMap(([relation, values]) => [el("h3", "", relation), ...[...values].flatMap(valueRow)]);
}

function valueRow([value, told]) {
  const proofs = told.map((at) => unfold(data.facts[at]));
  for (const block of proofs) block.classList.add("flat");
  return [el("p", "value", inDays(value)), ...proofs];
}

function kindLine(node) {
  return el("p", "kind", markOf(node), node.kind);
}

function headed(text) {
  const heading = el("h2", "", text);
  heading.tabIndex = -1;
  return heading;
}

function end(key, text) {
  return nodes.has(key) ? link(nodes.get(key), nameOf(nodes.get(key))) : text || "";
}

// the ends of a fact and what ties them, wherever it is at home
function triple(fact) {
  const { from = fact.s ?? fact.node?.key, to = fact.o } = fact.edge || {};
  return el("p", "triple", end(from, fact.subject), " ", el("em", "", fact.edge?.relation ?? fact.relation ?? ""), " ", end(to, fact.object));
}

// one picture of many has pages beside it that tell all of a thing
function ownPage(node) {
  if (!node.page) return [];
  const made = el("a", "", "All facts on its page");
  made.setAttribute("href", node.page);
  return [" ", made];
}

function nodePanel(node) {
  const ties = edgesOf.get(node.key);
  const lists = [...byRelation(node, ties)].flatMap(([name, found]) => [
    el("h3", "", name), el("ul", "list", ...found.map((edge) => tieRow(node, edge))),
  ]);
  const facts = new Set([...node.facts, ...ties.flatMap((edge) => edge.facts)]).size;
  const lead = `${count(ties.length, "relation", "relations")}, ${count(facts, "statement", "statements")}.`;
  return [node === state.thing ? back() : null, kindLine(node), headed(nameOf(node)), el("p", "lead", lead, ...ownPage(node)), ...valueRows(node.facts), ...lists];
}

function edgePanel(edge) {
  const kind = el("p", "kind", lineOf(edge), count(edge.facts.length, "statement", "statements"));
  const [from, to] = [nodes.get(edge.from), nodes.get(edge.to)];
  const heads = el("p", "triple", link(from, nameOf(from)), " ", el("em", "", edge.relation), " ", link(to, nameOf(to)));
  const said = edge.said ? el("p", "lead", edge.said) : null;
  const told = edge.mutual ? [...sharedBy(edge, edge.facts).values()].flatMap(sharedRow) : edge.facts.flatMap((at) => stated(data.facts[at], edge));
  return [back(), kind, headed(edge.relation), heads, said, ...told];
}

function sharedRow({ name, facts }) {
  return [el("h3", "", name || ""), ...facts.map((at) => briefly(data.facts[at]))];
}

// a fact in a line, its evidence one click away
function briefly(fact) {
  const { from = fact.s ?? fact.node?.key, to = fact.o } = fact.edge || {};
  const [one, other] = [[from, fact.subject], [to, fact.object]].map(([key, text]) => (nodes.has(key) ? nameOf(nodes.get(key)) : text || ""));
  const said = el("summary", "", one, " ", el("em", "", fact.edge?.relation ?? fact.relation ?? ""), " ", other);
  return el("details", factPasses(fact) ? "flat" : "flat faded", said, proof(fact, true));
}

// on a line that stands for other facts than itself, each is told in full
function stated(fact, edge) {
  return fact.edge === edge ? [proof(fact, true)] : [triple(fact), proof(fact, true)];
}

function bundlePanel(bundle) {
  const facts = bundle.facts.map((at) => data.facts[at]);
  const heads = [back(), el("p", "kind", count(facts.length, "statement", "statements")), headed(bundle.label)];
  if (!bundle.members) return [...heads, ...facts.flatMap((fact) => stated(fact, null))];
  const rows = bundle.members.map((key) => memberRow(nodes.get(key)));
  return [...heads, el("h3", "", "Members, with number of relations"), el("ul", "list", ...rows), el("h3", "", "What is told of them"), ...facts.map(briefly)];
}

function memberRow(node) {
  return el("li", "", el("div", "row", markOf(node), link(node, nameOf(node)), el("span", "lead", String(degree(node)))));
}

function back() {
  const made = el("a", "", "← Back to the whole picture");
  made.setAttribute("href", "#all");
  return el("p", "lead back", made);
}

function overview() {
  const top = [...data.nodes].sort((one, two) => degree(two) - degree(one)).slice(0, 8);
  const sum = [
    count(data.nodes.length, "thing", "things"), count(data.edges.length, "relation", "relations"),
    `${count(data.facts.length, "statement", "statements")} from ${count(Object.keys(data.sources).length, "source", "sources")}`,
  ].join(", ");
  const heads = [headed("What is in the picture"), el("p", "lead", `${sum}.`), ...onlySource()];
  if (data.listed) return [...heads, el("h3", "", data.listed), el("ul", "list", ...data.bundles.map((each) => el("li", "", link(each, each.label))))];
  return [...heads, el("h3", "", "Most connected, with number of relations"), el("ul", "list", ...top.map(memberRow))];
}

// what all of a picture rests on, if it is one source
function onlySource() {
  const [only, ...others] = Object.keys(data.sources);
  return only && !others.length ? [el("h3", "", "Source"), el("p", "value", ...sourceOf({ source: only }))] : [];
}

function chosenPanel() {
  const { thing } = state;
  if (!thing) return nodes.has(data.focus) ? nodePanel(nodes.get(data.focus)) : overview();
  return nodes.has(thing.key) ? nodePanel(thing) : edges.has(thing.key) ? edgePanel(thing) : bundlePanel(thing);
}

function showEvidence(speak) {
  panel.replaceChildren(...chosenPanel().filter(Boolean));
  panel.scrollTop = 0;
  if (!speak) return;
  const { thing } = state;
  const chosen = !thing ? "the whole picture" : isNode(thing) ? `${nameOf(thing)}, ${thing.kind}` : thing.relation ?? thing.label;
  said.textContent = `Shown: ${chosen}`;
}
