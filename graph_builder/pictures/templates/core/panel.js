import { byId, makeElement, makeLink } from "./dom.js";
import { describeSource, makeEvidenceDetails, stateFact, summariseFact } from "./evidence.js";
import { linkTo, linkToNode, makeLine, makeMark, makeNodeRow } from "./marks.js";
import { addTo } from "./model.js";
import { filter, model, nameOf, state } from "./session.js";
import { formatCount, formatDay } from "./text.js";

/** @import { Content } from "./dom.js" */
/** @import { Bundle, Edge, Fact, Node } from "./model.js" */

const MOST_CONNECTED = 8;
const panel = byId("panel", HTMLElement);
const status = byId("said", HTMLElement);

/**
 * Tell screen readers what has changed.
 * @param {string} text
 */
export function announce(text) {
  status.textContent = text;
}

/** @param {string} text */
function makeHeading(text) {
  const heading = makeElement("h2", "", text);
  heading.tabIndex = -1;
  return heading;
}

function linkBack() {
  return makeElement("p", "lead back", makeLink("#all", "← Back to the whole picture"));
}

/**
 * Return the edges of a node by relation, as it is read from the node, in the order of their facts.
 * @param {Node} node
 * @param {Edge[]} edges
 */
function groupByRelation(node, edges) {
  /** @type {Map<string, Edge[]>} */
  const groups = new Map();
  const order = (/** @type {Edge} */ edge) =>
    edge.mutual ? -(edge.weight ?? 0) : (edge.facts[0] ?? Number.POSITIVE_INFINITY);
  for (const edge of [...edges].sort((one, two) => order(one) - order(two))) {
    addTo(groups, model.readFrom(edge, node), edge);
  }
  return groups;
}

/**
 * @param {Node} node
 * @param {Edge} edge
 */
function makeEdgeRow(node, edge) {
  const near = model.neighbour(edge, node);
  const facts = model.factsOf(edge);
  const words = edge.mutual
    ? formatCount(facts.length, "fact", "facts")
    : facts[0]?.modality || "open this line";
  return makeElement(
    "li",
    filter.allowsEdge(edge) ? "" : "faded",
    makeElement("div", "row", makeMark(near), linkToNode(near)),
    makeElement("div", "tie", makeLine(edge), linkTo(edge, words)),
    ...(edge.mutual ? [] : facts.map((fact) => makeEvidenceDetails(fact))),
  );
}

/**
 * Return rows for the values of a thing: each value once, with the facts that state it below it.
 * @param {Fact[]} facts
 */
function makeValueRows(facts) {
  /** @type {Map<string, Map<string, Fact[]>>} */
  const relations = new Map();
  for (const fact of facts) {
    const { relation = "", object = "" } = fact;
    const values = relations.get(relation) ?? new Map();
    relations.set(relation, values);
    addTo(values, object, fact);
  }
  return [...relations].flatMap(([relation, values]) => [
    makeElement("h3", "", relation),
    ...[...values].flatMap(([value, stating]) => [
      makeElement("p", "value", formatDay(value)),
      ...stating.map((fact) => makeEvidenceDetails(fact, "flat")),
    ]),
  ]);
}

/**
 * In a site, a thing has a page of its own.
 * @param {Node} node
 * @returns {Content[]}
 */
function linkToPage(node) {
  return node.page ? [" ", makeLink(node.page, "All facts on its page")] : [];
}

/**
 * @param {Node} node
 * @returns {Content[]}
 */
function showNode(node) {
  const edges = model.edgesOf(node);
  const facts = new Set([...node.facts, ...edges.flatMap((edge) => edge.facts)]).size;
  const relations = formatCount(edges.length, "relation", "relations");
  const lead = `${relations}, ${formatCount(facts, "fact", "facts")}.`;
  return [
    node === state.thing ? linkBack() : null,
    makeElement("p", "kind", makeMark(node), node.kind),
    makeHeading(nameOf(node)),
    makeElement("p", "lead", lead, ...linkToPage(node)),
    ...makeValueRows(model.factsOf(node)),
    ...[...groupByRelation(node, edges)].flatMap(([name, found]) => [
      makeElement("h3", "", name),
      makeElement("ul", "list", ...found.map((edge) => makeEdgeRow(node, edge))),
    ]),
  ];
}

/**
 * @param {Edge} edge
 * @returns {Content[]}
 */
function showEdge(edge) {
  const facts = model.factsOf(edge);
  const relation = makeElement("em", "", edge.relation);
  const ends = [linkToNode(edge.source), " ", relation, " ", linkToNode(edge.target)];
  const shared = edge.mutual ? [...model.groupShared(edge, facts).values()] : [];
  return [
    linkBack(),
    makeElement("p", "kind", makeLine(edge), formatCount(facts.length, "fact", "facts")),
    makeHeading(edge.relation),
    makeElement("p", "triple", ...ends),
    edge.said ? makeElement("p", "lead", edge.said) : null,
    ...shared.flatMap((each) => [
      makeElement("h3", "", each.name),
      ...model.factsOf(each).map(summariseFact),
    ]),
    ...(edge.mutual ? [] : facts.flatMap((fact) => stateFact(fact, edge))),
  ];
}

/**
 * @param {Bundle} bundle
 * @returns {Content[]}
 */
function showBundle(bundle) {
  const facts = model.factsOf(bundle);
  const heads = [
    linkBack(),
    makeElement("p", "kind", formatCount(facts.length, "fact", "facts")),
    makeHeading(bundle.label),
  ];
  if (!bundle.members) return [...heads, ...facts.flatMap((fact) => stateFact(fact, null))];
  const members = bundle.members.map((key) => makeNodeRow(model.getNode(key)));
  return [
    ...heads,
    makeElement("h3", "", "Members, with number of relations"),
    makeElement("ul", "list", ...members),
    makeElement("h3", "", "Facts about the members"),
    ...facts.map(summariseFact),
  ];
}

/** @returns {Content[]} */
function showOverview() {
  const sources = Object.keys(model.payload.sources);
  const count = formatCount(model.facts.length, "fact", "facts");
  const sum = [
    formatCount(model.nodes.length, "thing", "things"),
    formatCount(model.edges.length, "relation", "relations"),
    `${count} from ${formatCount(sources.length, "source", "sources")}`,
  ].join(", ");
  return [
    makeHeading("What is in the picture"),
    makeElement("p", "lead", `${sum}.`),
    ...showOnlySource(sources),
    ...(model.payload.listed ? listBundles(model.payload.listed) : listMostConnected()),
  ];
}

/**
 * Return a description of the source of a picture, if it has only one.
 * @param {string[]} sources
 */
function showOnlySource([only, ...others]) {
  if (!only || others.length) return [];
  return [makeElement("h3", "", "Source"), makeElement("p", "value", ...describeSource(only))];
}

/** @param {string} heading */
function listBundles(heading) {
  const rows = model.bundles.map((each) => makeElement("li", "", linkTo(each, each.label)));
  return [makeElement("h3", "", heading), makeElement("ul", "list", ...rows)];
}

function listMostConnected() {
  const nodes = [...model.nodes].sort((one, two) => model.degree(two) - model.degree(one));
  const rows = nodes.slice(0, MOST_CONNECTED).map(makeNodeRow);
  return [
    makeElement("h3", "", "Most connected, with number of relations"),
    makeElement("ul", "list", ...rows),
  ];
}

function showChosen() {
  const { thing } = state;
  if (thing?.type === "node") return showNode(thing);
  if (thing?.type === "edge") return showEdge(thing);
  if (thing?.type === "bundle") return showBundle(thing);
  const focus = model.nodesByKey.get(model.payload.focus);
  return focus ? showNode(focus) : showOverview();
}

function nameChosen() {
  const { thing } = state;
  if (thing?.type === "node") return `${nameOf(thing)}, ${thing.kind}`;
  if (thing?.type === "edge") return thing.relation;
  return thing?.label ?? "the whole picture";
}

/**
 * Show the evidence for what is chosen.
 * @param {boolean} isAnnounced
 */
export function showPanel(isAnnounced) {
  panel.replaceChildren(...showChosen().filter((part) => part !== null));
  panel.scrollTop = 0;
  if (isAnnounced) announce(`Shown: ${nameChosen()}`);
}

/** Bring the heading of the evidence into sight. */
export function scrollToPanel() {
  panel.querySelector("h2")?.scrollIntoView({ block: "nearest" });
}

export function focusPanel() {
  panel.querySelector("h2")?.focus({ preventScroll: true });
}
