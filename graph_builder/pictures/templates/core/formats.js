import { lookUp } from "./model.js";
import { getName } from "./names.js";

/** @import { Fact, Model, Node } from "./model.js" */

/**
 * Templates of what Python's writers write for a fact, node or edge; names in braces are for values.
 * Escapes map texts of the page to what a format writes for them, where that differs.
 * @typedef {Record<string, string>} Escapes
 *
 * @typedef {object} Templates
 * @property {{ header: string, row: string, escapes: Escapes }} csv
 * @property {{ start: string, node: string, middle: string, edge: string, end: string, escapes: Escapes }} gexf
 * @property {TurtleTemplates} turtle
 *
 * @typedef {object} TurtleTemplates
 * @property {string} prefix
 * @property {string} label
 * @property {string} title
 * @property {string} text a text as object
 * @property {string} unnamed the subject of a fact that has no id
 * @property {string[]} fact its lines; a line is left out if the fact lacks a value in it
 * @property {Escapes} terms how Turtle writes ids and days
 * @property {Escapes} escapes
 */

/** The pattern of a placeholder in a template. */
const PLACEHOLDER = /\{(\w+)\}/g;

/**
 * Return a template filled with values, as the format writes them.
 * @param {string} template
 * @param {Record<string, unknown>} values
 * @param {Escapes} [escapes]
 */
export function fillTemplate(template, values, escapes = {}) {
  const write = (/** @type {string} */ text) => lookUp(escapes, text) ?? text;
  return template.replace(PLACEHOLDER, (_, /** @type {string} */ name) => {
    const value = values[name] ?? "";
    return Array.isArray(value) ? value.map(write).join(" ") : write(String(value));
  });
}

/**
 * Return the name of an end of a fact in a language, or its text if it is not a node.
 * @param {Model} model
 * @param {Fact} fact
 * @param {"s" | "o"} end
 * @param {string} language
 */
function nameEnd(model, fact, end, language) {
  const node = model.endOf(fact, end);
  return node ? getName(node, language) : end === "s" ? fact.subject : fact.object;
}

/**
 * Return facts as CSV, with names in a language.
 * @param {Model} model
 * @param {Fact[]} facts
 * @param {string} language
 */
export function formatCsv(model, facts, language) {
  const { header, row, escapes } = model.payload.templates.csv;
  const rows = facts.map((fact) => {
    const { title, publisher, url } = lookUp(model.payload.sources, fact.source) ?? {};
    const values = {
      ...fact,
      subject: nameEnd(model, fact, "s", language),
      relation: fact.edge?.relation ?? fact.relation,
      object: nameEnd(model, fact, "o", language),
      title,
      publisher,
      address: url,
    };
    return fillTemplate(row, values, escapes);
  });
  return header + rows.join("");
}

/**
 * Return facts as Turtle: one assertion each, and the names of the things in them.
 * @param {Model} model
 * @param {Fact[]} facts
 */
export function formatTurtle(model, facts) {
  const { payload } = model;
  const { prefix, label, title, escapes } = payload.templates.turtle;
  /** @type {Set<Node>} */
  const nodes = new Set();
  for (const fact of facts) {
    for (const end of /** @type {const} */ (["s", "o"])) {
      const node = model.endOf(fact, end);
      if (node) nodes.add(node);
    }
  }
  const cited = new Set(facts.map((fact) => fact.source));
  const sources = Object.entries(payload.sources).filter(([id]) => cited.has(id));
  return [
    ...Object.entries(payload.prefixes).map(([name, iri]) => fillTemplate(prefix, { name, iri })),
    ...[...nodes].map((node) =>
      fillTemplate(label, { id: writeTerm(model, node.id), text: node.label }, escapes),
    ),
    ...sources.map(([id, source]) => {
      const values = { id: writeTerm(model, `source:${id}`), text: source.title || id };
      return fillTemplate(title, values, escapes);
    }),
    ...facts.map((fact, at) => formatAssertion(model, fact, at + 1)),
  ].join("");
}

/**
 * @param {Model} model
 * @param {Fact} fact
 * @param {number} number
 */
function formatAssertion(model, fact, number) {
  const { fact: lines, unnamed, escapes } = model.payload.templates.turtle;
  const object = model.endOf(fact, "o")?.id ?? fact.oIri;
  /** @type {Record<string, unknown>} */
  const values = {
    ...fact,
    id: fact.id ? writeTerm(model, `assertion:${fact.id}`) : fillTemplate(unnamed, { number }),
    subject: writeTerm(model, model.endOf(fact, "s")?.id ?? fact.sIri),
    predicate: writeTerm(model, fact.edge?.id ?? fact.p),
    object: object ? writeTerm(model, object) : (fact.value ?? writeText(model, fact.object)),
    source: fact.source && writeTerm(model, `source:${fact.source}`),
    modality: fact.modality && writeTerm(model, `modality:${fact.modality}`),
    basis: fact.basis && writeTerm(model, `basis:${fact.basis}`),
    verification: fact.verification && writeTerm(model, `verification:${fact.verification}`),
    since: writeTerm(model, fact.since),
    until: writeTerm(model, fact.until),
    asOf: writeTerm(model, fact.asOf),
  };
  const isFilled = (/** @type {string} */ line) =>
    [...line.matchAll(PLACEHOLDER)].every(([, name = ""]) => (values[name] ?? "") !== "");
  const filled = lines.filter(isFilled).map((line) => fillTemplate(line, values, escapes));
  return `${filled.join(" ;\n\t")} .\n\n`;
}

/**
 * Return a prefixed name or a day as Turtle writes it.
 * @param {Model} model
 * @param {string | undefined} id
 */
function writeTerm(model, id) {
  return lookUp(model.payload.templates.turtle.terms, id) ?? id;
}

/**
 * @param {Model} model
 * @param {string} [text]
 */
function writeText(model, text) {
  const { text: template, escapes } = model.payload.templates.turtle;
  return fillTemplate(template, { text }, escapes);
}

/**
 * Return a network as GEXF, for Gephi and similar programs, with names in a language.
 * @param {Model} model
 * @param {{ nodes: Node[], edges: import("./model.js").Edge[] }} network
 * @param {string} language
 */
export function formatGexf(model, { nodes, edges }, language) {
  const {
    start,
    node: nodeTemplate,
    middle,
    edge: edgeTemplate,
    end,
    escapes,
  } = model.payload.templates.gexf;
  const nodeParts = nodes.map((node) => {
    const values = {
      id: model.expandIri(node.id),
      label: getName(node, language),
      kind: node.kind,
    };
    return fillTemplate(nodeTemplate, values, escapes);
  });
  const edgeParts = edges.map((edge) => {
    const facts = model.factsOf(edge);
    const values = {
      id: edge.key,
      from: model.expandIri(edge.source.id),
      to: model.expandIri(edge.target.id),
      weight: edge.weight ?? 1,
      label: edge.relation,
      relation: model.expandIri(edge.id),
      modality: listDistinct(facts.map((fact) => fact.modality)),
      source: listDistinct(facts.map((fact) => fact.source)),
    };
    return fillTemplate(edgeTemplate, values, escapes);
  });
  return [start, ...nodeParts, middle, ...edgeParts, end].join("");
}

/** @param {(string | undefined)[]} texts */
function listDistinct(texts) {
  return [...new Set(texts.filter(Boolean))].sort();
}
