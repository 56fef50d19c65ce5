"""Graphs that are opened on disk: as fast for large ones, and never anything but what was read."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from graph_builder.core.errors import ReadError
from graph_builder.core.vocabulary import expand
from graph_builder.query.entity_search import find
from graph_builder.query.explanation import format_explanation
from graph_builder.store import cached_stores, loading
from graph_builder.store.disk_store import open_store, write_store
from graph_builder.store.graph import Graph
from graph_builder.store.graph_properties import write_index_of
from graph_builder.store.loading import open_graph, read_shipped_ontology
from graph_builder.store.local_engine import LocalEngine
from tests.conftest import Run

LABEL, KIND = NamedNode(expand("skos:prefLabel")), NamedNode(expand("rdf:type"))
EVENT = NamedNode(expand("aigg:Event"))
LARGE = 300
DATA = (".sst", ".sqlite")
TEXTS = """
India|inde|भारत|in|actor:IND|Macron, Emmanuel|Cote dIvoire|Indai|Frnace|roundtable|Paris|KI-Gipfel
2nd India-France AI Policy Roundtable|india france policy|policy roundtable 2025|French|UK|日本|日
Republica de Corea|event:india|event:indai-france|sciences po|Sciences-Po Pariss|the|of|a|\udcff|…
""".replace("\n", "|").strip("|")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty cache folder that is in use; 300 quads are many, and files do not change."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("AIGG_CACHE", str(folder))
    monkeypatch.setattr(cached_stores, "_SAME_TIME", 0)
    monkeypatch.setattr(cached_stores, "MIN_STORED_QUADS", LARGE)
    monkeypatch.setattr(loading, "_MIN_STORED_BYTES", 0)
    return folder


def _write_events(file: Path, number: int) -> None:
    """Write a graph in which each event has a name, an own term, and a neighbour."""
    lines = []
    for each in range(number):
        event = f"<{expand(f'event:x{each}')}>"
        lines.append(f'{event} {LABEL} "Q{each} Z{each * 7}"@en .\n')
        lines.append(f"{event} {KIND} {EVENT} .\n")
    file.write_text("".join(lines), encoding="utf-8")


def _open(file: Path) -> Graph:
    return open_graph(file, in_memory=False)


def _is_on_disk(graph: Graph) -> bool:
    return graph.to_memory() is not graph


@pytest.mark.slow
def test_a_large_file_is_loaded_once_and_then_opened(cache: Path, tmp_path: Path) -> None:
    file = tmp_path / "events.nt"
    _write_events(file, 200)
    first, second = _open(file), _open(file)
    assert (_is_on_disk(first), _is_on_disk(second)) == (False, True)
    assert set(first.quads()) == set(second.quads()) == set(open_graph(file).quads())
    assert [path.name[:6] for path in cache.iterdir()] == ["store-"]
    size = len(first)
    del first, second  # what somebody reads is not removed
    _write_events(file, 199)
    assert not _is_on_disk(_open(file))
    changed = _open(file)
    assert _is_on_disk(changed)
    assert len(changed) == size - 2
    assert len(list(cache.iterdir())) == 1, "the store of the old content is kept"


def test_a_file_that_holds_the_ontology_has_one_store_whether_it_is_wanted_or_not(
    cache: Path, tmp_path: Path
) -> None:
    file = tmp_path / "shipped.nq"
    file.write_bytes(b"".join(f"{quad} .\n".encode() for quad in read_shipped_ontology()))
    opened = [open_graph(file, with_ontology=w, in_memory=False) for w in (None, False, True)]
    assert [*map(_is_on_disk, opened)] == [False, True, True]
    assert len(list(cache.iterdir())) == 1


def test_with_and_without_the_ontology_a_file_is_another_graph(cache: Path, tmp_path: Path) -> None:
    file = tmp_path / "events.nt"
    _write_events(file, 200)
    for _ in range(2):
        sizes = [
            len(open_graph(file, with_ontology=w, in_memory=False)) for w in (False, None, True)
        ]
        assert sizes[0] == 400 < sizes[1] == sizes[2]
    assert len(list(cache.iterdir())) == 2


def test_a_store_is_opened_without_counting_what_it_holds(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To count is to read all of it, and the truth of a graph is its length."""
    file = tmp_path / "events.nt"
    _write_events(file, 200)
    for wanted in (False, None):
        assert not _is_on_disk(open_graph(file, with_ontology=wanted, in_memory=False))
    assert len(list(cache.iterdir())) == 2
    counted: list[LocalEngine] = []

    def count(engine: LocalEngine) -> int:
        counted.append(engine)
        return len(engine.store)

    monkeypatch.setattr(LocalEngine, "__len__", count)
    for wanted in (False, None):
        assert _is_on_disk(open_graph(file, with_ontology=wanted, in_memory=False))
    assert counted == []


def test_a_small_file_is_loaded_and_nothing_is_kept(cache: Path, tmp_path: Path) -> None:
    file = tmp_path / "events.nt"
    _write_events(file, 40)
    for _ in range(2):
        assert not _is_on_disk(open_graph(file, with_ontology=False, in_memory=False))
    assert not cache.exists()


def test_a_file_that_may_change_within_a_tick_of_the_clock_is_not_kept(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cached_stores, "_SAME_TIME", 3_600_000_000_000)
    file = tmp_path / "events.nt"
    _write_events(file, 200)
    assert not _is_on_disk(_open(file))
    assert not cache.exists()


def _turn_a_bit(file: Path) -> None:
    state, data = file.stat(), file.read_bytes()
    middle = len(data) // 2
    file.write_bytes(data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :])
    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))  # as if nobody had written to it


@pytest.mark.slow
@pytest.mark.parametrize("name", ["*.sst", "index.sqlite", "current", "MANIFEST-*"])
def test_a_damaged_store_in_the_cache_is_made_anew(name: str, cache: Path, tmp_path: Path) -> None:
    file = tmp_path / "events.nt"
    _write_events(file, 200)
    whole = _open(file)
    _turn_a_bit(max(cache.rglob(name), key=lambda path: path.stat().st_size))
    made = _open(file)
    assert not _is_on_disk(made)
    assert set(made.quads()) == set(whole.quads())
    assert _is_on_disk(_open(file))


def test_where_nothing_can_be_kept_the_file_is_read(cache: Path, tmp_path: Path) -> None:
    file = tmp_path / "events.nt"
    _write_events(file, 200)
    cache.write_text("in the way", encoding="utf-8")
    assert len(_open(file)) == len(_open(file)) >= 400


def test_notes_on_how_a_file_was_read_are_kept_with_its_store(
    run: Run, cache: Path, tmp_path: Path
) -> None:
    file = tmp_path / "events.nt"
    _write_events(file, 200)
    with file.open("a", encoding="utf-8") as stream:
        stream.write('<urn:a> <urn:b> "01"^^<http://www.w3.org/2001/XMLSchema#integer> .\n')
    asked = [run("query", "--text", "ASK {}", "-s", file) for _ in range(3)]
    assert "note: " in asked[0].stderr
    assert asked[0].stderr == asked[1].stderr == asked[2].stderr
    assert asked[0].stdout == asked[1].stdout == asked[2].stdout
    assert len(list(cache.iterdir())) == 1


def test_what_commands_check_first_is_told_of_a_store_too(
    run: Run, cache: Path, tmp_path: Path
) -> None:
    file = tmp_path / "events.nt"
    _write_events(file, 200)
    with file.open("a", encoding="utf-8") as stream:
        stream.write(f'<urn:a> <{expand("rdf:subject")}> "no thing" .\n')
        stream.write(f"<urn:a> <{expand('prov:wasDerivedFrom')}> <urn:s> .\n")
    refused = [run("facts", "startDate", "-s", file) for _ in range(3)]
    assert {done.exit_code for done in refused} == {2}
    assert "rdf:subject of urn:a is the text 'no thing', not an IRI" in refused[0].stderr
    assert refused[0].stderr == refused[1].stderr == refused[2].stderr
    assert len(list(cache.iterdir())) == 1


@pytest.fixture(scope="module")
def stored(article: Graph, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """Return the graph of the article on disk, with an index."""
    folder = tmp_path_factory.mktemp("stored") / "store"
    write_store(article.quads(), folder, write_index=write_index_of)
    return Graph(open_store(folder))


def test_the_index_on_disk_finds_what_the_one_in_memory_finds(
    article: Graph, stored: Graph
) -> None:
    assert stored.get_recorded("uses terms") == "yes"
    for text in TEXTS.split("|"):
        assert find(stored, text, limit=None) == find(article, text, limit=None), text
    for index in ("names", "list_aliases"):
        one, other = (getattr(graph.label_index, index) for graph in (stored, article))
        assert (one() if callable(one) else one) == (other() if callable(other) else other)
    shared = [sorted(graph.label_index.iter_shared_names()) for graph in (stored, article)]
    assert shared[0] == shared[1]


def test_what_is_looked_up_in_the_index_is_what_the_graph_says(
    article: Graph, stored: Graph
) -> None:
    names = article.used_names
    for text in ("IND", "ind", "india-france-ai-policy-roundtable-2", "Event", "nothing"):
        assert stored.used_names.find_namesakes(text) == names.find_namesakes(text)
        for prefix in ("actor", "event", "aigg", "x"):
            assert stored.used_names.has_name(f"{prefix}:{text}") is names.has_name(
                f"{prefix}:{text}"
            )
    for iri in {name.iri for name in article.label_index.names}:
        assert stored.label(iri) == article.label(iri)
        assert stored.word_index.list_context(iri) == article.word_index.list_context(iri)


def test_an_index_of_another_version_is_not_used(
    article: Graph, stored: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph_builder.store.stored_index._describe_maker", lambda: "another")
    again = Graph(stored.engine)
    assert again.get_recorded("uses terms") is None
    assert find(again, "India") == find(article, "India")


def test_a_damaged_page_of_the_index_is_one_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    write_store([Quad(EVENT, LABEL, Literal("a"))], folder, write_index=write_index_of)
    graph = Graph(open_store(folder))
    index = folder / "store-1" / "index.sqlite"
    assert graph.get_recorded("uses terms") == "yes"
    index.write_bytes(index.read_bytes()[:4096] + bytes(index.stat().st_size - 4096))
    with pytest.raises(ReadError, match=r"index.sqlite: damaged: .*; build the graph again"):
        find(graph, "India")


def _count_bytes_read(call: Callable[[], object]) -> int:
    def count() -> int:
        return int(Path("/proc/self/io").read_text(encoding="ascii").split()[1])

    before = count()
    call()
    return count() - before


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="what a process reads is told by Linux")
def test_opening_finding_and_explaining_read_a_small_part_of_a_store(
    cache: Path, tmp_path: Path
) -> None:
    file = tmp_path / "many.nt"
    _write_events(file, 5_000)
    _open(file)

    def ask() -> None:
        graph = _open(file)
        assert _is_on_disk(graph)
        assert find(graph, "Q77 Z539")[0].iri == expand("event:x77")
        assert "Q77" in format_explanation(graph, "event:x77")

    ask()
    size = sum(path.stat().st_size for path in cache.rglob("*") if path.suffix in DATA)
    assert _count_bytes_read(ask) < size / 3
