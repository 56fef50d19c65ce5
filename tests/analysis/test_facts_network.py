"""Networks: nodes by the kind of term, edges by relation, evidence with its period."""

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from graph_builder.analysis.networks.facts_network import build_facts_network, list_network_facts
from graph_builder.core import vocabulary as v
from graph_builder.core.errors import QueryError
from graph_builder.core.ontology import load_ontology
from graph_builder.query.explanation import explain, format_explanation
from graph_builder.query.named_questions import ask, ask_for_rows
from graph_builder.store.graph import Graph

FOREIGN = "https://example.org/thing"
LOOKALIKE = "https://w3id.org/aigg/actor/IND"


def _node(name: str) -> NamedNode:
    return NamedNode(v.expand(name))


@pytest.fixture
def small() -> Graph:
    """Return a graph with a node of another base and a literal that looks like an address."""
    objects: dict[str, tuple[str, NamedNode | Literal]] = {
        "1": ("aigg:memberOf", NamedNode(FOREIGN)),
        "2": ("aigg:name", Literal(LOOKALIKE)),
    }
    pairs: dict[str, NamedNode | Literal] = {
        "aigg:modality": _node("modality:reported"),
        "aigg:basis": _node("basis:stated"),
        "aigg:verification": _node("verification:press"),
        "prov:wasDerivedFrom": _node("source:s"),
        "aigg:section": Literal("lead"),
        "aigg:validFrom": Literal("2023", datatype=_node("xsd:gYear")),
        "aigg:validTo": Literal("2024", datatype=_node("xsd:gYear")),
        "rdf:subject": _node("actor:x"),
        "rdf:type": _node("aigg:Assertion"),
    }
    return Graph.wrap(
        Quad(_node(f"assertion:{number}"), _node(predicate), term)
        for number, (relation, object_) in objects.items()
        for predicate, term in {
            **pairs,
            "rdf:predicate": _node(relation),
            "rdf:object": object_,
        }.items()
    )


def test_a_node_may_have_any_base_and_a_literal_stays_one(small: Graph) -> None:
    network = build_facts_network(small, source="all")
    assert set(network.edges()) == {(v.expand("actor:x"), FOREIGN)}
    assert LOOKALIKE not in network
    assert [fact["object"] for fact in network.nodes[v.expand("actor:x")]["facts"]] == [LOOKALIKE]
    assert isinstance(
        ask_for_rows(small, "network", source="all")[1]["object"], NamedNode | Literal
    )


def test_a_literal_that_looks_like_an_address_is_shown_as_it_is(small: Graph) -> None:
    assert {row["object"] for row in explain(small, "actor:x")} == {FOREIGN, LOOKALIKE}
    text = format_explanation(small, "actor:x")
    assert f"— {LOOKALIKE}" in text


def test_the_period_of_a_fact_is_carried_where_the_question_gives_it(small: Graph) -> None:
    has_period = "from" in ask_for_rows(small, "network", source="all")[0]
    (fact,) = build_facts_network(small, source="all").edges[
        v.expand("actor:x"), FOREIGN, v.NS + "memberOf"
    ]["facts"]
    assert (fact["from_"], fact["to"]) == (("2023", "2024") if has_period else ("", ""))
    assert fact["as_of"] == ""
    assert (", from 2023 to 2024\n" in format_explanation(small, "actor:x")) is (
        "from" in ask_for_rows(small, "facts-of", thing="actor:x")[0]
    )


def test_a_question_that_makes_no_network_is_refused(small: Graph) -> None:
    with pytest.raises(
        QueryError, match="organisers cannot make a network; it lacks some of the columns sub"
    ):
        build_facts_network(small, "organisers")


#: Modalities of what is to come, which some relations hold under.
PLANNED = {"announced", "intended"}


def _count_set_aside(graph: Graph, modality: str) -> int:
    query = f"SELECT ?x {{ ?x a aigg:SetAside ; aigg:modality modality:{modality} }}"
    return len(ask(graph, query))


def test_evidence_says_whether_the_fact_is_affirmed(graph: Graph) -> None:
    facts = list_network_facts(build_facts_network(graph, source="all"))
    rejected = [f for f in facts if f["modality"] == "reported" and not f["affirmed"]]
    assert {"Government of India", "2022"} < {fact["object"] for fact in rejected}
    aside = {modality: _count_set_aside(graph, modality) for modality in PLANNED | {"reported"}}
    assert len(rejected) == aside["reported"]
    intended = [fact for fact in facts if fact["modality"] == "intended"]
    assert "aim" in {fact["relation"] for fact in intended if fact["affirmed"]}
    assert {fact["affirmed"] for fact in intended} == {True, False}
    ontology = load_ontology()
    labels = {graph.label(each.iri): each for each in ontology.relations.values()}
    stated = [f for f in facts if f["modality"] in PLANNED and f["basis"] != "inferred"]
    holding = [f for f in stated if ontology.is_affirmed(f["modality"], labels[f["relation"]])]
    assert all(fact in holding for fact in stated if fact["affirmed"])
    rejected = [fact for fact in holding if not fact["affirmed"]]
    assert len(rejected) == sum(aside[modality] for modality in PLANNED)
