import assert from "node:assert/strict";
import { test } from "node:test";
import { Model } from "../../graph_builder/pictures/templates/core/model.js";
import { findNodes } from "../../graph_builder/pictures/templates/core/ranking.js";
import { NameIndex } from "../../graph_builder/site/templates/name_ranking.js";
import { makePayload } from "./sample.js";

/**
 * Return the labels of the nodes that words find among nodes with some labels.
 * @param {string[]} labels
 * @param {string} words
 */
function findLabels(labels, words) {
  const nodes = labels.map((label, at) => ({ id: `n:${at}`, label, kind: "place", group: "g" }));
  const model = new Model({ ...makePayload(), nodes, edges: [], bundles: [] });
  return findNodes(model, words, "en").map(({ node }) => node.label);
}

test("in a picture a beginning stands before a word, and that before the inside", () => {
  const labels = ["Chinatown", "The AI town", "Townhall", "Village"];
  assert.deepEqual(findLabels(labels, "town"), ["Townhall", "The AI town", "Chinatown"]);
});

test("in a picture case and accents do not matter", () => {
  assert.deepEqual(findLabels(["Côte d'Ivoire", "Cotonou"], "COTE D"), ["Côte d'Ivoire"]);
  assert.deepEqual(findLabels(["India"], "  "), []);
  assert.deepEqual(findLabels(["India"], "zz"), []);
});

test("in a picture at most nine are found", () => {
  assert.equal(
    findLabels(
      Array.from({ length: 12 }, (_, at) => `Town ${at}`),
      "town",
    ).length,
    9,
  );
});

test("in a picture a thing is found by a name in any language, then by its kind", () => {
  const model = new Model(makePayload());
  const found = (/** @type {string} */ words) =>
    findNodes(model, words, "en").map(({ node, name }) => [node.label, name]);
  assert.deepEqual(found("inde"), [["India", "Inde"]]);
  assert.deepEqual(found("भा"), [["India", "भारत"]]);
  assert.deepEqual(found("bharat"), [["India", "Bharat"]]);
  assert.deepEqual(found("company"), [["G & Co", "G & Co"]]);
});

test("in a picture those with more edges come first among equals", () => {
  const model = new Model({
    ...makePayload(),
    nodes: ["Town A", "Town B", "Town C"].map((label, at) => ({
      id: `n:${at}`,
      label,
      kind: "place",
      group: "g",
    })),
    edges: [{ from: "n2", to: "n1", id: "x", relation: "x", style: "f", facts: [] }],
    bundles: [],
  });
  const labels = findNodes(model, "town", "en").map(({ node }) => node.label);
  assert.deepEqual(labels, ["Town B", "Town C", "Town A"]);
});

const INDEX = new NameIndex([
  ["Republic of India", "actor/1.html", "country", "India", "IND"],
  ["India AI Mission", "actor/2.html", "programme"],
  ["Indiana", "place/3.html", "place"],
  ["Finding India", "source/4.html", "source"],
  ["Bindia", "actor/5.html", "person"],
]);

test("in a site the same name comes first, then the beginning, a word, and the inside", () => {
  assert.deepEqual(
    INDEX.find("india", 9).map(({ name }) => name),
    ["Republic of India", "India AI Mission", "Indiana", "Finding India", "Bindia"],
  );
});

test("in a site a hit tells by which other name it was found", () => {
  const by = (/** @type {string} */ words) =>
    INDEX.find(words, 9).map(({ name, by: other }) => [name, other])[0];
  assert.deepEqual(by("IND"), ["Republic of India", "IND"]);
  assert.deepEqual(by("republic"), ["Republic of India", ""]);
  assert.deepEqual(new NameIndex([["Korea", "k.html", "country", "Corée"]]).find("coree", 9), [
    { name: "Korea", path: "k.html", kind: "country", by: "Corée" },
  ]);
});

test("in a site no more are found than are wanted, and nothing for nothing", () => {
  assert.equal(INDEX.find("i", 2).length, 2);
  assert.deepEqual(INDEX.find(" ", 9), []);
});
