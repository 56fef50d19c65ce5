"""Networks: their declarations, ties and filters, projections and the evidence of each edge."""

import pytest

from graph_builder.analysis.networks import projection
from graph_builder.analysis.networks.edge_assertions import EdgeAssertion, query_edge_assertions
from graph_builder.analysis.networks.network_builder import (
    find_blocs,
    load_country_regions,
    to_networkx,
)
from graph_builder.analysis.networks.network_definition import (
    find_network_definition,
    load_network_definitions,
)
from graph_builder.analysis.networks.projection import Incidence, project_incidence
from graph_builder.core.errors import UnknownNameError
from graph_builder.core.vocabulary import expand
from graph_builder.store.graph import Graph
from graph_builder.store.snapshot import select

IND, FRA = expand("actor:IND"), expand("actor:FRA")


def _tie(source: str, target: str, relation: str = "endorsed") -> EdgeAssertion:
    return EdgeAssertion(source, target, relation, 1.0, f"{source}-{relation}-{target}", "", "", "")


def test_the_networks_are_those_that_are_promised() -> None:
    assert {
        *("actor-event", "actor-theme", "actor-instrument", "co-endorsement", "co-organisation"),
        *("co-membership", "hierarchy", "posts", "succession"),
    } < set(load_network_definitions())


@pytest.mark.parametrize("name", load_network_definitions())
def test_each_network_has_edges_that_know_their_assertions(name: str, sample: Graph) -> None:
    made = to_networkx(sample, name)
    assert made.number_of_edges()
    for one, other, held in made.edges(data=True):
        assert held["weight"] > 0
        assert held["evidence"]
        assert {one, other} <= {end for tie in held["evidence"] for end in tie[:2]} | {one, other}
        assert all(tie.evidence.startswith(expand("assertion:")) for tie in held["evidence"])


@pytest.mark.parametrize("name", load_network_definitions())
def test_provenance_is_no_node(name: str, sample: Graph) -> None:
    for iri, held in to_networkx(sample, name).nodes(data=True):
        assert held["label"]
        assert held["kind"] not in ("", "Assertion", "Source")
        assert not iri.startswith((expand("source:"), expand("assertion:")))


def test_sorts_of_graph_follow_the_declaration(sample: Graph) -> None:
    assert to_networkx(sample, "hierarchy").is_directed()
    both = to_networkx(sample, "actor-instrument")
    assert not both.is_directed()
    assert {held["bipartite"] for held in both.nodes.values()} == {0, 1}
    assert all(both.nodes[a]["bipartite"] != both.nodes[b]["bipartite"] for a, b in both.edges)


def test_a_text_that_two_sources_report_counts_once(sample: Graph) -> None:
    edge = to_networkx(sample, "co-endorsement").edges[FRA, IND]
    shared = edge["evidence"].shared
    assert edge["weight"] == len(shared) == len({*shared})
    assert len(edge["evidence"]) >= 2 * len(shared)


def test_one_event_of_many_does_not_outweigh_meetings_of_two() -> None:
    crowd = [_tie(name, "summit") for name in "abcd"]
    pair = [_tie(name, "talk") for name in "ab"]
    weights = project_incidence(Incidence([*crowd, *pair]), "newman")
    assert weights["a", "b"] == pytest.approx(1 / 3 + 1)
    assert weights["c", "d"] == pytest.approx(1 / 3)
    spent = {name: sum(w for pair, w in weights.items() if name in pair) for name in "abcd"}
    assert spent == pytest.approx({"a": 2, "b": 2, "c": 1, "d": 1})


@pytest.mark.parametrize("weighting", ["count", "newman"])
def test_matrices_and_pairs_give_the_same(
    weighting: projection.Weighting, sample: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("scipy")
    incidence = Incidence(query_edge_assertions(sample, find_network_definition("co-membership")))
    pairs = project_incidence(incidence, weighting)
    monkeypatch.setattr(projection, "MIN_PAIRS_SCIPY", 0)
    found = project_incidence(incidence, weighting)
    assert list(found) == list(pairs)
    assert found == pytest.approx(pairs, rel=1e-12)


def test_what_is_planned_is_no_tie_unless_asked_for(sample: Graph) -> None:
    done = query_edge_assertions(sample, find_network_definition("actor-event"))
    assert all(tie.modality != expand("modality:intended") for tie in done)
    planned = query_edge_assertions(
        sample, find_network_definition("actor-event"), modality="intended"
    )
    assert planned
    assert {tie.modality for tie in planned} == {expand("modality:intended")}


def test_kind_and_basis_narrow(sample: Graph) -> None:
    everybody = to_networkx(sample, "co-membership")
    countries = to_networkx(sample, "co-membership", kind="Country")
    assert 0 < len(countries) < len(everybody)
    assert {held["kind"] for held in countries.nodes.values()} == {"Country"}
    stated = query_edge_assertions(sample, find_network_definition("co-membership"), basis="stated")
    assert {tie.basis for tie in stated} == {expand("basis:stated")}


@pytest.mark.slow
def test_a_day_narrows_and_says_what_is_not_known(sample: Graph) -> None:
    before = to_networkx(select(sample, at="2023-10-31"), "co-endorsement")
    after = to_networkx(select(sample, at="2023-12-01"), "co-endorsement")
    assert before.number_of_edges() < after.number_of_edges()
    assert after.edges[FRA, IND]["holds"] == "yes"
    assert after.graph["at"] == "2023-12-01"


def test_countries_are_in_the_regions_of_the_world() -> None:
    known = load_country_regions()
    assert {*known.values()} == {"Africa", "Americas", "Asia", "Europe", "Oceania"}
    assert known[expand("actor:IND")] == "Asia"
    assert known[expand("actor:FRA")] == "Europe"
    assert expand("actor:ATA") not in known


def test_members_of_blocs_come_with_the_assertions_that_say_so(sample: Graph) -> None:
    (brics,) = [bloc for bloc in find_blocs(sample) if bloc.label == "BRICS"]
    assert expand("actor:IND") in brics.members
    for said in brics.members.values():
        assert said
        assert all(iri.startswith(expand("assertion:")) for iri in said)
    made = to_networkx(sample, "co-endorsement")
    assert made.nodes[expand("actor:IND")]["blocs"] == "BRICS"
    assert made.nodes[expand("actor:IND")]["region"] == "Asia"
    assert made.nodes[expand("actor:FRA")]["blocs"] == ""
    assert made.graph["blocs"] == find_blocs(sample)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("co-membership", {"kind": "Countri"}),
        ("co-membership", {"modality": "agred"}),
        ("co-membership", {"basis": "statd"}),
    ],
)
def test_a_wrong_filter_is_named_with_what_is_near(
    name: str, wrong: dict[str, str], sample: Graph
) -> None:
    with pytest.raises(UnknownNameError, match="did you mean"):
        to_networkx(sample, name, **wrong)
