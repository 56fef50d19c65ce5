import assert from "node:assert/strict";
import { test } from "node:test";
import {
  findName,
  getName,
  listLanguages,
  listNames,
  wrapName,
} from "../../graph_builder/pictures/templates/core/names.js";
import {
  formatCount,
  formatDay,
  formatOnDay,
} from "../../graph_builder/pictures/templates/core/text.js";
import { makeModel } from "./sample.js";

const model = makeModel();
const india = model.getNode("n0");

test("English comes first among the languages, each once", () => {
  assert.deepEqual(listLanguages(model.nodes), ["en", "fr", "hi"]);
  assert.deepEqual(listLanguages([]), ["en"]);
});

test("a name in a language that is missing is the label", () => {
  assert.equal(getName(india, "fr"), "Inde");
  assert.equal(getName(india, "de"), "India");
  assert.equal(getName(india, "toString"), "India");
  assert.equal(findName(india, "de"), undefined);
});

test("a node has the name in the reader's language before its other names", () => {
  assert.deepEqual(listNames(india, "fr"), ["Inde", "India", "Inde", "भारत", "Bharat"]);
});

test("names stand in at most three short lines", () => {
  assert.deepEqual(wrapName("India"), ["India"]);
  assert.deepEqual(wrapName("2nd India-France AI Policy Roundtable"), [
    "2nd India-France",
    "AI Policy",
    "Roundtable",
  ]);
  assert.deepEqual(wrapName("one two three four five six seven eight nine ten eleven twelve"), [
    "one two three four",
    "five six seven",
    "eight nine ten …",
  ]);
  assert.deepEqual(wrapName("x".repeat(25)), [`${"x".repeat(23)}…`]);
  assert.deepEqual(wrapName("x".repeat(24)), ["x".repeat(24)]);
  assert.deepEqual(wrapName(" "), []);
});

test("days are told in words, other text as it is", () => {
  assert.equal(formatDay("2025-02-10"), "10 February 2025");
  assert.equal(formatDay("2025-02"), "February 2025");
  for (const text of ["2025", "2025-13", "53", "", "10 February 2025"]) {
    assert.equal(formatDay(text), text);
  }
  assert.equal(formatDay(undefined), "");
  assert.equal(formatOnDay("2025-02-10"), "on 10 February 2025");
  assert.equal(formatOnDay("2025-02"), "in February 2025");
});

test("one is counted as one", () => {
  assert.equal(formatCount(1, "fact", "facts"), "1 fact");
  assert.equal(formatCount(0, "fact", "facts"), "0 facts");
});
