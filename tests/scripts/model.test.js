import assert from "node:assert/strict";
import { test } from "node:test";
import { encodePart, lookUp, Model } from "../../graph_builder/pictures/templates/core/model.js";
import { idsOf, makeModel, makePayload } from "./sample.js";

test("a table does not give what every object inherits", () => {
  assert.equal(lookUp({ a: "b" }, "a"), "b");
  assert.equal(lookUp({ a: "b" }, "constructor"), undefined);
  assert.equal(lookUp({ a: "b" }, undefined), undefined);
});

test("addresses keep slashes and colons, and nothing else that separates", () => {
  assert.equal(encodePart("event:a/b"), "event:a/b");
  assert.equal(encodePart("a&b=c;d,e#f"), "a%26b%3Dc%3Bd%2Ce%23f");
});

test("facts take what most have in common, and keep what is their own", () => {
  const { facts } = makeModel();
  assert.deepEqual(
    facts.map(({ source }) => source),
    ["treaty", "daily", "treaty", "treaty", "treaty"],
  );
});

test("a fact stands on the edge between its ends, or on its subject", () => {
  const { facts, edges, nodes } = makeModel();
  assert.equal(facts[0]?.edge, edges[0]);
  assert.equal(facts[0]?.node, undefined);
  assert.equal(facts[3]?.node, nodes[0]);
});

test("the ends of a fact are nodes where the page has them", () => {
  const model = makeModel();
  const ends = model.facts.map((fact) => [model.endOf(fact, "s")?.id, model.endOf(fact, "o")?.id]);
  assert.deepEqual(ends, [
    ["actor:IND", "event:a/b"],
    ["actor:IND", "event:a/b"],
    ["actor:FRA", "event:a/b"],
    ["actor:IND", undefined],
    ["actor:x&y", undefined],
  ]);
});

test("each thing is found by its link, whatever its id holds", () => {
  const model = makeModel();
  for (const thing of model.things.values()) assert.equal(model.findThing(thing.link), thing);
  assert.equal(model.findThing("node=https://example.org/actor/IND")?.key, "n0");
  assert.equal(model.findThing("node=actor:nobody"), null);
  assert.throws(() => model.findThing("node=%"), URIError);
});

test("prefixed names are expanded, other texts stay", () => {
  const model = makeModel();
  assert.equal(model.expandIri("actor:a:b"), "https://example.org/actor/a:b");
  assert.equal(model.expandIri("constructor:x"), "constructor:x");
  assert.equal(model.expandIri("actor"), "actor");
});

test("a loop is one edge of its node", () => {
  const payload = makePayload();
  const loop = { from: "n2", to: "n2", id: "aigg:x", relation: "x", style: "done", facts: [] };
  const model = new Model({ ...payload, edges: [...payload.edges, loop] });
  assert.equal(model.degree(model.getNode("n2")), 2);
});

test("steps lead from node to node", () => {
  const model = makeModel();
  const india = model.getNode("n0");
  assert.deepEqual(idsOf(model.nodesWithin(india, 0)), ["actor:IND"]);
  assert.deepEqual(idsOf(model.nodesWithin(india, 1)), ["actor:IND", "event:a/b"]);
  assert.deepEqual(idsOf(model.nodesWithin(india, 2)), ["actor:IND", "event:a/b", "actor:FRA"]);
  assert.throws(() => model.getNode("n9"), RangeError);
});

test("what both ends share is grouped by what it is, with the ends that it is told of", () => {
  const payload = makePayload();
  const tie = { from: "n0", to: "n2", id: "x", relation: "3 shared", style: "done", mutual: true };
  const facts = [
    { s: "n0", oIri: "event:one", subject: "India", object: "One" },
    { s: "n2", oIri: "event:one", subject: "France", object: "One" },
    { s: "n2", oIri: "event:two", subject: "France", object: "Two" },
    { sIri: "event:three", o: "n0", subject: "Three", object: "India" },
  ];
  const model = new Model({
    ...payload,
    nodes: payload.nodes.map((node) => ({ ...node, facts: [] })),
    edges: [{ ...tie, facts: [0, 1, 2, 3] }],
    bundles: [],
    facts,
  });
  const [edge] = model.edges;
  assert.ok(edge);
  const shared = [...model.groupShared(edge, model.factsOf(edge)).values()];
  assert.deepEqual(
    shared.map(({ name, facts: told, ends }) => [name, told, ends.size]),
    [
      ["One", [0, 1], 2],
      ["Two", [2], 1],
      ["Three", [3], 1],
    ],
  );
});

test("a relation is read from the end where a reader is", () => {
  const payload = makePayload();
  const relation = String(payload.edges[0]?.relation);
  const model = new Model({ ...payload, inverses: { [relation]: "taken by" } });
  const [edge] = model.edges;
  assert.ok(edge);
  assert.equal(model.readFrom(edge, edge.source), relation);
  assert.equal(model.readFrom(edge, edge.target), "taken by");
  assert.equal(model.readFrom({ ...edge, mutual: true }, edge.target), relation);
  assert.equal(model.readFrom({ ...edge, relation: "x" }, edge.target), "(reverse of) x");
});
