"""Selections of a graph on disk, by day or verification: kept in the cache, with equal answers."""

import random
from pathlib import Path
from typing import Any

import pytest

from graph_builder.core.errors import QueryError
from graph_builder.query.entity_search import find
from graph_builder.query.explanation import format_explanation
from graph_builder.query.named_questions import answer_question, build_table, questions
from graph_builder.store import snapshot
from graph_builder.store.disk_store import open_store, write_store
from graph_builder.store.graph import Graph
from graph_builder.store.graph_properties import write_index_of
from graph_builder.store.snapshot import SnapshotGraph, select

pytestmark = pytest.mark.slow
DAYS = ("2023-11-02", "2025-02", "2025-02-10", "2030")
LEVELS = ("primary", "official-copy", "press")
SEED = 20250210


@pytest.fixture(scope="module")
def stored(sample: Graph, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    folder = tmp_path_factory.mktemp("sample") / "store"
    write_store(sample.quads(), folder, write_index=write_index_of)
    return Graph(open_store(folder))


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return an empty cache folder that is in use."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIGG_CACHE", str(folder))
        yield folder


def list_folders(cache: Path) -> set[str]:
    return {path.name for path in cache.glob("store-*")}


def answer(graph: Graph, name: str) -> list[dict[str, str]] | str:
    try:
        found: Any = answer_question(graph, name, {}).answer
        return [dict(row) for row in build_table(found, graph)]
    except QueryError as error:
        return str(error)


def test_all_questions_have_the_same_answers(sample: Graph, stored: Graph) -> None:
    chance = random.Random(SEED)  # noqa: S311 -- not a secret
    asked: list[dict[str, str]] = [{"at": day} for day in DAYS]
    asked += [{"verified": level} for level in LEVELS] + [{"at": "2025", "verified": "primary"}]
    pairs = {repr(each): (select(sample, **each), select(stored, **each)) for each in asked}
    with_rows = 0
    for name in questions():
        each = chance.choice(sorted(pairs))
        in_memory, on_disk = (answer(graph, name) for graph in pairs[each])
        assert on_disk == in_memory, (name, each)
        with_rows += len(in_memory) > 0
    assert with_rows > len(questions()) / 2


def test_so_have_searches_and_explanations(sample: Graph, stored: Graph) -> None:
    for selection in ({"at": "2024"}, {"verified": "primary"}):
        in_memory, on_disk = select(sample, **selection), select(stored, **selection)
        for thing in ("actor:IND", "event:ai-action-summit-2025"):
            assert format_explanation(on_disk, thing) == format_explanation(in_memory, thing)
        for text in ("paris summit", "Inde", "safety institute"):
            assert find(on_disk, text) == find(in_memory, text)
        assert on_disk.excluded == in_memory.excluded
        assert len(on_disk) == len(in_memory)


def test_a_selection_is_made_when_it_is_asked_and_opened_the_next_time(
    stored: Graph, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = list_folders(cache)
    first = SnapshotGraph(stored, "2021-03")
    assert list_folders(cache) == before
    number, certain = len(first), len(first.certain)
    made = list_folders(cache) - before
    assert len(made) == 2
    with monkeypatch.context() as patch:
        patch.setattr(snapshot, "AssertionTable", None)
        patch.setattr(snapshot, "evaluate_validity", None)
        again = SnapshotGraph(stored, "2021-03")
        assert (len(again), len(again.certain)) == (number, certain)
    assert list_folders(cache) - before == made


def test_a_damaged_one_is_made_again(stored: Graph, cache: Path) -> None:
    before = list_folders(cache)
    quads = {*SnapshotGraph(stored, "2020-07").quads()}
    (made,) = list_folders(cache) - before
    for path in (cache / made).glob("store-*/*.sst"):
        path.write_bytes(path.read_bytes()[:-9] + b"x" * 9)
    assert {*SnapshotGraph(stored, "2020-07").quads()} == quads


def test_one_that_cannot_be_kept_is_made_in_memory(
    sample: Graph, stored: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_folder = tmp_path / "file"
    no_folder.touch()
    monkeypatch.setenv("AIGG_CACHE", str(no_folder))
    assert len(SnapshotGraph(stored, "2022")) == len(select(sample, at="2022"))


def test_the_whole_in_memory_is_selected_in_the_same_way(sample: Graph, stored: Graph) -> None:
    loaded = select(stored, at="2024-05", verified="official-copy").to_memory()
    assert (loaded.at, loaded.verified) == ("2024-05", "official-copy")
    assert {*loaded.quads()} == {*select(sample, at="2024-05", verified="official-copy").quads()}
    assert loaded.to_memory() is loaded


def test_a_store_on_disk_is_not_changed_by_a_selection(sample: Graph, stored: Graph) -> None:
    assert len(select(stored, at="2019")) < len(stored)
    assert {*stored.quads()} == {*sample.quads()}
