"""Blank nodes of two versions: equal by what is said of them, never silently left out, bounded."""

import random
import time
from collections.abc import Iterable

import pytest
from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from graph_builder.compare import blank_nodes
from graph_builder.compare.blank_nodes import describe_blank_nodes, name_blank_nodes
from graph_builder.compare.diff import diff
from graph_builder.core.errors import DiffError
from tests.small_facts import read

P, Q = NamedNode("http://x/p"), NamedNode("http://x/q")
#: Texts that say the same with other labels and in another order.
SAME = [
    ("[] a aigg:Event ; rdfs:label 'x' .", "_:z rdfs:label 'x' . _:z a aigg:Event ."),
    (
        "actor:x aigg:p [ aigg:q [ aigg:r 1 ] ] .",
        "_:1 aigg:r 1 . actor:x aigg:p _:2 . _:2 aigg:q _:1 .",
    ),
    ("actor:x aigg:p ( 1 2 2 3 ) .", "actor:x aigg:p ( 1 2 2 3 ) ."),
    ("[] aigg:p 1 . [] aigg:p 1 .", "_:a aigg:p 1 . _:b aigg:p 1 ."),
    ("_:a aigg:p _:b . _:b aigg:p _:a .", "_:b aigg:p _:c . _:c aigg:p _:b ."),
    ("_:a aigg:p _:a .", "_:b aigg:p _:b ."),
]
#: Texts that a comparison which forgets something would take for the same.
OTHER = [
    ("[] aigg:p actor:x .", "[] aigg:p actor:y ."),
    ("[] aigg:p 1 . [] aigg:p 1 .", "[] aigg:p 1 ."),
    ("_:a aigg:p _:a .", "_:a aigg:p _:b ."),
    ("_:a aigg:p _:b . _:b aigg:p _:a .", "_:a aigg:p _:a . _:b aigg:p _:b ."),
    ("actor:x aigg:p ( 1 2 ) .", "actor:x aigg:p ( 2 1 ) ."),
    ("[] aigg:p 1 ; aigg:q 2 .", "[] aigg:p 1 . [] aigg:q 2 ."),
    ("actor:x aigg:p [] .", "actor:x aigg:p actor:y ."),
    ("actor:x aigg:p [] .", ""),
    (
        "_:a aigg:p _:b . _:b aigg:p _:c . _:c aigg:p _:a . _:d aigg:p _:e . _:e aigg:p _:d .",
        "_:a aigg:p _:b . _:b aigg:p _:c . _:c aigg:p _:d . _:d aigg:p _:e . _:e aigg:p _:a .",
    ),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_differs_in_labels_only_is_the_same(one: str, other: str) -> None:
    assert diff(read(one), read(other)).changes == ()


@pytest.mark.parametrize(("one", "other"), [*OTHER, *((two, one) for one, two in OTHER)])
def test_what_says_something_else_is_a_change(one: str, other: str) -> None:
    assert diff(read(one), read(other)).changes


def _ring(size: int) -> list[Quad]:
    nodes = [BlankNode() for _ in range(size)]
    return [Quad(node, P, nodes[number - 1]) for number, node in enumerate(nodes)]


def _clique(size: int) -> list[Quad]:
    nodes = [BlankNode() for _ in range(size)]
    return [Quad(one, P, other) for one in nodes for other in nodes if one != other]


def _chain(size: int) -> list[Quad]:
    return _ring(size)[1:]


def _shuffle(quads: Iterable[Quad]) -> list[Quad]:
    return sorted(quads, key=lambda _: random.random())  # noqa: S311 - no secret


@pytest.mark.parametrize("quads", [_ring(8), _ring(200), _clique(50), _chain(3000)])
def test_a_graph_made_to_take_forever_is_refused_soon(
    quads: list[Quad], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blank_nodes, "_MAX_DIGESTS", 10_000)
    start = time.process_time()
    with pytest.raises(DiffError, match=r"^the versions cannot be compared: .* blank nodes"):
        name_blank_nodes(quads)
    assert time.process_time() - start < 10


@pytest.mark.parametrize("build", [lambda: _ring(5), lambda: _clique(4), lambda: _chain(60)])
def test_groups_that_look_alike_are_named_by_the_canonical_form(build: object) -> None:
    one, other = (set(name_blank_nodes(_shuffle(build()))) for _ in range(2))  # type: ignore[operator]
    assert one == other
    assert not any(isinstance(term, BlankNode) for triple in one for term in triple)


def test_a_blank_node_is_described_by_what_is_said_of_it() -> None:
    node, inner = NamedNode("urn:blank:1"), NamedNode("urn:blank:2")
    kind = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    said = [Triple(node, P, inner), Triple(node, kind, Q), Triple(Q, P, node)]
    assert describe_blank_nodes(said) == {"urn:blank:1": "[a http://x/q ; http://x/p []]"}
