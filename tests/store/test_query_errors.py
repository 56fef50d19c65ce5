"""Mistakes in SPARQL are told in words: where, what, and what to write instead."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pyoxigraph import Store

from graph_builder.cli import aigg
from graph_builder.core.errors import QueryError
from graph_builder.server.limits import HTTPError
from graph_builder.server.sparql_task import evaluate_query
from graph_builder.store.graph import Graph
from graph_builder.store.query_text import find_unbound_columns
from tests.conftest import Run

MISTAKES = {
    "SELECT * { ?s aig:x ?o }": "1:15: unknown prefix 'aig'; did you mean aigg?",
    'SELECT * { ?s ?p "1"^^xds:int }': "1:23: unknown prefix 'xds'; did you mean xsd?",
    "SELECT * { FILTER (geof:near(?s, ?o)) }": "1:20: unknown prefix 'geof'; declare it: PREFIX",
    "SELECT ?a ?b (COUNT(*) AS ?n) { ?a ?p ?b } GROUP BY ?a": "1:11: ?b is not in GROUP BY",
    "SELECT (STR(?b) AS ?c) (MAX(?a) AS ?n) { ?a ?p ?b } GROUP BY ?p": "1:13: ?b is not in",
    "SELECT ?a (COUNT(*) AS ?n) { ?a ?p ?b }": "1:8: ?a is not in GROUP BY; add it there, or",
    "SELECT * {\n { SELECT ?x (SUM(?y) AS ?z) { ?x ?p ?y } GROUP BY ?p } }": "2:11: ?x is not in",
    "SELECT * { ?a ?p ?b } GROUP BY ?a": "1:23: SELECT * cannot stand with GROUP BY",
    "SELECT * { FILTER(COUNT(?o) > 1) }": "1:19: COUNT stands only in SELECT, HAVING or ORDER BY",
    "INSERT DATA { <urn:a> <urn:b> 1 }": "1:1: aigg only reads; INSERT would change a graph",
    "PREFIX x: <urn:x>\nDELETE WHERE { ?s x:a ?o }": "2:1: aigg only reads; DELETE would",
    "# so\nclear all": "2:1: aigg only reads; CLEAR would change a graph",
    "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }": "1:12: SERVICE <http://x/> is not called from",
    "SELECT * { SERVICE SILENT ?x { ?s ?p ?o } }": "1:12: SERVICE ?x is not called from here",
    'SELECT * { SERVICE wikibase:label { bd:serviceParam wikibase:language "en" } }': (
        "1:12: SERVICE wikibase:label, the label service of Wikidata, is not called from here; ask"
    ),
    "SELECT (FOO(?s) AS ?x) { ?s ?p ?o }": "1:9: unknown function FOO; did you mean FLOOR?",
    "SELECT * { FILTER CONTAIN(?o, 'x') }": "1:19: unknown function CONTAIN; did you mean CONTAINS",
    "SELECT (<urn:f>(?s) AS ?x) { ?s ?p ?o }": "1:9: unknown function <urn:f>",
    "SELECT (aigg:foo(?s) AS ?x) { ?s ?p ?o }": "1:9: unknown function <https://w3id.org/aigg/ns#",
    'SELECT * {\n ?s ?p "x\n}': '2:8: the text that begins here has no " at its end',
    "SELECT * { ?s ?p 'x }": "1:18: the text that begins here has no ' at its end",
    'SELECT * { ?s ?p """x }': '1:18: the text that begins here has no """ at its end',
    "SELECT * { ?s ?p <http://x/a }": "1:18: the IRI that begins here has no > at its end",
    "SELECT * { ?s ?p <http://x/a b> }": "1:18: not an IRI: '<http://x/a b>'; write a space as %20",
    "SELECT * { ?s ?p <b> }": "1:18: <b> is relative; write the whole IRI, or BASE <IRI>",
    "SELECT * { ?s ?p ?o": "1:10: something is missing: this { is not closed",
    "SELECT * ?s ?p ?o }": "1:19: this } closes nothing",
    "SELECT * { FILTER(?o > 1 }": "1:26: a bracket is not closed before this }",
    "SELECT * { ?s ?p ?o ?a ?b ?c }": "1:21: not SPARQL from '?a ?b ?c }' on; perhaps a . is",
    "SELECT COUNT(*) AS ?n { ?s ?p ?o }": "1:8: an expression of SELECT needs ( ) and a name",
    "SELECT (COUNT(*)) { ?s ?p ?o }": "1:8: an expression of SELECT needs ( ) and a name",
    "SELECT ?s, ?p { ?s ?p ?o }": "1:10: columns of SELECT are separated by spaces",
    "SELECT ?s ORDER BY ?s { ?s ?p ?o }": "1:11: this must come after the pattern in { }",
    "SELECT ?s { ?s ?p ?o } LIMIT ten": "1:30: a whole number is missing here",
    "SELECT ?s { ?s ?p ?o } LIMIT 1 ORDER BY ?s": "1:32: this must come before LIMIT and OFFSET",
    "SELECT * { ?s ?p ?o BIND(1 AS ?o) }": "1:31: ?o has a value already; take another name",
    "SELECT (1 AS ?x) (2 AS ?x) {}": "1:24: ?x has a value already",
    "SELECT ?s (1 AS ?s) { ?s ?p ?o }": "1:17: ?s has a value already",
    "SELECT * { VALUES (?a ?b) { (1) } }": "1:31: a row of VALUES has not one value for each",
    "SELECT * { ?s ?p “x” }": '1:18: U+201C is no sign of SPARQL; write a straight "',
    "SELECT *\u00a0{ ?s ?p ?o }": "1:9: U+00A0 is no sign of SPARQL; write a plain space",
    "SELECT * { FILTER ?o > 1 }": "1:19: the condition of FILTER needs ( )",
    "SELECT * { FILTER(?o == 1) }": "1:22: write = instead of ==",
    "SELECT * { FILTER(?o = 1 and ?o = 2) }": "1:26: write && instead of AND",
    "SELECT * { OPTIONAL ?s ?p ?o }": "1:21: a { is missing here",
    "SELECT * { ?s ?p 2025-02-10 }": '1:18: write a date as "2025-02-10"^^xsd:date',
    "SELECT * { ?s name ?o }": "1:15: 'name' is neither a variable (?name) nor a term",
    "SELECT * { FILTER(REGEX(?o)) }": "check the number of arguments of REGEX",
    "SELECT ?my-var { ?my-var ?p ?o }": "; the name of a variable, such as ?my, has no -",
    "SELECT * { _:a ?p ?o OPTIONAL { _:a ?q ?r } }": "1:33: _:a stands in two patterns",
    "SELCT * { ?s ?p ?o }": "1:1: a query begins with SELECT, CONSTRUCT, ASK or DESCRIBE, not with",
    "@prefix x: <urn:x> . ASK {}": "1:1: write PREFIX without @, and without a . at the end",
    "PREFIX x <urn:x> ASK {}": "1:1: declare a prefix as PREFIX name: <IRI>",
    "# only this": "1:12: something is missing here: the query is empty",
}


@pytest.fixture(scope="module")
def small() -> Graph:
    """Return a graph with one triple."""
    store = Store()
    store.update("INSERT DATA { <urn:a> <urn:b> 1 }")
    return Graph(store)


@pytest.mark.parametrize(("text", "sentence"), MISTAKES.items())
def test_a_mistake_is_told_in_words(text: str, sentence: str, small: Graph) -> None:
    with pytest.raises(QueryError) as error:
        small.query(text)
    message = str(error.value)
    assert message.startswith("query:")
    assert sentence in message
    assert "expected" not in message.removesuffix("is expected here")


@pytest.mark.parametrize("text", MISTAKES)
def test_the_endpoint_says_the_same(text: str, small: Graph) -> None:
    with pytest.raises(QueryError) as said:
        small.query(text)
    request = {"query": text, "longest": 100_000, "base": None, "default": [], "named": []}
    with pytest.raises(HTTPError) as error:
        evaluate_query(small, request)
    assert error.value.status == 400
    assert str(error.value).rstrip(".") == str(said.value)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?service { ?service <urn:SERVICE> 'SERVICE <http://x/>' } # SERVICE <http://x/>",
        "SELECT * { ?s aigg:service ?o . ?s a <http://x/SERVICE>}",
        "ASK { ?x ?y '“and == or' }",
    ],
)
def test_a_right_query_with_such_words_is_answered(text: str, small: Graph) -> None:
    assert small.query(text) is not None


@pytest.mark.parametrize(
    ("text", "unbound"),
    [
        ("SELECT (SUM(STRLEN(STR(LCASE(?o)))) AS ?n) { ?s ?p ?o }", []),
        ("SELECT (SUM(STRLEN(STR(?o))) AS ?n) ?none { ?s ?p ?o }", ["none"]),
        ("SELECT ?subject ?objekt { ?subject ?p ?object }", ["objekt"]),
        ("SELECT ?z WHERE { ?s ?p ?o }", ["z"]),
        ("SELECT (COUNT(STR(?x)) AS ?n) ?o { ?s ?p ?o } GROUP BY ?o", []),
        ("SELECT ?o { BIND(1 AS ?o) }", []),
        ("SELECT * { ?s ?p ?o }", []),
        ("SELECT ?a { }", []),
        ("PREFIX x: <urn:x> SELECT ?a { ?b x:a '?a' }", ["a"]),
        ("CONSTRUCT { ?a ?b ?c } WHERE { ?a ?b ?d }", []),
    ],
)
def test_a_column_that_no_pattern_has_is_noticed(text: str, unbound: list[str]) -> None:
    assert [each.name for each in find_unbound_columns(text)] == unbound


def test_the_note_on_such_a_column_names_the_nearest(run: Run) -> None:
    result = run("query", "--text", "SELECT ?objekt { ?body aigg:parentBody ?object }")
    assert result.exit_code == 0
    assert "?objekt has no values: no pattern of the query has it; did you mean ?object?" in (
        result.stderr
    )


def test_a_query_is_read_from_the_standard_input() -> None:
    def run(query: str | bytes) -> Result:
        return CliRunner().invoke(aigg, ["query", "-f", "-"], input=query)

    assert run("ASK {}").stdout == "yes\n"
    wrong = run("ASK {")
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert wrong.stderr.startswith("standard input:1:5: something is missing: this { is not closed")
    assert run(b"ASK { \xff }").stderr == "standard input: not UTF-8: byte 6\n"


def test_relative_iris_of_a_query_file_begin_with_its_address(run: Run, tmp_path: Path) -> None:
    data, query = tmp_path / "data.ttl", tmp_path / "query.rq"
    data.write_text("<> <p> <#x> .", encoding="utf-8")
    query.write_text("# <p>\nASK { <data.ttl> <p> ?x FILTER (STR(?x) != '<p>') }", encoding="utf-8")
    assert run("query", "-f", query, "-s", data).stdout == "yes\n"
    query.write_text(f"BASE <{data.as_uri()}> ASK {{ <> <p> <#x> }}", encoding="utf-8")
    assert run("query", "-f", query, "-s", data).stdout == "yes\n"
