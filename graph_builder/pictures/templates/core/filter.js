import { lookUp } from "./model.js";

/** @import { State } from "./address.js" */
/** @import { Bundle, Edge, Fact, Model, Node, Thing } from "./model.js" */

const BINDING = ["agreed", "signed", "ratified", "implemented"];
const OFFICIAL = ["primary", "official-copy"];
const CONTRADICTION = "contradiction";

/**
 * The rules that a reader can filter facts by.
 * @type {Record<string, (fact: Fact) => boolean>}
 */
const RULES = {
  agreed: ({ modality = "" }) => BINDING.includes(modality),
  official: ({ verification = "" }) => OFFICIAL.includes(verification),
  two: ({ origins = 0 }) => origins > 1,
  contradicts: isContradicted,
  differs: isDisputed,
  apart: ({ apart }) => Boolean(apart),
};

/** @param {Fact} fact */
export function isContradicted(fact) {
  return fact.differs === CONTRADICTION;
}

/** @param {Fact} fact */
export function isDisputed(fact) {
  return Boolean(fact.differs) && fact.differs !== CONTRADICTION;
}

/**
 * Return the first and the last day of a day, month or year.
 * @param {string} day
 */
function findBounds(day) {
  const missing = 10 - day.length;
  return {
    first: day + "0000-01-01".slice(-missing || 10),
    last: day + "0000-12-31".slice(-missing || 10),
  };
}

/**
 * Tell whether a fact may hold on a day: one without a date may, one with a later date may not.
 * @param {Fact} fact
 * @param {string} day
 */
export function datesAllow(fact, day) {
  const { first, last } = findBounds(day);
  const starts = [fact.since, fact.asOf].filter((each) => each !== undefined && each !== "");
  return (
    starts.every((each) => findBounds(each ?? "").first <= last) &&
    (!fact.until || findBounds(fact.until).last >= first)
  );
}

/**
 * Return the days in the dates of facts, sorted.
 * @param {Fact[]} facts
 */
export function listDays(facts) {
  const days = facts.flatMap((fact) => [fact.since ?? "", fact.until ?? "", fact.asOf ?? ""]);
  return [...new Set(days)].filter(Boolean).sort();
}

/** What a state lights in a graph; the rest fades. */
export class Filter {
  /**
   * @param {Model} model
   * @param {State} state
   */
  constructor(model, state) {
    this.model = model;
    this.state = state;
    /** Whether facts are filtered, not only nodes and edges by what they are. */
    this.isNarrowed = state.only.length > 0 || Boolean(state.at);
    this.isActive = this.isNarrowed || state.mark.length > 0 || state.line.length > 0;
  }

  /** @param {Fact} fact */
  allowsFact(fact) {
    const { only, at } = this.state;
    return only.every((name) => lookUp(RULES, name)?.(fact)) && (!at || datesAllow(fact, at));
  }

  /** @param {Node} node */
  allowsNode(node) {
    return !this.state.mark.length || this.state.mark.includes(node.group);
  }

  /** @param {Edge} edge */
  allowsEdge(edge) {
    if (this.state.line.length && !this.state.line.includes(edge.style)) return false;
    if (!this.allowsNode(edge.source) && !this.allowsNode(edge.target)) return false;
    if (!this.isNarrowed) return true;
    const facts = this.model.factsOf(edge).filter((fact) => this.allowsFact(fact));
    if (!edge.mutual) return facts.length > 0;
    // a mutual edge is allowed while a fact about each end is left
    return [...this.model.groupShared(edge, facts).values()].some(({ ends }) => ends.size > 1);
  }

  /**
   * Tell whether an edge is lit: the filters allow it, and it belongs to what is chosen.
   * @param {Edge} edge
   */
  lightsEdge(edge) {
    const { thing } = this.state;
    if (!this.allowsEdge(edge)) return false;
    if (thing?.type === "node") return edge.source === thing || edge.target === thing;
    if (thing?.type === "bundle") return edge.facts.some((at) => thing.facts.includes(at));
    return thing ? edge === thing : true;
  }

  /** Return the nodes that are lit. */
  highlightedNodes() {
    const { thing, line } = this.state;
    const lit = this.model.edges.filter((edge) => this.lightsEdge(edge));
    const touched = new Set(lit.flatMap((edge) => [edge.source, edge.target]));
    const isLimited = this.isNarrowed || line.length > 0 || thing !== null;
    const isHighlighted = (/** @type {Node} */ node) => {
      if (node === thing) return true;
      if (!this.allowsNode(node)) return false;
      if (!isLimited || touched.has(node)) return true;
      return this.isNarrowed && !thing && this.#hasAllowedFact(node);
    };
    return new Set(this.model.nodes.filter(isHighlighted));
  }

  /** @param {Node} node */
  #hasAllowedFact(node) {
    return this.model.factsOf(node).some((fact) => this.allowsFact(fact));
  }

  /**
   * Tell whether a bundle is lit. One of which the page holds no facts is lit until something else
   * is chosen or a filter is set.
   * @param {Bundle} bundle
   */
  highlightsBundle(bundle) {
    const { thing } = this.state;
    if (!bundle.facts.length) return !this.isActive && (!thing || thing === bundle);
    return this.model
      .factsOf(bundle)
      .some((fact) => this.keepsFact(fact) && this.#concerns(thing, bundle, fact));
  }

  /**
   * Tell whether a fact of a bundle concerns what is chosen.
   * @param {Thing | null} thing
   * @param {Bundle} bundle
   * @param {Fact} fact
   */
  #concerns(thing, bundle, fact) {
    if (!thing || thing === bundle || thing.facts.includes(fact.index)) return true;
    const near = thing.type === "bundle" ? (thing.members ?? []) : [];
    const ends = [this.model.endOf(fact, "s"), this.model.endOf(fact, "o")];
    return ends.some((end) => end && (end === thing || near.includes(end.key)));
  }

  /**
   * Tell whether the filters leave a fact, whatever is chosen.
   * @param {Fact} fact
   */
  keepsFact(fact) {
    if (!this.allowsFact(fact)) return false;
    const edges = fact.edge
      ? [fact.edge]
      : this.model.edges.filter((edge) => edge.facts.includes(fact.index));
    if (edges.length) return edges.some((edge) => this.allowsEdge(edge));
    return !this.state.line.length && (!fact.node || this.allowsNode(fact.node));
  }

  /** Return the nodes that are shown: all, or those within the chosen number of steps. */
  shownNodes() {
    const { thing, steps } = this.state;
    if (thing?.type === "node" && steps) return this.model.nodesWithin(thing, steps);
    return new Set(this.model.nodes);
  }

  /** Return the facts to share: those that are shown and that the filters leave. */
  sharedFacts() {
    const shown = this.shownNodes();
    const isShown = (/** @type {Fact} */ { edge, node }) => {
      if (edge) return shown.has(edge.source) && shown.has(edge.target);
      return !node || shown.has(node);
    };
    return this.model.facts.filter((fact) => this.keepsFact(fact) && isShown(fact));
  }

  /** Return the network to share: nodes and edges that are shown and that the filters leave. */
  sharedNetwork() {
    const { model, state } = this;
    const shown = this.shownNodes();
    const edges = model.edges.filter(
      (edge) => shown.has(edge.source) && shown.has(edge.target) && this.allowsEdge(edge),
    );
    const touched = new Set(edges.flatMap((edge) => [edge.source, edge.target]));
    const isKept = (/** @type {Node} */ node) => {
      if (touched.has(node)) return true;
      if (!shown.has(node) || !this.allowsNode(node)) return false;
      if (!this.isNarrowed && !state.line.length) return true;
      return !state.line.length && this.#hasAllowedFact(node);
    };
    return { nodes: model.nodes.filter(isKept), edges };
  }

  /** Return a sentence on how many facts the filters leave, or "" without filters. */
  describe() {
    if (!this.isActive) return "";
    const all = this.model.facts.length;
    const left = this.model.facts.filter((fact) => this.keepsFact(fact));
    const isUndated = (/** @type {Fact} */ fact) => !fact.since && !fact.until && !fact.asOf;
    const undated = this.state.at ? left.filter(isUndated).length : 0;
    const part = undated ? `, ${undated} of them without a day` : "";
    const facts = all === 1 ? "fact" : "facts";
    return `${left.length} of ${all} ${facts} remain${part}; the others are faded.`;
  }
}
