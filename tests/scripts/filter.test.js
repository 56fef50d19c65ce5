import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULT_STATE } from "../../graph_builder/pictures/templates/core/address.js";
import {
  datesAllow,
  Filter,
  listDays,
} from "../../graph_builder/pictures/templates/core/filter.js";
import { Model } from "../../graph_builder/pictures/templates/core/model.js";
import { idsOf, makeFilter, makeModel, makePayload } from "./sample.js";

/** @import { State } from "../../graph_builder/pictures/templates/core/address.js" */

/** @param {Partial<State>} change */
function keptFacts(change) {
  const filter = makeFilter(change);
  return filter.model.facts.filter((fact) => filter.keepsFact(fact)).map(({ index }) => index);
}

/**
 * @param {string} day
 * @param {{ since?: string, until?: string, asOf?: string }} period
 */
function holds(day, period) {
  return datesAllow({ index: 0, ...period }, day);
}

test("a fact holds on a day that its period may include", () => {
  assert.ok(holds("2024", {}));
  assert.ok(holds("2024-05", { since: "2024" }));
  assert.ok(holds("2024", { since: "2024-12-31" }));
  assert.ok(!holds("2024-05", { since: "2024-06" }));
  assert.ok(!holds("2024-05", { asOf: "2024-06-01" }));
  assert.ok(holds("2024-05-31", { until: "2024-05" }));
  assert.ok(!holds("2024-06-01", { until: "2024-05" }));
  assert.ok(holds("2024-06-01", { since: "2024-01", until: "2025" }));
});

test("each rule keeps the facts that it is about", () => {
  assert.deepEqual(keptFacts({}), [0, 1, 2, 3, 4]);
  assert.deepEqual(keptFacts({ only: ["agreed"] }), [0]);
  assert.deepEqual(keptFacts({ only: ["official"] }), [0, 3]);
  assert.deepEqual(keptFacts({ only: ["two"] }), [3]);
  assert.deepEqual(keptFacts({ only: ["contradicts"] }), [3]);
  assert.deepEqual(keptFacts({ only: ["differs"] }), [4]);
  assert.deepEqual(keptFacts({ only: ["apart"] }), [4]);
  assert.deepEqual(keptFacts({ only: ["official", "two"] }), [3]);
  assert.deepEqual(keptFacts({ only: ["toString"] }), []);
});

test("a day keeps what may hold on it", () => {
  assert.deepEqual(keptFacts({ at: "2024-07" }), [0, 1, 3]);
  assert.deepEqual(keptFacts({ at: "2023" }), [0, 1, 3, 4]);
});

test("marks and lines keep the facts that stand on them", () => {
  assert.deepEqual(keptFacts({ mark: ["country"] }), [0, 1, 2, 3]);
  assert.deepEqual(keptFacts({ mark: ["body"] }), [4]);
  assert.deepEqual(keptFacts({ line: ["planned"] }), [2]);
});

test("days are listed once and in order", () => {
  assert.deepEqual(listDays(makeModel().facts), ["2023-11-01", "2024-06", "2025"]);
});

test("nodes are lit by what is chosen and by what the filters leave", () => {
  const model = makeModel();
  const lit = (/** @type {Partial<State>} */ change) =>
    idsOf(makeFilter(change, model).highlightedNodes());
  assert.equal(lit({}).length, 4);
  assert.deepEqual(lit({ thing: model.getNode("n0") }), ["actor:IND", "event:a/b"]);
  assert.deepEqual(lit({ thing: model.getNode("n3") }), ["actor:x&y"]);
  assert.deepEqual(lit({ thing: model.edges[1] ?? null }), ["event:a/b", "actor:FRA"]);
  assert.deepEqual(lit({ thing: model.bundles[0] ?? null }), ["actor:IND", "event:a/b"]);
  assert.deepEqual(lit({ only: ["contradicts"] }), ["actor:IND"]);
  assert.deepEqual(lit({ mark: ["text"] }), ["event:a/b"]);
  assert.deepEqual(lit({ line: ["planned"] }), ["event:a/b", "actor:FRA"]);
});

test("a bundle is lit by a fact that has to do with what is chosen", () => {
  const model = makeModel();
  const [bundle] = model.bundles;
  assert.ok(bundle);
  const lights = (/** @type {Partial<State>} */ change) =>
    makeFilter(change, model).highlightsBundle(bundle);
  assert.ok(lights({}));
  assert.ok(lights({ thing: bundle }));
  assert.ok(lights({ thing: model.getNode("n1") }));
  assert.ok(!lights({ thing: model.getNode("n2") }));
  assert.ok(lights({ thing: model.edges[0] ?? null }));
  assert.ok(!lights({ thing: model.edges[1] ?? null }));
  assert.ok(!lights({ only: ["differs"] }));
});

test("a bundle without facts on the page fades only beside what is chosen or filtered", () => {
  const payload = makePayload();
  const bundles = [{ id: "group-2", label: "Bare", facts: [], members: [] }, ...payload.bundles];
  const model = new Model({ ...payload, bundles });
  const [bare, other] = model.bundles;
  assert.ok(bare && other);
  const lights = (/** @type {Partial<State>} */ change) =>
    makeFilter(change, model).highlightsBundle(bare);
  assert.ok(lights({}));
  assert.ok(lights({ thing: bare }));
  assert.ok(!lights({ thing: other }));
  assert.ok(!lights({ thing: model.getNode("n0") }));
  assert.ok(!lights({ only: ["differs"] }));
  assert.ok(!lights({ mark: ["country"] }));
});

test("a mutual edge stands while something is told of both ends", () => {
  const payload = makePayload();
  const facts = [
    { s: "n0", oIri: "event:x", subject: "India", object: "X", modality: "signed" },
    { s: "n2", oIri: "event:x", subject: "France", object: "X", modality: "reported" },
  ];
  const model = new Model({
    ...payload,
    nodes: payload.nodes.map((node) => ({ ...node, facts: [] })),
    edges: [
      { from: "n0", to: "n2", id: "x", relation: "", style: "", facts: [0, 1], mutual: true },
    ],
    bundles: [],
    facts,
  });
  const [edge] = model.edges;
  assert.ok(edge);
  assert.ok(new Filter(model, { ...DEFAULT_STATE, at: "2024" }).allowsEdge(edge));
  assert.ok(!new Filter(model, { ...DEFAULT_STATE, only: ["agreed"] }).allowsEdge(edge));
});

test("shared is what is left within the steps around the choice", () => {
  const model = makeModel();
  const state = { thing: model.getNode("n0"), steps: 1 };
  const shared = (/** @type {Partial<State>} */ change) =>
    makeFilter(change, model)
      .sharedFacts()
      .map(({ index }) => index);
  assert.deepEqual(shared(state), [0, 1, 3]);
  assert.deepEqual(shared({ ...state, steps: 2 }), [0, 1, 2, 3]);
  assert.deepEqual(shared({ ...state, only: ["agreed"] }), [0]);
});

test("a network that is shared has the ends of its edges and what facts are told of", () => {
  const shared = (/** @type {Partial<State>} */ change) => {
    const { nodes, edges } = makeFilter(change).sharedNetwork();
    return [idsOf(nodes), edges.map(({ key }) => key)];
  };
  const all = ["actor:IND", "event:a/b", "actor:FRA", "actor:x&y"];
  assert.deepEqual(shared({}), [all, ["e0", "e1"]]);
  assert.deepEqual(shared({ only: ["two"] }), [["actor:IND"], []]);
  assert.deepEqual(shared({ line: ["planned"] }), [["event:a/b", "actor:FRA"], ["e1"]]);
  assert.deepEqual(shared({ mark: ["body"] }), [["actor:x&y"], []]);
});

test("filters say what they leave, and what of it has no day", () => {
  assert.equal(makeFilter({}).describe(), "");
  assert.equal(
    makeFilter({ only: ["agreed"] }).describe(),
    "1 of 5 facts remain; the others are faded.",
  );
  assert.equal(
    makeFilter({ at: "2024-07" }).describe(),
    "3 of 5 facts remain, 2 of them without a day; the others are faded.",
  );
});
