"""NetworkX writes what ``to_networkx`` returns, and its evidence is still at hand."""

import copy
import io
import json
import pickle

import networkx as nx
import pytest
from pyoxigraph import Literal, NamedNode

from graph_builder.analysis.networks.evidenced_graph import Attributes
from graph_builder.analysis.networks.facts_network import build_network_from_rows
from graph_builder.analysis.networks.network_builder import to_networkx
from graph_builder.core.errors import UnknownNameError
from graph_builder.store.graph import Graph
from graph_builder.store.snapshot import select

NETWORKS = ["network", "co-endorsement", "hierarchy", "actor-event"]


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("day", [None, "2025-02-10"])
def test_networkx_writes_each_kind_of_network(name: str, day: str | None, sample: Graph) -> None:
    made = to_networkx(select(sample, at=day), name)
    size = (len(made), made.number_of_edges())
    for write, read in ((nx.write_gexf, nx.read_gexf), (nx.write_graphml, nx.read_graphml)):
        written = io.BytesIO()
        write(made, written)
        written.seek(0)
        back = read(written)
        assert (len(back), back.number_of_edges()) == size
    text = json.dumps(nx.node_link_data(made, edges="edges"))
    linked = nx.node_link_graph(json.loads(text), edges="edges")
    assert (len(linked), linked.number_of_edges()) == size


@pytest.mark.parametrize("name", NETWORKS)
def test_copies_and_parts_keep_the_evidence(name: str, sample: Graph) -> None:
    made = to_networkx(sample, name)
    key = "facts" if name == "network" else "evidence"
    for other in (made.copy(), made.subgraph([*made]).copy(), copy.deepcopy(made)):
        pairs = zip(made.edges(data=True), other.edges(data=True), strict=True)
        assert all(list(one[2][key]) == list(two[2][key]) for one, two in pairs)
        assert all(made.nodes[node].get("facts") == other.nodes[node].get("facts") for node in made)


def test_records_are_found_but_not_listed() -> None:
    held = Attributes()
    held.update({"weight": 2.0, "evidence": [1]}, facts=[2])
    assert (held["evidence"], held.get("facts"), held.get("blocs")) == ([1], [2], None)
    assert "evidence" in held
    assert "blocs" not in held
    assert held == {"weight": 2.0}
    for other in (held.copy(), copy.deepcopy(held), pickle.loads(pickle.dumps(held))):  # noqa: S301
        assert other["evidence"] == [1]
    with pytest.raises(KeyError):
        held["blocs"]


@pytest.mark.parametrize(
    ("name", "near"), [("co-endorsment", "co-endorsement"), ("netwrk", "network")]
)
def test_a_misspelt_network_proposes_networks(name: str, near: str, sample: Graph) -> None:
    with pytest.raises(UnknownNameError, match=f"unknown network '{name}'; did you mean {near}"):
        to_networkx(sample, name)


def test_a_graph_shows_its_size_and_what_it_was_narrowed_to(sample: Graph) -> None:
    assert repr(sample) == f"<Graph of {len(sample):,} quads>"
    assert repr(select(sample, at="2025-02-10")).endswith(" quads at 2025-02-10>")
    assert repr(select(sample, verified="primary")).endswith(" quads, verified primary>")


def test_rdflib_knows_our_prefixes(sample: Graph) -> None:
    rows = sample.to_rdflib().query("SELECT ?part { ?part aigg:sessionOf ?event }")
    assert [*rows]


def test_a_row_whose_subject_is_a_literal_is_no_edge(sample: Graph) -> None:
    wrong, right = Literal("x"), NamedNode("http://x/a")
    rows = [{"subject": each, "relation": right, "object": right} for each in (wrong, right)]
    assert [*build_network_from_rows(rows, sample)] == [right.value]
