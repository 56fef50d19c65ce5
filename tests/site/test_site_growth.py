"""How a site grows with the graph: what is read and written for each source stays the same."""

from collections.abc import Iterator
from typing import Any

import pytest
from pyoxigraph import Quad

from graph_builder.site.generator import SiteOptions, generate_files
from graph_builder.store.graph import Graph
from graph_builder.store.local_engine import LocalEngine
from tests.small_facts import FactMaker, read

pytestmark = pytest.mark.slow
#: Sources of the smaller graph, and how many times as many the larger one has.
SOURCES, FACTOR = 15, 6


class CountingStore(LocalEngine):
    """A local engine that counts the quads that it yields."""

    yielded = 0

    def quads(self, *pattern: Any) -> Iterator[Quad]:
        """Yield the quads of a pattern."""
        for quad in super().quads(*pattern):
            self.yielded += 1
            yield quad


def _make(sources: int) -> CountingStore:
    """Return a graph in which one country is in each source, beside three bodies of its own."""
    made, quads = FactMaker(), {*read('actor:FRA a aigg:Country ; skos:prefLabel "France"@en .')}
    for number in range(sources):
        quads |= {*read(f'event:e{number} a aigg:Event ; skos:prefLabel "Meeting {number}"@en .')}
        for name in ("FRA", *(f"a{number}-{each}" for each in "xyz")):
            quads |= {*read(f"actor:{name} a aigg:Institution .")} if name != "FRA" else set()
            quads |= {*made.say(f"actor:{name} aigg:attended event:e{number}", source=f"s{number}")}
        quads |= {*read(f'source:s{number} a aigg:Source ; dcterms:title "Report {number}"@en .')}
    return CountingStore(Graph.wrap(quads).store)


@pytest.fixture(autouse=True)
def only_pages_of_things(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out pictures and questions, and write in one process."""
    monkeypatch.setattr("graph_builder.site.forked_map.count_processors", lambda: 1)
    for place in ("graph_builder.site.figures", "graph_builder.site.generator"):
        monkeypatch.setattr(f"{place}.load_views", dict)
    for place in ("graph_builder.pages.question_page", "graph_builder.pages.index_pages"):
        monkeypatch.setattr(f"{place}.load_all_questions", dict)


def _measure(sources: int) -> tuple[int, int, int]:
    """Return how many files, bytes and quads read the site of so many sources takes."""
    engine = _make(sources)
    contents = [
        text if isinstance(text, str) else b"".join(text or ())
        for _, text in generate_files(Graph(engine), SiteOptions())
    ]
    return len(contents), sum(map(len, contents)), engine.yielded


def test_what_is_read_and_written_grows_as_the_number_of_sources() -> None:
    small, large = _measure(SOURCES), _measure(FACTOR * SOURCES)
    assert small[0] > 10 * SOURCES
    for one, many in zip(small, large, strict=True):
        assert many < 1.1 * FACTOR * one


def test_classes_are_looked_up_in_time_that_does_not_grow_with_what_is_known() -> None:
    """A dictionary that counts how often it was gone through stands for what is known."""

    class Known(dict[str, str]):
        gone_through = 0

        def __iter__(self) -> Iterator[str]:
            self.gone_through += 1
            return super().__iter__()

        def keys(self) -> Any:
            self.gone_through += 1
            return super().keys()

    graph = Graph.wrap(read("actor:a a aigg:Person ."))
    known = graph.__dict__["_classes"] = Known()
    for number in range(3):
        graph.class_of(f"https://w3id.org/aigg/actor/{number}")
    assert (len(known), known.gone_through) == (3, 0)
