"""Quads sorted on disk: in the order of exports, whatever the size of a run."""

import random
from functools import partial
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Quad

from graph_builder.core.errors import ReadError
from graph_builder.ingest.quad_groups import QuadGroup, format_nquads
from graph_builder.store.graph import Graph
from graph_builder.store.serialization import export, export_groups
from graph_builder.store.sorted_quads import RUN_CHARACTERS, sort_groups


def _make_group(quad: Quad) -> QuadGroup:
    graph = "" if quad.graph_name == DefaultGraph() else str(quad.graph_name)
    return QuadGroup(graph, str(quad.subject), [(str(quad.predicate), str(quad.object))])


@pytest.mark.parametrize("run_characters", [2_000, 50_000, RUN_CHARACTERS])
def test_the_order_is_that_of_exports(sample: Graph, run_characters: int) -> None:
    quads = sorted(sample.quads(), key=str)[::7]
    groups = [_make_group(quad) for quad in [*quads, *quads[::3]]]
    random.Random(1).shuffle(groups)  # noqa: S311 - no secret
    found = b"".join(format_nquads(sort_groups(groups, run_characters)))
    assert found.decode() == export(quads, "nq")


@pytest.mark.parametrize("extension", ["nq", "nt", "trig", "ttl", "ttl12"])
def test_groups_are_exported_as_their_quads(sample: Graph, extension: str) -> None:
    quads = sorted(sample.quads(), key=str)[::20]
    found = b"".join(export_groups(map(_make_group, quads), extension))
    assert found.decode() == export(quads, extension)


def test_a_run_without_room_on_the_disk_is_an_error_that_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    full = partial(Path("/dev/full").open, "w", encoding="utf-8")
    monkeypatch.setattr("tempfile.TemporaryFile", lambda *_, **__: full())
    groups = [QuadGroup("", "<a>", [("<q>", '"1"')])] * 9_000
    with pytest.raises(ReadError, match="No space left on device; set TMPDIR to a folder"):
        list(sort_groups(groups, 100_000))


def test_the_quads_of_a_subject_become_one_group() -> None:
    given = [
        QuadGroup("<g>", "<a-b>", [("<q>", '"2"')]),
        QuadGroup("<g>", "<a>", [("<q-r>", '"1"'), ("<q>", '"1"')]),
        QuadGroup("", "_:c", [("<q>", '"1"')]),
        QuadGroup("", "<z>", [("<q>", '"1"')]),
        QuadGroup("<g>", "<a>", [("<q>", '"1"'), ("<q>", '"0"')]),
    ]
    assert [*sort_groups(given)] == [
        QuadGroup("", "<z>", [("<q>", '"1"')]),
        QuadGroup("", "_:c", [("<q>", '"1"')]),
        QuadGroup("<g>", "<a>", [("<q>", '"0"'), ("<q>", '"1"'), ("<q-r>", '"1"')]),
        QuadGroup("<g>", "<a-b>", [("<q>", '"2"')]),
    ]
