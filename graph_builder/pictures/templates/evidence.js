const panel = document.getElementById("panel");
const said = document.getElementById("said");

function term(list, name, ...content) {
  const filled = content.filter((part) => part !== "" && part !== undefined);
  if (filled.length) list.append(el("dt", "", name), el("dd", "", ...filled));
}

function sourceOf(fact) {
  const source = own(data.sources, fact.source);
  if (!source) return [fact.source || ""];
  const title = source.title || fact.source;
  const name = source.url ? el("a", "", title) : title;
  if (source.url) {
    name.setAttribute("href", source.url);
    name.setAttribute("rel", "noreferrer");
  }
  return [name, [source.publisher, source.date].filter(Boolean).map((part) => `, ${part}`).join("")];
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

function proof(fact, withWords) {
  const terms = el("dl", "");
  term(terms, "How said", strength(fact));
  term(terms, "When", fact.when);
  if (fact.holds) term(terms, `On ${data.at}`, fact.holds);
  term(terms, "Basis", inWords("basis", fact));
  term(terms, "Source", ...sourceOf(fact));
  term(terms, "Passage", ...passage(fact));
  term(terms, "Checked", inWords("verification", fact));
  term(terms, "Note", fact.note);
  term(terms, "Reason", fact.reason);
  const quote = withWords && fact.anchor ? el("q", "", fact.anchor) : null;
  return el("div", fact.apart ? "proof apart" : "proof", quote, terms);
}

function unfold(fact) {
  const words = fact.anchor ? `“${fact.anchor}”` : fact.modality || "Evidence";
  return el("details", "", el("summary", "", words), proof(fact, false));
}

function byRelation(node, ties) {
  const rows = new Map();
  const first = (edge) => edge.facts[0] ?? Infinity;
  for (const edge of [...ties].sort((one, two) => first(one) - first(two))) {
    const outward = edge.from === node.key;
    const name = `${edge.relation} ${outward ? "→" : "←"}`;
    if (!rows.has(name)) rows.set(name, []);
    rows.get(name).push(edge);
  }
  return rows;
}

function tieRow(node, edge) {
  const near = other(edge, node);
  const first = data.facts[edge.facts[0]] || {};
  const tie = el("div", "tie", lineOf(edge), link(edge, first.modality || "open this line"));
  const row = el("div", "row", markOf(near), link(near, near.label));
  return el("li", "", row, tie, ...edge.facts.map((index) => unfold(data.facts[index])));
}

function valueRow(index) {
  const fact = data.facts[index];
  const block = unfold(fact);
  block.className = "flat";
  return [el("h3", "", fact.relation || ""), el("p", "value", fact.object || ""), block];
}

function kindLine(node) {
  return el("p", "kind", markOf(node), node.kind);
}

function headed(text) {
  const heading = el("h2", "", text);
  heading.tabIndex = -1;
  return heading;
}

function nodePanel(node) {
  const ties = edgesOf.get(node.key);
  const lists = [...byRelation(node, ties)].flatMap(([name, found]) => [
    el("h3", "", name), el("ul", "list", ...found.map((edge) => tieRow(node, edge))),
  ]);
  const facts = node.facts.length + ties.reduce((sum, edge) => sum + edge.facts.length, 0);
  const lead = `${count(ties.length, "relation", "relations")}, ${count(facts, "statement", "statements")}.`;
  return [back(), kindLine(node), headed(node.label), el("p", "lead", lead), ...node.facts.flatMap(valueRow), ...lists];
}

function edgePanel(edge) {
  const [from, to] = [nodes.get(edge.from), nodes.get(edge.to)];
  const triple = el("p", "triple", link(from, from.label), " ", el("em", "", edge.relation), " ", link(to, to.label));
  const kind = el("p", "kind", lineOf(edge), count(edge.facts.length, "statement", "statements"));
  return [back(), kind, headed(edge.relation), triple, ...edge.facts.map((index) => proof(data.facts[index], true))];
}

function back() {
  const made = el("a", "", "← Back to the whole picture");
  made.setAttribute("href", "#all");
  return el("p", "lead back", made);
}

function overview() {
  const top = [...data.nodes].sort((one, two) => degree(two) - degree(one)).slice(0, 8);
  const sum = [
    count(data.nodes.length, "mark", "marks"), count(data.edges.length, "line", "lines"),
    `${count(data.facts.length, "statement", "statements")} from ${count(Object.keys(data.sources).length, "source", "sources")}`,
  ].join(", ");
  const rows = top.map((node) => el("li", "", el("div", "row", markOf(node), link(node, node.label), el("span", "lead", String(degree(node))))));
  return [headed("What is in the picture"), el("p", "lead", `${sum}.`), el("h3", "", "Most connected, with number of relations"), el("ul", "list", ...rows)];
}

function showEvidence(speak) {
  const parts = state.node ? nodePanel(state.node) : state.edge ? edgePanel(state.edge) : overview();
  panel.replaceChildren(...parts);
  panel.scrollTop = 0;
  if (!speak) return;
  const chosen = state.node ? `${state.node.label}, ${state.node.kind}` : state.edge ? state.edge.relation : "the whole picture";
  said.textContent = `Shown: ${chosen}`;
}
