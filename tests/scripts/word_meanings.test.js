import assert from "node:assert/strict";
import { test } from "node:test";
import { foldName } from "../../graph_builder/pictures/templates/core/folding.js";
import { NameIndex } from "../../graph_builder/site/templates/name_ranking.js";
import { WordMeanings } from "../../graph_builder/site/templates/word_meanings.js";

const words = new WordMeanings(new Map([["united kingdom", "actor:GBR"]]));
/** @type {import("../../graph_builder/site/templates/name_ranking.js").NameRow[]} */
const ROWS = [
  ["Paris Statement", "instrument/paris.html", "declaration"],
  ["AI Action Summit 2025", "event/action.html", "event", "Paris AI Summit"],
  ["AI Impact Summit 2026", "event/impact.html", "event"],
  ["AI summit in Delhi ends", "source/x.html", "source"],
  ["EU AI Act", "instrument/act.html", "law"],
  ["UK AI Security Institute", "actor/aisi.html", "government body"],
  ["United Kingdom", "actor/GBR.html", "country", "UK", "British"],
];
const index = new NameIndex(ROWS, { "event/impact.html": "delhi actor:IND 2026" });

/** @param {string} text */
function interpret(text) {
  return words.interpret(foldName(text));
}

test("words of many languages mean the same", () => {
  const meant = [["paris"], ["ai"], ["summit"]];
  for (const text of ["巴黎人工智能峰会", "パリAIサミット", "파리 인공지능 정상회의"]) {
    assert.deepEqual(interpret(text), meant);
  }
  assert.deepEqual(interpret("KI-Gipfel in Paris"), [["ai"], ["summit"], ["paris"]]);
  assert.deepEqual(interpret("закон ЕС"), [["act"], ["eu"]]);
  assert.deepEqual(interpret("the United Kingdom"), [["actor:GBR"]]);
  assert.deepEqual(interpret("of the"), []);
  assert.deepEqual(interpret("zzz"), [["zzz"]]);
});

test("a site finds what a text means, also by where it is", () => {
  /** @param {string} text */
  const first = (text) => index.find(text, 3)[0]?.name;
  assert.equal(first("KI-Gipfel in Paris"), "AI Action Summit 2025");
  assert.equal(first("Delhi summit"), "AI Impact Summit 2026");
  assert.equal(first("EU AI law"), "EU AI Act");
  assert.equal(first("Déclaration de Paris"), "Paris Statement");
  assert.equal(first("UK"), "United Kingdom");
  assert.equal(first("British AI Safety Institute"), "UK AI Security Institute");
  assert.equal(first("banana summit"), undefined);
});
