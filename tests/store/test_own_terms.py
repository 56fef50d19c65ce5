"""Foreign and empty graphs are said to be so, by each command that could find nothing in them."""

from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Store

from graph_builder.core.errors import ForeignGraphError
from graph_builder.query.validation import validate
from graph_builder.store.graph import Graph
from graph_builder.store.serialization import write_turtle
from tests.conftest import Run

FOREIGN = """@prefix org: <http://www.w3.org/ns/org#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<http://x/a> a org:Organization ; skos:prefLabel "Ministry A"@en ; org:subOrganizationOf <urn:b> .
<urn:b> a org:Organization ; skos:prefLabel "Government B"@en .
<urn:c> skos:related <https://w3id.org/aigg/actor/FRA> .
"""
SENTENCE = "the graph is foreign: it uses no term of this project's ontology"
COUNT = "SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
COMMANDS = [
    *("validate", "export -F gexf", "export -F graphml", "draw", "draw overview", "site new"),
    *("measure co-endorsement", "chance co-endorsement", "disagreements", "query organisers"),
]


@pytest.fixture
def foreign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a file without a term of ours, in a working directory of its own."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "foreign.ttl"
    path.write_text(FOREIGN, encoding="utf-8")
    return path


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_that_finds_nothing_in_a_foreign_graph_says_so(
    command: str, foreign: Path, run: Run
) -> None:
    result = run(*command.split(), "-s", foreign)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(SENTENCE)
    assert [path.name for path in foreign.parent.iterdir()] == [foreign.name]


@pytest.mark.parametrize("command", [*COMMANDS, "explain X"])
@pytest.mark.parametrize("content", ["", "# nothing\n"])
def test_an_empty_file_passes_nowhere(command: str, content: str, foreign: Path, run: Run) -> None:
    foreign.write_text(content, encoding="utf-8")
    result = run(*command.split(), "-s", foreign)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.endswith("the graph is empty: it holds no statements\n")


def test_a_foreign_graph_is_no_valid_one_in_python_either() -> None:
    with pytest.raises(ForeignGraphError, match="empty"):
        validate(Graph(Store()))


@pytest.mark.parametrize("term", ["Ministry A", "ministry a", "http://x/a"])
def test_explain_shows_the_triples_of_a_foreign_thing_as_unsourced(
    term: str, foreign: Path, run: Run
) -> None:
    result = run("explain", term, "-s", foreign)
    assert result.exit_code == 1
    assert result.stderr.startswith(SENTENCE)
    assert "Ministry A — org:subOrganizationOf — Government B\n    unsourced\n" in result.stdout
    assert result.stdout.endswith("3 triples; no source in this graph states them\n")


def test_explain_gives_programs_the_triples_with_empty_columns(foreign: Path, run: Run) -> None:
    lines = run("explain", "urn:b", "-s", foreign, "-F", "csv").stdout.splitlines()
    assert lines[0].startswith("subject,relation,object,modality,")
    assert f"http://x/a,http://www.w3.org/ns/org#subOrganizationOf,urn:b{',' * 15}" in lines


def test_find_works_in_a_foreign_graph(foreign: Path, run: Run) -> None:
    result = run("find", "goverment", "-s", foreign)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "Government B" in result.stdout


def test_sparql_sees_what_a_file_holds_and_the_ontology_if_asked(foreign: Path, run: Run) -> None:
    counts = [
        int(run("query", "--text", COUNT, "-s", foreign, "-F", "csv", *words).stdout.split()[1])
        for words in ((), ("--with-ontology",))
    ]
    assert counts[0] == 6
    assert counts[1] > 1000


@pytest.mark.slow
def test_what_we_export_is_answered_as_before(foreign: Path, graph: Graph, run: Run) -> None:
    foreign.write_text(write_turtle(graph.quads()), encoding="utf-8")
    merged = graph.quads(None, None, None, DefaultGraph())
    counted = run("query", "--text", COUNT, "-s", foreign, "-F", "csv").stdout.split()[1]
    assert int(counted) == len(merged)
    asked = run("query", "relations", "-s", foreign, "-F", "csv")
    assert asked.stdout == run("query", "relations", "-F", "csv").stdout
    assert "lead organiser" in run("query", "organisers", "-s", foreign).stdout
