const data = JSON.parse(document.getElementById("data").textContent);
for (const node of data.nodes) node.link = `#node=${encoded(node.id)}`;
const nodes = new Map(data.nodes.map((node) => [node.key, node]));
for (const edge of data.edges) {
  edge.link = `#edge=${[nodes.get(edge.from).id, edge.id, nodes.get(edge.to).id].map(encoded).join("&")}`;
}
const edges = new Map(data.edges.map((edge) => [edge.key, edge]));
const links = new Map([...data.nodes, ...data.edges].map((thing) => [decoded(thing.link), thing]));
const edgesOf = new Map(data.nodes.map((node) => [node.key, []]));
for (const edge of data.edges) {
  edgesOf.get(edge.from).push(edge);
  if (edge.to !== edge.from) edgesOf.get(edge.to).push(edge);
}
const state = { node: null, edge: null, steps: 0, groups: new Set(), families: new Set() };
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

function encoded(text) {
  return encodeURIComponent(text).replaceAll("%2F", "/").replaceAll("%3A", ":");
}

// a table read from JSON also inherits names such as "constructor"
function own(table, name) {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function decoded(fragment) {
  // parts are decoded one by one: an id may itself hold an ampersand
  const [kind, ...rest] = fragment.split("=");
  return JSON.stringify([kind, rest.join("=").split("&").map(decodeURIComponent)]);
}

function found(fragment) {
  try {
    return links.get(decoded(fragment)) || null;
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
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

function shown() {
  const centre = state.node || (state.edge && nodes.get(state.edge.from));
  return centre && state.steps ? within(centre, state.steps) : new Set(nodes.keys());
}

function edgeOn(edge) {
  const ends = [nodes.get(edge.from), nodes.get(edge.to)];
  if (state.families.size && !state.families.has(edge.family)) return false;
  if (state.groups.size && !ends.some((end) => state.groups.has(end.group))) return false;
  if (state.node) return ends.includes(state.node);
  return state.edge ? edge === state.edge : true;
}

function nodesOn() {
  const touched = new Set(data.edges.filter(edgeOn).flatMap((edge) => [edge.from, edge.to]));
  const narrowed = state.families.size || state.node || state.edge;
  const on = data.nodes.filter((node) => {
    if (node === state.node) return true;
    if (state.groups.size && !state.groups.has(node.group)) return false;
    return narrowed ? touched.has(node.key) : true;
  });
  return new Set(on.map((node) => node.key));
}
