"""GraphML and GEXF: valid, the same each time, and read back with all that was written."""

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
import xmlschema
from pyoxigraph import Literal, NamedNode, Quad

from graph_builder.analysis.export.network_export import export_facts_network, export_network
from graph_builder.analysis.export.network_records import format_double
from graph_builder.analysis.networks.facts_network import build_network_from_rows
from graph_builder.analysis.networks.network_builder import to_networkx
from graph_builder.analysis.networks.network_definition import load_network_definitions
from graph_builder.analysis.reports.measure_registry import compute_measures
from graph_builder.core.vocabulary import compact, expand
from graph_builder.store.graph import Graph
from graph_builder.store.snapshot import select
from tests.conftest import DATA, Run

pytestmark = pytest.mark.slow

SCHEMAS = DATA / "schemas"
READ: dict[str, Callable[[io.BytesIO], Any]] = {"gexf": nx.read_gexf, "graphml": nx.read_graphml}
FORMATS = pytest.mark.parametrize("extension", READ)
IND, FRA = expand("actor:IND"), expand("actor:FRA")
HOSTILE = 'a\x00\x1b[31m\r\n\t<b>&"\u202e\ufffe\ud800]]>' + "x" * 10_000


@pytest.fixture(scope="module")
def schemas() -> dict[str, xmlschema.XMLSchema]:
    """Return the schemas of the formats."""
    return {name: xmlschema.XMLSchema(SCHEMAS / f"{name}.xsd") for name in READ}


def _read(text: str, extension: str) -> Any:
    return READ[extension](io.BytesIO(text.encode()))


@FORMATS
@pytest.mark.parametrize("name", load_network_definitions())
def test_each_network_is_valid_and_comes_back(
    name: str, extension: str, sample: Graph, schemas: dict[str, xmlschema.XMLSchema]
) -> None:
    if name == "co-endorsement":  # thousands of edges take a schema long
        sample = select(sample, at="2024-01")
    made = to_networkx(sample, name)
    text = export_network(made, extension, sample, results=compute_measures(made), description=name)
    schemas[extension].validate(text)
    back = _read(text, extension)
    assert back.is_directed() == made.is_directed()
    assert {held["iri"] for held in back.nodes.values()} == set(made)
    for iri, held in made.nodes(data=True):
        found = back.nodes[compact(iri)]
        assert (found["iri"], found["label"], found["kind"]) == (iri, held["label"], held["kind"])
        assert found.get("bipartite") == held.get("bipartite")
    for values in (m.values for m in compute_measures(made) if m.measure.name == "strength"):
        assert {node: back.nodes[compact(node)]["strength"] for node in values} == values
    for one, other, held in made.edges(data=True):
        found = back.edges[compact(one), compact(other)]
        assert found["weight"] == held["weight"]
        assert found["evidence"] == len(held["evidence"])
        named = {compact(tie.evidence) for tie in held["evidence"]}
        assert set(found["assertions"].split()) == named
        relations = {sample.label(tie.relation) for tie in held["evidence"]}
        assert set(found["relations"].split("; ")) == relations


@FORMATS
def test_what_is_shared_and_when_stands_on_an_edge(extension: str, sample: Graph) -> None:
    back = _read(
        export_network(to_networkx(sample, "co-endorsement"), extension, sample), extension
    )
    edge = back.edges[compact(FRA), compact(IND)]
    assert "Bletchley Declaration" in edge["shared"]
    assert (edge["first"], edge["start"]) == ("2023-11-01", "2023-11-01")
    assert edge["first"] < edge["last"]


@FORMATS
def test_the_network_of_facts_keeps_parallel_edges(
    extension: str, sample: Graph, schemas: dict[str, xmlschema.XMLSchema]
) -> None:
    text = export_facts_network(sample, extension)
    schemas[extension].validate(text)
    made = to_networkx(sample, "network", source="all")
    assert text.count("<edge ") == made.number_of_edges()
    back = _read(text, extension)
    assert back.number_of_edges() == made.number_of_edges()
    found = [held for *_, held in back.edges(data=True)]
    assert {held["affirmed"] for held in found} == {True, False}
    assert all(held["relation"] and held["modality"] and held["sources"] for held in found)


@FORMATS
def test_a_file_does_not_depend_on_the_day_or_the_order(extension: str, sample: Graph) -> None:
    one, other = (to_networkx(sample, "co-participation") for _ in range(2))
    turned: nx.Graph[str] = type(other)(**other.graph)
    turned.add_nodes_from(reversed([*other.nodes(data=True)]))
    turned.add_edges_from((b, a, held) for a, b, held in reversed([*other.edges(data=True)]))
    assert sorted(map(str, turned)) == sorted(map(str, one))
    text = export_network(one, extension, sample)
    assert text == export_network(turned, extension, sample)
    assert "lastmodifieddate" not in text


def _row(**said: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "subject": NamedNode("https://example.org/a b".replace(" ", "?é#")),
        "relation": NamedNode(expand("aigg:memberOf")),
        "object": NamedNode(expand("actor:x")),
    }
    return {**row, **{name: Literal(value) for name, value in said.items()}}


def _hostile(*rows: dict[str, Any]) -> tuple[Any, Graph]:
    label = NamedNode(expand("skos:prefLabel"))
    text = HOSTILE.replace("\ud800", "")
    graph = Graph.wrap([Quad(NamedNode(expand("actor:x")), label, Literal(text))])
    return build_network_from_rows(rows, graph), graph


@FORMATS
def test_no_text_breaks_the_file(extension: str, schemas: dict[str, xmlschema.XMLSchema]) -> None:
    made, graph = _hostile(_row())
    made.nodes[expand("actor:x")]["label"] = HOSTILE
    text = export_network(made, extension, graph, description=HOSTILE)
    schemas[extension].validate(text)
    back = _read(text, extension)
    assert len(back) == 2
    (node,) = (held for held in back.nodes.values() if held["iri"] == expand("actor:x"))
    assert node["label"].startswith("a\\x00\\x1b[31m")
    assert node["label"].endswith("]]>" + "x" * 10_000)
    assert {held["iri"] for held in back.nodes.values()} == set(made)


@FORMATS
def test_two_things_never_get_one_id(extension: str) -> None:
    made, graph = _hostile(_row())
    for iri in ("https://example.org/a!", "https://example.org/a?", "https://example.org/a_"):
        made.add_node(iri, label=iri, kind="", facts=[])
    back = _read(export_network(made, extension, graph), extension)
    assert len(back) == 5


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ({"from": "2023", "to": "2024"}, "2023-01-01", "2024-12-31"),
        ({"from": "2023-11", "to": "2024-02"}, "2023-11-01", "2024-02-29"),
        ({"from": "2023-11-02"}, "2023-11-02", None),
        ({"from": "soon", "to": "later"}, None, None),
        ({}, None, None),
    ],
)
def test_months_and_years_become_days(
    said: dict[str, str], start: str | None, end: str | None
) -> None:
    made, graph = _hostile(_row(**said))
    text = export_network(made, "gexf", graph)
    (edge,) = re.findall("<edge [^>]*>", text)
    found = {name: re.search(f'{name}="([^"]*)"', edge) for name in ("start", "end")}
    assert {n: m and m[1] for n, m in found.items()} == {"start": start, "end": end}
    assert ('mode="dynamic"' in text) is bool(start)


def test_a_node_begins_with_its_first_edge_unless_one_has_no_date() -> None:
    later = {**_row(**{"from": "2024"}), "object": NamedNode(expand("actor:y"))}
    made, graph = _hostile(_row(**{"from": "2023"}), later)
    nodes = nx.read_gexf(io.BytesIO(export_network(made, "gexf", graph).encode())).nodes
    assert (nodes["actor:x"]["start"], nodes["actor:y"]["start"]) == ("2023-01-01", "2024-01-01")
    undated = {**_row(), "object": NamedNode(expand("actor:y"))}
    made, graph = _hostile(_row(**{"from": "2023"}), undated)
    nodes = nx.read_gexf(io.BytesIO(export_network(made, "gexf", graph).encode())).nodes
    assert "start" not in nodes["actor:y"]


def test_on_a_day_an_edge_says_whether_it_held(sample: Graph) -> None:
    day = select(sample, at="2023-12-01")
    back = nx.read_gexf(
        io.BytesIO(export_network(to_networkx(day, "co-endorsement"), "gexf", day).encode())
    )
    assert back.edges[compact(FRA), compact(IND)]["holds"] == "yes"


@FORMATS
def test_a_network_of_nothing_is_valid(
    extension: str, schemas: dict[str, xmlschema.XMLSchema]
) -> None:
    nothing = Graph.wrap([])
    text = export_network(to_networkx(nothing, "co-endorsement"), extension, nothing)
    schemas[extension].validate(text)
    assert len(_read(text, extension)) == 0


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.0, "1.0"), (1e-9, "1e-09"), (float("inf"), "INF"), (-float("inf"), "-INF")],
)
def test_numbers_are_those_of_xml_schema(value: float, text: str) -> None:
    assert format_double(value) == text
    assert format_double(float("nan")) == "NaN"


def test_values_keep_their_types(sample: Graph) -> None:
    made = to_networkx(sample, "actor-event")
    text = export_network(made, "gexf", sample, results=compute_measures(made, ["degree"]))
    found = dict(re.findall('<attribute id="([^"]+)" title="[^"]+" type="([^"]+)"', text))
    assert found.items() >= {"bipartite": "integer", "degree": "double", "iri": "string"}.items()


@pytest.mark.parametrize("name", ["all.gexf", "all.GraphML"])
def test_export_takes_the_format_from_the_name(name: str, run: Run, tmp_path: Path) -> None:
    done = run("export", "-o", tmp_path / name)
    assert (done.exit_code, done.stdout) == (0, "")
    assert (tmp_path / name).read_text(encoding="utf-8").startswith("<?xml")
