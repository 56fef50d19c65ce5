/** @import { Templates } from "./formats.js" */

/**
 * A fact as the page holds it; `s` and `o` are the keys of its ends.
 * @typedef {object} FactRow
 * @property {string} [id]
 * @property {string} [s]
 * @property {string} [o]
 * @property {string} [p]
 * @property {string} [sIri]
 * @property {string} [oIri]
 * @property {string} [value]
 * @property {string} [subject]
 * @property {string} [relation]
 * @property {string} [object]
 * @property {string} [modality]
 * @property {string} [basis]
 * @property {string} [verification]
 * @property {string} [source]
 * @property {string} [section]
 * @property {string} [anchor]
 * @property {number} [start]
 * @property {number} [end]
 * @property {string} [since]
 * @property {string} [until]
 * @property {string} [asOf]
 * @property {string} [holds]
 * @property {string} [differs]
 * @property {string} [note]
 * @property {string} [reason]
 * @property {string} [setAside] why a judgement sets the fact aside
 * @property {number} [apart]
 * @property {number} [origins]
 *
 * A fact with its number and the node or edge that it stands on.
 * @typedef {FactRow & { index: number, node?: Node, edge?: Edge }} Fact
 *
 * @typedef {object} NodeRow
 * @property {string} id
 * @property {string} label
 * @property {string} kind
 * @property {string} group
 * @property {number[]} [facts]
 * @property {Record<string, string>} [names]
 * @property {string[]} [also]
 * @property {string} [page]
 * @property {number} [size]
 * @property {number} [x]
 * @property {number} [y]
 *
 * @typedef {NodeRow & { type: "node", key: string, link: string, facts: number[], size: number, x: number, y: number }} Node
 *
 * @typedef {object} Bend
 * @property {string} type
 * @property {number} roundness
 *
 * @typedef {object} EdgeRow
 * @property {string} from
 * @property {string} to
 * @property {string} id
 * @property {string} relation
 * @property {string} style
 * @property {number[]} facts
 * @property {number} [weight]
 * @property {number} [width]
 * @property {boolean} [mutual]
 * @property {string} [said]
 * @property {Bend} [smooth]
 * @property {object} [selfReference]
 *
 * @typedef {EdgeRow & { type: "edge", key: string, link: string, source: Node, target: Node }} Edge
 *
 * @typedef {object} BundleRow
 * @property {string} id
 * @property {string} label
 * @property {number[]} facts
 * @property {string[]} [members]
 *
 * @typedef {BundleRow & { type: "bundle", key: string, link: string }} Bundle
 *
 * @typedef {Node | Edge | Bundle} Thing
 *
 * @typedef {object} Source
 * @property {string} title
 * @property {string} publisher
 * @property {string} date
 * @property {string} url
 *
 * @typedef {object} Payload
 * @property {NodeRow[]} nodes
 * @property {EdgeRow[]} edges
 * @property {BundleRow[]} bundles
 * @property {FactRow[]} facts
 * @property {FactRow} common what facts have that leave it out
 * @property {Record<string, Record<string, string>>} words
 * @property {Record<string, Source>} sources
 * @property {Record<string, string>} inverses how relations are read from their objects
 * @property {string} at
 * @property {object} options
 * @property {Record<string, string>} prefixes
 * @property {string} listed
 * @property {string} focus
 * @property {string} opening
 * @property {Record<string, { shape: string, hollow: boolean }>} groups
 * @property {Record<string, { ink: string, width: number, dashes: number[] }>} styles
 * @property {Record<string, string>} paths
 * @property {Templates} templates
 */

/**
 * What both ends of a mutual edge share, with the facts that say so and the ends they speak of.
 * @typedef {{ name: string, facts: number[], ends: Set<string | undefined> }} Shared
 */

/**
 * Return a value of a table read from JSON, which also inherits names such as "constructor".
 * @template T
 * @param {Record<string, T>} table
 * @param {string | undefined} name
 * @returns {T | undefined}
 */
export function lookUp(table, name) {
  return name !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
}

/** @param {string} text */
export function encodePart(text) {
  return encodeURIComponent(text).replaceAll("%2F", "/").replaceAll("%3A", ":");
}

/**
 * Append to the list that a map has for a key.
 * @template K, V
 * @param {Map<K, V[]>} map
 * @param {K} key
 * @param {V} value
 */
export function addTo(map, key, value) {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** The graph that a page shows: nodes, edges, bundles of facts, and the facts themselves. */
export class Model {
  /** @param {Payload} payload */
  constructor(payload) {
    this.payload = payload;
    this.nodes = payload.nodes.map(makeNode);
    /** @type {Map<string | undefined, Node>} */
    this.nodesByKey = new Map(this.nodes.map((node) => [node.key, node]));
    this.edges = payload.edges.map((row, at) => this.#makeEdge(row, at));
    this.bundles = payload.bundles.map(makeBundle);
    this.facts = payload.facts.map(
      (row, index) => /** @type {Fact} */ ({ ...payload.common, ...row, index }),
    );
    /** @type {Map<string, Thing>} */
    this.things = new Map(
      [...this.nodes, ...this.edges, ...this.bundles].map((thing) => [thing.key, thing]),
    );
    this.links = new Map(
      [...this.things.values()].map((thing) => [this.#parseLink(thing.link), thing]),
    );
    this.incidence = this.#findIncidence();
    this.#placeFacts();
  }

  /**
   * @param {EdgeRow} row
   * @param {number} at
   * @returns {Edge}
   */
  #makeEdge(row, at) {
    const source = this.getNode(row.from);
    const target = this.getNode(row.to);
    const ends = [source.id, row.id, target.id];
    const link = `edge=${ends.map(encodePart).join("&")}`;
    return { ...row, type: "edge", key: `e${at}`, link, source, target };
  }

  #findIncidence() {
    /** @type {Map<Node, Edge[]>} */
    const found = new Map(this.nodes.map((node) => [node, []]));
    for (const edge of this.edges) {
      addTo(found, edge.source, edge);
      if (edge.target !== edge.source) addTo(found, edge.target, edge);
    }
    return found;
  }

  /** A fact stands on a node, or on the edge between its two ends. */
  #placeFacts() {
    for (const node of this.nodes) {
      for (const fact of this.factsOf(node)) fact.node ??= node;
    }
    for (const edge of this.edges) {
      for (const fact of this.factsOf(edge)) if (fact.subject === undefined) fact.edge ??= edge;
    }
  }

  /**
   * @param {string} key
   * @returns {Node}
   */
  getNode(key) {
    const node = this.nodesByKey.get(key);
    if (!node) throw new RangeError(`no node ${key}`);
    return node;
  }

  /** @param {{ facts: number[] }} thing */
  factsOf({ facts }) {
    return facts.map((at) => /** @type {Fact} */ (this.facts[at]));
  }

  /** @param {Node} node */
  edgesOf(node) {
    return this.incidence.get(node) ?? [];
  }

  /** @param {Node} node */
  degree(node) {
    return this.edgesOf(node).length;
  }

  /**
   * Return the node at the other end of an edge.
   * @param {Edge} edge
   * @param {Node} node
   */
  neighbour(edge, node) {
    return edge.source === node ? edge.target : edge.source;
  }

  /**
   * Return the relation of an edge as it is read from one of its ends: hosted, or hosted by.
   * @param {Edge} edge
   * @param {Node} node
   */
  readFrom(edge, node) {
    if (edge.mutual || edge.source === node) return edge.relation;
    return lookUp(this.payload.inverses, edge.relation) ?? `(reverse of) ${edge.relation}`;
  }

  /**
   * Return the nodes within some steps of a node.
   * @param {Node} node
   * @param {number} steps
   */
  nodesWithin(node, steps) {
    const seen = new Set([node]);
    let rim = [node];
    for (let step = 0; step < steps; step += 1) {
      const next = rim.flatMap((near) =>
        this.edgesOf(near).map((edge) => this.neighbour(edge, near)),
      );
      rim = next.filter((near) => !seen.has(near));
      for (const near of rim) seen.add(near);
    }
    return seen;
  }

  /**
   * Return the node at one end of a fact, if it is one.
   * @param {Fact} fact
   * @param {"s" | "o"} end
   */
  endOf(fact, end) {
    if (fact.edge) return end === "s" ? fact.edge.source : fact.edge.target;
    return this.nodesByKey.get(end === "s" ? (fact.s ?? fact.node?.key) : fact.o);
  }

  /**
   * Return what both ends of a mutual edge share, by its id, as some of the edge's facts have it.
   * @param {Edge} edge
   * @param {Fact[]} facts
   */
  groupShared(edge, facts) {
    /** @type {Map<string | undefined, Shared>} */
    const shared = new Map();
    for (const fact of facts) {
      const near = fact.s === edge.source.key || fact.s === edge.target.key;
      const far = near ? (fact.oIri ?? fact.o) : (fact.sIri ?? fact.s);
      const found = shared.get(far) ?? {
        name: (near ? fact.object : fact.subject) ?? "",
        facts: [],
        ends: new Set(),
      };
      found.facts.push(fact.index);
      found.ends.add(near ? fact.s : fact.o);
      shared.set(far, found);
    }
    return shared;
  }

  /**
   * Return the IRI of a prefixed name, or a text that is none as it is.
   * @param {string} id
   */
  expandIri(id) {
    const [prefix, ...rest] = id.split(":");
    const start = rest.length ? lookUp(this.payload.prefixes, prefix) : undefined;
    return start === undefined ? id : start + rest.join(":");
  }

  /**
   * Return the thing that a link in an address names; raises URIError for broken percent-encoding.
   * @param {string} link
   */
  findThing(link) {
    return this.links.get(this.#parseLink(link)) ?? null;
  }

  /** @param {string} link */
  #parseLink(link) {
    const [kind, ...rest] = link.split("=");
    // parts are decoded one by one: an id may itself hold an ampersand
    const parts = rest.join("=").split("&");
    return JSON.stringify([kind, parts.map((part) => this.expandIri(decodeURIComponent(part)))]);
  }
}

/**
 * @param {NodeRow} row
 * @param {number} at
 * @returns {Node}
 */
function makeNode(row, at) {
  const link = `node=${encodePart(row.id)}`;
  const defaults = { facts: [], size: 0, x: 0, y: 0 };
  return { ...defaults, ...row, type: "node", key: `n${at}`, link };
}

/**
 * @param {BundleRow} row
 * @param {number} at
 * @returns {Bundle}
 */
function makeBundle(row, at) {
  return { ...row, type: "bundle", key: `b${at}`, link: `bundle=${encodePart(row.id)}` };
}
