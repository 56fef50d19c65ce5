"""A picture of a thing in a store on disk reads the part that it needs, and is the same picture."""

import random
import runpy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from graph_builder.compare.conflicts import disagreements
from graph_builder.core.errors import AiggError
from graph_builder.core.vocabulary import PREFIXES, expand
from graph_builder.pictures.neighbourhood import extract_part
from graph_builder.pictures.picture_page import render_picture_page
from graph_builder.pictures.view_registry import build_picture, get_view, load_views
from graph_builder.store.assertion_table import AssertionTable
from graph_builder.store.disk_store import open_store, write_store
from graph_builder.store.graph import Graph
from graph_builder.store.graph_properties import write_index_of
from graph_builder.store.loading import build
from graph_builder.store.snapshot import select
from tests.conftest import ROOT

SMALL, LARGE = 10, 40
#: What is drawn of a view and of things of a kind, besides the example of each view.
OPTIONS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "ego": ("", {}),
    "ego in two steps": ("", {"steps": 2}),
    "ego without inferred": ("", {"inferred": False}),
    "event": ("event", {}),
    "series": ("event", {}),
    "timeline": ("actor", {}),
    "source": ("source", {}),
    "source with inferred": ("source", {"inferred": True}),
    "disagreement": ("source", {}),
}
SCOPED = [name for name, view in load_views().items() if view.scope]
SEED = 20250210


def put_on_disk(graph: Graph, folder: Path) -> Graph:
    write_store(graph.quads(), folder, write_index=write_index_of)
    return Graph(open_store(folder))


@pytest.fixture(scope="module")
def stored(sample: Graph, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    return put_on_disk(sample, tmp_path_factory.mktemp("sample") / "store")


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Mapping[int, Graph]:
    write = runpy.run_path(str(ROOT / "benchmarks" / "fact_folder.py"))["write"]
    graphs = {}
    for size in (SMALL, LARGE):
        folder = tmp_path_factory.mktemp(f"sources{size}")
        write(size, folder / "facts")
        graphs[size] = put_on_disk(build(folder / "facts", only=True), folder / "store")
    return graphs


def choose_things(graph: Graph, kind: str, number: int) -> list[str]:
    ends = {
        iri
        for name in ("rdf:subject", "rdf:object", "prov:wasDerivedFrom")
        for iri in graph.values_by_subject(expand(name)).values()
        if iri.startswith(PREFIXES[kind] if kind else expand("aigg:").removesuffix("ns#"))
    }
    chance = random.Random(SEED)  # noqa: S311 -- not a secret
    return chance.sample(sorted(ends), min(number, len(ends)))


def draw(graph: Graph, view: str, *terms: str, **options: Any) -> str:
    """Return a page, or what is said where there is nothing to draw."""
    try:
        return render_picture_page(build_picture(graph, view, *terms, **options))
    except AiggError as error:
        return str(error)


@pytest.mark.slow
@pytest.mark.parametrize("name", SCOPED)
def test_the_page_of_a_part_equals_that_of_the_whole(
    name: str, sample: Graph, stored: Graph
) -> None:
    view = load_views()[name]
    assert view.scope
    for terms in {view.example, view.scope.default} - {()}:
        assert draw(stored, name, *terms) == draw(sample, name, *terms)


@pytest.mark.slow
@pytest.mark.parametrize("case", OPTIONS)
def test_so_do_those_of_many_things(case: str, sample: Graph, stored: Graph) -> None:
    (kind, options), view = OPTIONS[case], case.split(" ", maxsplit=1)[0]
    for thing in choose_things(sample, kind, 1):
        assert draw(stored, view, thing, **options) == draw(sample, view, thing, **options), thing


@pytest.mark.slow
def test_so_do_those_of_what_sources_differ_in(sample: Graph, stored: Graph) -> None:
    conflicts = disagreements(sample)
    chance = random.Random(SEED)  # noqa: S311 -- not a secret
    for verdict in sorted({conflict.verdict for conflict in conflicts})[::2]:
        thing = chance.choice([each.thing for each in conflicts if each.verdict is verdict])
        page = draw(stored, "disagreement", thing)
        assert "<html" in page
        assert page == draw(sample, "disagreement", thing)


@pytest.mark.slow
@pytest.mark.parametrize(
    "selection",
    [{"at": "2025-02-10"}, {"at": "2026", "verified": "official-copy"}],
    ids=str,
)
def test_so_do_those_of_a_selection(
    selection: Mapping[str, str], sample: Graph, stored: Graph
) -> None:
    in_memory, on_disk = (select(graph, **selection) for graph in (sample, stored))
    drawn: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
        ("ego", "India", {}),
        ("event", "AI Action Summit 2025", {}),
        ("series", "event:india-france-ai-policy-roundtable-1", {"inferred": True}),
        ("timeline", "actor:FRA", {}),
    )
    pages = [draw(in_memory, view, thing, **options) for view, thing, options in drawn]
    for (view, thing, options), page in zip(drawn, pages, strict=True):
        assert draw(on_disk, view, thing, **options) == page


@pytest.mark.slow
def test_the_whole_is_not_selected_for_a_picture_of_a_thing(
    sample: Graph, stored: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = draw(select(sample, at="2025-02-10"), "ego", "actor:inesia")
    read_assertions = AssertionTable.__init__

    def read(table: AssertionTable, graph: Graph) -> None:
        assert len(graph) < len(stored) / 2
        read_assertions(table, graph)

    monkeypatch.setattr(AssertionTable, "__init__", read)
    on_disk = select(stored, at="2025-02-10")
    assert draw(on_disk, "ego", "actor:inesia") == page
    assert "<html" in page


def test_what_cannot_be_drawn_is_refused_in_the_same_words(sample: Graph, stored: Graph) -> None:
    refused = (
        ("ego", "nothing of this name"),
        ("ego", "modality:reported"),
        ("event", "event:never-held"),
        ("source", "no such source"),
        ("timeline", "actor:nobody"),
    )
    for view, term in refused:
        said = draw(stored, view, term)
        assert said == draw(sample, view, term)
        assert "<html" not in said


@pytest.mark.slow
def test_a_relation_and_a_foreign_graph_are_read_whole(
    sample: Graph, stored: Graph, tmp_path: Path
) -> None:
    assert draw(stored, "disagreement", "start date") == draw(sample, "disagreement", "start date")
    plain = Graph.wrap([quad for quad in sample.quads() if "schemes" not in str(quad.graph_name)])
    on_disk = put_on_disk(plain, tmp_path / "store")
    scope = get_view("ego").scope
    assert scope
    assert extract_part(on_disk, scope, [expand("actor:IND")], {}) is None
    assert draw(on_disk, "ego", "actor:IND") == draw(plain, "ego", "actor:IND")


def count_read(graph: Graph, view: str, *terms: str, at: str = "") -> int:
    """Return how many rows and quads are read of a graph for a picture."""

    class CountingEngine(type(graph.engine)):  # type: ignore[misc]
        read = 0

        def query(self, text: str, name: str) -> Any:
            found = super().query(text, name)
            return self._count(found) if hasattr(found, "variables") else found

        def quads(self, *pattern: Any) -> Any:
            return self._count(super().quads(*pattern))

        def _count(self, found: Any) -> Any:
            for each in found:
                self.read += 1
                yield each

    engine: Any = CountingEngine.__new__(CountingEngine)
    engine.__dict__.update(graph.engine.__dict__)
    counted = select(Graph(engine), at=at)
    assert build_picture(counted, view, *terms).network
    return int(engine.read)


@pytest.mark.parametrize(
    "asked", [("ego", "actor:speaker-3"), ("event", "event:meeting-2"), ("source", "made-up-2")]
)
def test_no_more_is_read_for_a_thing_of_a_larger_graph(
    asked: tuple[str, str], made_up: Mapping[int, Graph]
) -> None:
    assert len(made_up[LARGE]) > 2 * len(made_up[SMALL])
    for day in ("", "2020"):
        read = {size: count_read(graph, *asked, at=day) for size, graph in made_up.items()}
        assert read[LARGE] < 1.1 * read[SMALL]
