import assert from "node:assert/strict";
import { test } from "node:test";
import {
  fillTemplate,
  formatCsv,
  formatGexf,
  formatTurtle,
} from "../../graph_builder/pictures/templates/core/formats.js";
import { makeFilter, makeModel } from "./sample.js";

test("a template takes each value as the format writes it", () => {
  const escapes = { "a,b": '"a,b"' };
  assert.equal(fillTemplate("{one};{two}", { one: "a,b", two: "c" }, escapes), '"a,b";c');
  assert.equal(fillTemplate("{one}", { one: ["x", "a,b"] }, escapes), 'x "a,b"');
  assert.equal(fillTemplate("{one}|{two}", { one: 0 }), "0|");
  assert.equal(fillTemplate("{one}", { one: "$& {two} constructor" }), "$& {two} constructor");
  assert.equal(fillTemplate("{one}", { one: "constructor" }, escapes), "constructor");
});

test("CSV has a row a fact, with names in the reader's language", () => {
  const model = makeModel();
  model.payload.templates.csv.escapes = { 'Bharat, "India"': '"Bharat, ""India"""' };
  const rows = [
    "Inde,Declaration & more,The treaty",
    "Inde,Declaration & more,The daily",
    "France,Declaration & more,The treaty",
    'Inde,"Bharat, ""India""",The treaty',
    "G & Co,G7,The treaty",
  ];
  const expected = ["subject,object,source", ...rows].map((row) => `${row}\r\n`).join("");
  assert.equal(formatCsv(model, model.facts, "fr"), expected);
  assert.equal(formatCsv(model, [], "fr"), "subject,object,source\r\n");
});

test("Turtle has an assertion a fact, with the names of what they speak of", () => {
  const model = makeModel();
  const facts = [2, 3, 4].flatMap((at) => model.facts[at] ?? []);
  assert.equal(
    formatTurtle(model, facts),
    `@prefix actor: <https://example.org/actor/> .
@prefix event: <https://example.org/event/> .
actor:FRA skos:prefLabel "France"@en .
event:a\\/b skos:prefLabel "Declaration & more"@en .
actor:IND skos:prefLabel "India"@en .
actor:x&y skos:prefLabel "G & Co"@en .
source:treaty dcterms:title "The treaty" .
assertion:f2 a aigg:Assertion ;
	rdf:subject actor:FRA ;
	rdf:predicate aigg:signed ;
	rdf:object event:a\\/b ;
	prov:wasDerivedFrom source:treaty ;
	aigg:validFrom "2025"^^xsd:gYear .

assertion:f3 a aigg:Assertion ;
	rdf:subject actor:IND ;
	rdf:predicate aigg:name ;
	rdf:object "Bharat, \\"India\\"" ;
	prov:wasDerivedFrom source:treaty .

<#fact-3> a aigg:Assertion ;
	rdf:subject actor:x&y ;
	rdf:predicate aigg:memberOf ;
	rdf:object actor:G7 ;
	prov:wasDerivedFrom source:treaty .

`,
  );
});

test("GEXF has the nodes and edges that are left", () => {
  const model = makeModel();
  const network = makeFilter({ line: ["done"] }, model).sharedNetwork();
  const whole = makeFilter({}, model).sharedNetwork();
  assert.equal(
    formatGexf(model, network, "fr"),
    '<nodes><node id="https://example.org/actor/IND" label="Inde" kind="country"/>' +
      '<node id="https://example.org/event/a/b" label="Declaration & more" kind="text"/>' +
      '</nodes><edges><edge id="e0" source="https://example.org/actor/IND"' +
      ' target="https://example.org/event/a/b" said="reported signed" weight="1"/></edges>',
  );
  assert.match(formatGexf(model, whole, "en"), /label="G &amp; Co"/);
});
