const data = JSON.parse(document.getElementById("data").textContent);
data.nodes.forEach((node, at) => Object.assign(node, { key: `n${at}`, link: `node=${encoded(node.id)}`, facts: node.facts || [] }));
const nodes = new Map(data.nodes.map((node) => [node.key, node]));
data.edges.forEach((edge, at) => {
  const ends = [nodes.get(edge.from).id, edge.id, nodes.get(edge.to).id];
  Object.assign(edge, { key: `e${at}`, link: `edge=${ends.map(encoded).join("&")}` });
});
data.bundles.forEach((bundle, at) => Object.assign(bundle, { key: `b${at}`, link: `bundle=${encoded(bundle.id)}` }));
const edges = new Map(data.edges.map((edge) => [edge.key, edge]));
const bundles = new Map(data.bundles.map((bundle) => [bundle.key, bundle]));
const things = new Map([...nodes, ...edges, ...bundles]);
const links = new Map([...things.values()].map((thing) => [decoded(thing.link), thing]));
const edgesOf = new Map(data.nodes.map((node) => [node.key, []]));
for (const edge of data.edges) {
  edgesOf.get(edge.from).push(edge);
  if (edge.to !== edge.from) edgesOf.get(edge.to).push(edge);
}
// where a fact is at home: on a mark, or on the line between its two ends
for (const node of data.nodes) for (const at of node.facts) data.facts[at].node ??= node;
for (const edge of data.edges) {
  for (const at of edge.facts) if (data.facts[at].subject === undefined) data.facts[at].edge ??= edge;
}
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

function encoded(text) {
  return encodeURIComponent(text).replaceAll("%2F", "/").replaceAll("%3A", ":");
}

// a table read from JSON also inherits names such as "constructor"
function own(table, name) {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function expanded(id) {
  const [prefix, ...rest] = id.split(":");
  const start = rest.length ? own(data.prefixes, prefix) : undefined;
  return start === undefined ? id : start + rest.join(":");
}

function decoded(link) {
  // parts are decoded one by one: an id may itself hold an ampersand
  const [kind, ...rest] = link.split("=");
  return JSON.stringify([kind, rest.join("=").split("&").map((part) => expanded(decodeURIComponent(part)))]);
}

function found(link) {
  return links.get(decoded(link)) || null;
}

// what both ends of a mutual line share, by its id, each with those of some facts that say so
function sharedBy(edge, facts) {
  const shared = new Map();
  for (const at of facts) {
    const fact = data.facts[at];
    const near = [edge.from, edge.to].includes(fact.s);
    const far = near ? fact.oIri ?? fact.o : fact.sIri ?? fact.s;
    if (!shared.has(far)) shared.set(far, { name: near ? fact.object : fact.subject, facts: [], ends: new Set() });
    shared.get(far).facts.push(at);
    shared.get(far).ends.add(near ? fact.s : fact.o);
  }
  return shared;
}

function degree(node) {
  return edgesOf.get(node.key).length;
}

function other(edge, node) {
  return nodes.get(edge.from === node.key ? edge.to : edge.from);
}

function within(node, steps) {
  const seen = new Set([node.key]);
  let rim = [node];
  for (let step = 0; step < steps; step += 1) {
    const next = rim.flatMap((near) => edgesOf.get(near.key).map((edge) => other(edge, near)));
    rim = next.filter((near) => !seen.has(near.key));
    rim.forEach((near) => seen.add(near.key));
  }
  return seen;
}
