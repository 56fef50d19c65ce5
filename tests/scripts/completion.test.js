import assert from "node:assert/strict";
import { test } from "node:test";
import { Completion, findTypedWord } from "../../graph_builder/server/templates/completion.js";

const completion = new Completion({
  prefixes: { aigg: "https://example.org/ns#", actor: "https://example.org/actor/" },
  classes: [
    { name: "aigg:Country", label: "country", note: "", above: ["aigg:Country", "aigg:Actor"] },
    { name: "aigg:Actor", label: "actor", note: "", above: ["aigg:Actor"] },
    { name: "aigg:Event", label: "event", note: "", above: ["aigg:Event"] },
  ],
  relations: [
    { name: "aigg:hosted", label: "hosted", note: "", from: ["aigg:Actor"], to: ["aigg:Event"] },
    { name: "aigg:code", label: "code", note: "", from: ["aigg:Country"], to: [] },
    { name: "aigg:venue", label: "venue", note: "", from: ["aigg:Event"], to: [] },
    { name: "skos:note", label: "note", note: "", from: [], to: [] },
  ],
  things: [
    ["India", "actor:IND", "aigg:Country", "Bhārat", "インド"],
    ["AI summit", "event:summit", "aigg:Event"],
    ["Summit office", "actor:office", "aigg:Actor"],
  ],
});

/**
 * Return the names that are suggested at "|" in a query.
 * @param {string} query
 */
function suggest(query) {
  const [before = "", after = ""] = query.split("|");
  return completion.suggest(before, before + after).map(({ name }) => name);
}

test("the word that is typed may have a prefix and dots", () => {
  assert.equal(findTypedWord("?x aigg:ho"), "aigg:ho");
  assert.equal(findTypedWord("?x a.b-c"), "a.b-c");
  assert.equal(findTypedWord("?x "), "");
});

test("at the start of a statement things are suggested, by label and by name", () => {
  assert.deepEqual(suggest("{ |"), ["actor:IND", "event:summit", "actor:office"]);
  assert.deepEqual(suggest("{ ind|"), ["actor:IND"]);
  assert.deepEqual(suggest("{ actor:|"), ["actor:IND", "actor:office"]);
  assert.deepEqual(suggest("{ bharat|"), ["actor:IND"]);
  assert.deepEqual(suggest("{ イン|"), ["actor:IND"]);
});

test("what begins with the typed word stands before what holds it", () => {
  assert.deepEqual(suggest("{ summit|"), ["event:summit", "actor:office"]);
  assert.deepEqual(suggest("{ office|"), ["actor:office"]);
  assert.deepEqual(suggest("{ ummit|"), ["event:summit", "actor:office"]);
});

test("after a subject come the relations of its class, then those of any class", () => {
  assert.deepEqual(suggest("{ actor:IND |"), ["aigg:hosted", "aigg:code", "skos:note"]);
  assert.deepEqual(suggest("{ actor:office |"), ["aigg:hosted", "skos:note"]);
  assert.deepEqual(suggest("{ ?e | . ?e a aigg:Event }"), ["aigg:venue", "skos:note"]);
  assert.deepEqual(suggest("{ actor:IND aigg:hosted ?e . ?e |"), ["aigg:venue", "skos:note"]);
  assert.equal(suggest("{ ?any |").length, 4);
});

test("a semicolon keeps the subject, and a comma the relation", () => {
  assert.deepEqual(suggest("{ actor:IND a aigg:Country ; ho|"), ["aigg:hosted"]);
  assert.deepEqual(suggest("{ ?x aigg:hosted event:summit, |"), ["event:summit"]);
});

test("after a relation come the things that it leads to, after a the classes", () => {
  assert.deepEqual(suggest("{ actor:IND aigg:hosted |"), ["event:summit"]);
  assert.equal(suggest("{ actor:IND aigg:code |").length, 3);
  assert.deepEqual(suggest("{ ?x a |"), ["aigg:Country", "aigg:Actor", "aigg:Event"]);
  assert.deepEqual(suggest("{ ?x rdf:type ev|"), ["aigg:Event"]);
});

test("prefixes are completed with their namespaces", () => {
  assert.deepEqual(suggest("PREFIX ai|"), ["aigg: <https://example.org/ns#>"]);
});

test("comments, texts and IRIs do not count", () => {
  assert.deepEqual(suggest('{ ?x skos:note "a ; b . c" . # ; {\n ind|'), ["actor:IND"]);
  assert.deepEqual(suggest("{ ?x a <https://example.org/a.b> . \n ind|"), ["actor:IND"]);
});

test("a subject with signs of regular expressions is only a name", () => {
  assert.equal(suggest("{ ?x.y$ |").length, 4);
});
