import { DEFAULT_STATE } from "../../graph_builder/pictures/templates/core/address.js";
import { Filter } from "../../graph_builder/pictures/templates/core/filter.js";
import { Model } from "../../graph_builder/pictures/templates/core/model.js";

/** @import { State } from "../../graph_builder/pictures/templates/core/address.js" */
/** @import { FactRow, Payload } from "../../graph_builder/pictures/templates/core/model.js" */

/** @type {FactRow[]} */
const FACTS = [
  { id: "f0", s: "n0", o: "n1", modality: "signed", verification: "primary", since: "2023-11-01" },
  { id: "f1", s: "n0", o: "n1", modality: "reported", verification: "press", source: "daily" },
  { id: "f2", s: "n2", o: "n1", modality: "planned", verification: "press", since: "2025" },
  {
    id: "f3",
    s: "n0",
    p: "aigg:name",
    relation: "name",
    object: 'Bharat, "India"',
    modality: "reported",
    verification: "official-copy",
    differs: "contradiction",
    origins: 2,
  },
  {
    s: "n3",
    p: "aigg:memberOf",
    relation: "member of",
    oIri: "actor:G7",
    object: "G7",
    modality: "reported",
    until: "2024-06",
    differs: "rounding",
    apart: 1,
  },
];

/** @type {Payload["templates"]} */
const TEMPLATES = {
  csv: { header: "subject,object,source\r\n", row: "{subject},{object},{title}\r\n", escapes: {} },
  gexf: {
    start: "<nodes>",
    node: '<node id="{id}" label="{label}" kind="{kind}"/>',
    middle: "</nodes><edges>",
    edge: '<edge id="{id}" source="{from}" target="{to}" said="{modality}" weight="{weight}"/>',
    end: "</edges>",
    escapes: { "G & Co": "G &amp; Co" },
  },
  turtle: {
    prefix: "@prefix {name}: <{iri}> .\n",
    label: '{id} skos:prefLabel "{text}"@en .\n',
    title: '{id} dcterms:title "{text}" .\n',
    text: '"{text}"',
    unnamed: "<#fact-{number}>",
    fact: [
      "{id} a aigg:Assertion",
      "rdf:subject {subject}",
      "rdf:predicate {predicate}",
      "rdf:object {object}",
      "prov:wasDerivedFrom {source}",
      "aigg:validFrom {since}",
      'skos:note "{note}"@en',
    ],
    terms: { "event:a/b": "event:a\\/b", 2025: '"2025"^^xsd:gYear' },
    escapes: { 'Bharat, "India"': 'Bharat, \\"India\\"' },
  },
};

/**
 * Return a new payload: India, which signed a declaration, France, which plans to, and two others.
 * @returns {Payload}
 */
export function makePayload() {
  return {
    nodes: [
      {
        id: "actor:IND",
        label: "India",
        kind: "country",
        group: "country",
        facts: [3],
        names: { fr: "Inde", hi: "भारत" },
        also: ["Bharat"],
      },
      { id: "event:a/b", label: "Declaration & more", kind: "text", group: "text" },
      { id: "actor:FRA", label: "France", kind: "country", group: "country" },
      { id: "actor:x&y", label: "G & Co", kind: "company", group: "body", facts: [4] },
    ],
    edges: [
      {
        from: "n0",
        to: "n1",
        id: "aigg:signed",
        relation: "signed",
        style: "done",
        facts: [0, 1],
      },
      {
        from: "n2",
        to: "n1",
        id: "aigg:signed",
        relation: "signed",
        style: "planned",
        facts: [2],
      },
    ],
    bundles: [{ id: "group-1", label: "Group", facts: [0, 3], members: ["n0"] }],
    facts: structuredClone(FACTS),
    common: { source: "treaty", basis: "stated" },
    inverses: {},
    words: {},
    sources: {
      treaty: { title: "The treaty", publisher: "UN", date: "2023", url: "https://example.org/t" },
      daily: { title: "The daily", publisher: "", date: "", url: "" },
    },
    at: "",
    options: {},
    prefixes: { actor: "https://example.org/actor/", event: "https://example.org/event/" },
    listed: "",
    focus: "",
    opening: "",
    groups: {},
    styles: {},
    paths: {},
    templates: structuredClone(TEMPLATES),
  };
}

export function makeModel() {
  return new Model(makePayload());
}

/**
 * Return the filter of a state, and what it is about.
 * @param {Partial<State>} change
 */
export function makeFilter(change, model = makeModel()) {
  return new Filter(model, { ...DEFAULT_STATE, ...change });
}

/** @param {Iterable<{ id: string }>} things */
export function idsOf(things) {
  return [...things].map(({ id }) => id);
}
