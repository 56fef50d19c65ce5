import assert from "node:assert/strict";
import { test } from "node:test";
import {
  chooseInputs,
  describeAnswer,
  describeCell,
} from "../../graph_builder/server/templates/result_table.js";

/** @import { Answer } from "../../graph_builder/server/templates/result_table.js" */

/**
 * @param {Partial<Answer>} parts
 * @param {number} count
 * @returns {Answer}
 */
function makeAnswer(parts, count = 0) {
  const rows = Array.from({ length: count }, () => [{ text: "x" }]);
  const rest = { verdict: "", notes: [], more: false, noPictureReason: "" };
  return { kind: "rows", columns: ["x"], rows, ...rest, ...parts };
}

test("beside the text of a cell stands its name, or its type", () => {
  assert.equal(describeCell({ text: "India", name: "actor:IND" }), "actor:IND");
  assert.equal(describeCell({ text: "actor:IND", name: "actor:IND" }), "");
  assert.equal(describeCell({ text: "2024", type: "gYear" }), "gYear");
  assert.equal(describeCell({ text: "x", name: "x", type: "string" }), "string");
});

test("an answer is told with its number and the time it took", () => {
  assert.equal(describeAnswer(makeAnswer({}, 1), 0.0123), "1 row, in 13 ms.");
  assert.equal(describeAnswer(makeAnswer({}), 1.26), "0 rows, in 1.3 s.");
  assert.equal(describeAnswer(makeAnswer({ kind: "graph" }, 1234), 1), "1,234 facts, in 1.0 s.");
  assert.equal(
    describeAnswer(makeAnswer({ more: true }, 2), 0.5),
    "The first 2 rows, in 500 ms; save as CSV to get all.",
  );
});

test("a question with yes or no is answered in a word, silence by another one", () => {
  const answer = makeAnswer({ kind: "boolean" });
  assert.equal(describeAnswer({ ...answer, verdict: "yes" }, 0.5), "Yes. Answered in 500 ms.");
  assert.equal(
    describeAnswer({ ...answer, verdict: "not recorded" }, 0.5),
    "Not recorded. Answered in 500 ms.",
  );
});

test("a thing is typed by its label, or by its name where another has the same label", () => {
  const inputs = chooseInputs([
    ["India", "actor:IND", "aigg:Country"],
    ["CAISI", "actor:us-caisi", "aigg:Body"],
    ["CAISI", "actor:ca-caisi", "aigg:Body"],
  ]);
  assert.deepEqual(
    [...inputs],
    [
      ["actor:IND", "India"],
      ["actor:us-caisi", "actor:us-caisi"],
      ["actor:ca-caisi", "actor:ca-caisi"],
    ],
  );
});
