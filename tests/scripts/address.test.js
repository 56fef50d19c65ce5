import assert from "node:assert/strict";
import { test } from "node:test";
import {
  DEFAULT_STATE,
  formatFragment,
  parseFragment,
} from "../../graph_builder/pictures/templates/core/address.js";
import { makeModel } from "./sample.js";

const model = makeModel();
const offer = {
  languages: ["en", "fr", "hi"],
  hasFilter: (/** @type {string} */ name, /** @type {string} */ value) =>
    ["only=agreed", "only=two", "mark=country", "line=a,b"].includes(`${name}=${value}`),
};

/** @param {string} fragment */
function parse(fragment) {
  return parseFragment(fragment, model, offer);
}

test("the state of a page without a choice has a fragment of its own", () => {
  assert.equal(formatFragment(DEFAULT_STATE), "#all");
  assert.deepEqual(parse("#all"), DEFAULT_STATE);
  assert.deepEqual(parse(""), DEFAULT_STATE);
});

test("a whole state is the same after it was in the address", () => {
  for (const thing of [null, ...model.things.values()]) {
    const state = {
      thing,
      steps: 2,
      only: ["agreed", "two"],
      at: "2024-05",
      mark: ["country"],
      line: [],
      lang: "fr",
      embed: true,
    };
    assert.deepEqual(parse(formatFragment(state)), state);
  }
});

test("the address names things and filters in an order of its own", () => {
  const state = { ...DEFAULT_STATE, thing: model.getNode("n3"), only: ["two", "agreed"], steps: 1 };
  assert.equal(formatFragment(state), "#node=actor:x%26y;steps=1;only=agreed,two");
  const edge = { ...DEFAULT_STATE, thing: model.edges[0] ?? null };
  assert.equal(formatFragment(edge), "#edge=actor:IND&aigg:signed&event:a/b");
});

test("what the page does not offer is left out", () => {
  assert.deepEqual(parse("#only=agreed,nothing;mark=toString")?.only, ["agreed"]);
  assert.deepEqual(parse("#mark=toString")?.mark, []);
  assert.equal(parse("#steps=7")?.steps, 2);
  assert.equal(parse("#steps=x")?.steps, 0);
  assert.equal(parse("#lang=xx")?.lang, "en");
});

test("only days, months and years are days", () => {
  const days = ["2024", "2024-05", "2024-05-01", "24", "2024-5", "2024-05-01-01", "x", ""];
  assert.deepEqual(
    days.map((day) => parse(`#at=${day}`)?.at),
    ["2024", "2024-05", "2024-05-01", "", "", "", "", ""],
  );
});

test("fragments of another kind are none of ours", () => {
  for (const fragment of ["#facts", "#node=nobody", "#node=%", "#=", "#x=y", "#embed=1", "#%00"]) {
    assert.equal(parse(fragment), null, fragment);
  }
});
