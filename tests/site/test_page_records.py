"""A site that is written again equals a new one, and keeps pages whose facts are the same."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Quad, QueryResultsFormat

from graph_builder.core.vocabulary import BASE
from graph_builder.pages import entity_facts, index_pages
from graph_builder.site.atomic_folder import WriteSummary, write_folder_atomically
from graph_builder.site.generator import SiteOptions, generate_files
from graph_builder.site.links import LinkPlan
from graph_builder.site.recorded_reads import (
    ReadDigests,
    ReadRecorder,
    RecordingGraph,
    RecordingPlan,
)
from graph_builder.store.graph import Graph
from graph_builder.store.snapshot import select
from tests.small_facts import FactMaker, read

Change = Callable[[set[Quad], FactMaker], None]
pytestmark = pytest.mark.slow
HOLDS = "aigg:holds"
ACTORS, EVENTS = range(12), range(4)


@pytest.fixture
def made() -> FactMaker:
    """Return what makes facts with numbers of their own."""
    return FactMaker()


@pytest.fixture
def quads(made: FactMaker) -> set[Quad]:
    """Return a graph of several sources; an event and the list of actors have two pages."""
    found = {*read('actor:a0 skos:altLabel "First"@en .')}
    for number in EVENTS:
        found |= {*read(f'event:e{number} a aigg:Event ; skos:prefLabel "Meeting {number}"@en .')}
    for number in ACTORS:
        found |= {
            *read(f'actor:a{number} a aigg:Institution ; skos:prefLabel "Body {number:02}"@en .')
        }
        for event in EVENTS[: 1 + number % 4]:
            found |= {
                *made.say(f"actor:a{number} aigg:attended event:e{event}", source=f"s{event}")
            }
    for number in EVENTS:
        found |= {*read(f'source:s{number} a aigg:Source ; dcterms:title "Report {number}"@en .')}
    return found


@pytest.fixture(autouse=True)
def short_pages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let pages have few entries, and no questions; and the records lie in a cache of its own."""
    for place in ("graph_builder.pages.question_page", "graph_builder.pages.index_pages"):
        monkeypatch.setattr(f"{place}.load_all_questions", dict)
    monkeypatch.setattr(entity_facts, "MAX_FACTS_ON_PAGE", 10)
    monkeypatch.setattr(index_pages, "MAX_INDEX_ENTRIES", 11)
    monkeypatch.setenv("AIGG_CACHE", str(tmp_path / "cache"))


def _change_label(quads: set[Quad], _: FactMaker) -> None:
    _remove(quads, lambda quad: '"Body 03"' in str(quad))
    quads |= {*read('actor:a3 skos:prefLabel "Renamed"@en .')}


def _add_label(quads: set[Quad], _: FactMaker) -> None:
    quads |= {*read('actor:a1 skos:prefLabel "Corps"@fr .')}


def _corroborate(quads: set[Quad], made: FactMaker) -> None:
    quads |= {*made.say("actor:a1 aigg:attended event:e0", source="s3")}


def _make_sources_dependent(quads: set[Quad], _: FactMaker) -> None:
    quads |= {*read("source:s0 aigg:origin source:s3 . source:s3 aigg:origin source:s3 .")}


def _remove_thing(quads: set[Quad], _: FactMaker) -> None:
    about = {str(each.subject) for each in quads if f"<{BASE}actor/a7>" in str(each)}
    _remove(quads, lambda quad: str(quad.subject) in about or "actor/a7>" in str(quad))


def _shorten_list(quads: set[Quad], _: FactMaker) -> None:
    _remove(quads, lambda quad: any(f"actor/a{number}>" in str(quad) for number in (8, 9, 10)))


def _end_thing(quads: set[Quad], made: FactMaker) -> None:
    quads |= {*made.say("actor:a2 aigg:hasStatus status:withdrawn", from_="2024")}
    quads |= {
        *read(
            "status:not-there skos:member status:withdrawn . "
            'status:withdrawn skos:prefLabel "withdrawn"@en .'
        )
    }


def _change_class(quads: set[Quad], _: FactMaker) -> None:
    _remove(quads, lambda quad: "actor/a4>" in str(quad.subject) and "Institution" in str(quad))
    quads |= {*read("actor:a4 a aigg:Person .")}


def _judge(quads: set[Quad], _: FactMaker) -> None:
    quads |= {
        *read(
            "assertion:3 a aigg:SetAside ; aigg:rankedBy assertion:9 . "
            'assertion:9 aigg:reason "so it is" .'
        )
    }


def _change_language(quads: set[Quad], _: FactMaker) -> None:
    quads |= {*read('source:s1 dcterms:language "fr" . assertion:2 aigg:anchor "mots" .')}


def _remove(quads: set[Quad], is_removed: Callable[[Quad], bool]) -> None:
    quads -= {quad for quad in quads if is_removed(quad)}


CHANGES: tuple[Change, ...] = (
    *(_change_label, _add_label, _corroborate, _make_sources_dependent, _remove_thing),
    *(_shorten_list, _end_thing, _change_class, _judge, _change_language),
)


def _write(quads: set[Quad], site: Path, *, anew: bool = False) -> WriteSummary:
    folder = None if anew else site
    return write_folder_atomically(site, generate_files(Graph.wrap(quads), SiteOptions(), folder))


def _read(site: Path) -> dict[str, bytes]:
    files = (path for path in site.rglob("*") if path.is_file())
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize("change", CHANGES)
def test_a_site_written_again_equals_a_new_one(
    change: Change, quads: set[Quad], made: FactMaker, tmp_path: Path
) -> None:
    _write(quads, tmp_path / "site")
    before = _read(tmp_path / "site")
    change(quads, made)
    written = _write(quads, tmp_path / "site")
    _write(quads, tmp_path / "new", anew=True)
    after = _read(tmp_path / "site")
    assert after == _read(tmp_path / "new")
    assert after != before
    assert written.kept == sum(
        before.get(path) == text for path, text in after.items() if path != "site.json"
    )
    assert written.kept > written.files / 4


def test_after_many_changes_a_site_of_several_processes_equals_a_new_one(
    quads: set[Quad], made: FactMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph_builder.site.forked_map.count_processors", lambda: 2)
    chance = random.Random(15)  # noqa: S311 -- not a secret
    for step in range(8):
        change = chance.choice(CHANGES)
        change(quads, made)
        for quad in chance.sample(sorted(quads, key=str), 2):
            quads.discard(quad)
        _write(quads, tmp_path / "site")
        _write(quads, tmp_path / f"new{step}", anew=True)
        assert _read(tmp_path / "site") == _read(tmp_path / f"new{step}"), (step, change)


def _count_made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list to which each page of an entity and each picture that is made is added."""
    made: list[str] = []
    for place, name in (
        ("graph_builder.pages.entity_page.render_entity_pages", "page"),
        ("graph_builder.site.figures.render_picture_page", "picture"),
    ):
        module, _, function = place.rpartition(".")
        original = getattr(__import__(module, fromlist=[function]), function)

        def count(
            *values: object, original: Callable[..., object] = original, name: str = name
        ) -> object:
            made.append(name)
            return original(*values)

        monkeypatch.setattr(place, count)
    return made


def test_only_what_depends_on_a_change_is_made_again(
    quads: set[Quad], made: FactMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = _count_made(monkeypatch)
    _write(quads, tmp_path / "site")
    every = calls.count("page")
    assert every > len(ACTORS) + len(EVENTS)
    calls.clear()
    _write(quads, tmp_path / "site")
    assert calls == []
    _add_label(quads, made)
    _write(quads, tmp_path / "site")
    assert 1 <= calls.count("page") < every / 3


def test_a_file_that_somebody_changed_or_removed_is_made_again(
    quads: set[Quad], tmp_path: Path
) -> None:
    site = tmp_path / "site"
    _write(quads, site)
    before = _read(site)
    (site / "actor" / "a1.html").write_text("mine", encoding="utf-8")
    (site / "actor" / "a2.ttl").unlink()
    written = _write(quads, site)
    assert _read(site) == before
    assert written.files - written.kept == 2


def test_pages_that_are_kept_have_the_same_time(quads: set[Quad], tmp_path: Path) -> None:
    site = tmp_path / "site"
    _write(quads, site)
    times = {path: path.stat().st_mtime_ns for path in site.rglob("*.html")}
    _write(quads, site)
    assert {path: path.stat().st_mtime_ns for path in site.rglob("*.html")} == times


def test_records_of_another_program_or_of_none_are_not_used(
    quads: set[Quad], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = _count_made(monkeypatch)
    _write(quads, tmp_path / "site")
    number = len(calls)
    (record,) = (tmp_path / "cache").glob("site-*.json")
    record.write_bytes(record.read_bytes()[:-9])
    _write(quads, tmp_path / "site")
    assert len(calls) == 2 * number
    monkeypatch.setattr(
        "graph_builder.site.page_records.compute_program_digest", lambda *_: "other"
    )
    _write(quads, tmp_path / "site")
    assert len(calls) == 3 * number


def test_a_file_that_pictures_share_is_returned_once(
    article: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Any] = []

    def map_here(function: Callable[[Any], Any], items: list[Any]) -> Iterator[Any]:
        for each in map(function, items):
            drawn.append(each)
            yield each

    monkeypatch.setattr("graph_builder.site.figures.map_in_processes", map_here)
    files = dict(generate_files(article, SiteOptions()))
    shared = [path for each in drawn if each for path, _ in each.files[1:]]
    used = [path for each in drawn if each for path in each.record.files if path in shared]
    assert len(used) > len(shared) == len({*shared}) > 2
    assert {*shared} < files.keys()


def test_a_site_of_a_day_is_made_anew(quads: set[Quad], tmp_path: Path) -> None:
    day = select(Graph.wrap(quads), at="2025-02")
    site = tmp_path / "site"
    write_folder_atomically(site, generate_files(day, SiteOptions(), site))
    assert not list((tmp_path / "cache").glob("site-*.json"))


def _reads(act: Callable[[Graph], object], quads: set[Quad]) -> tuple[list[tuple[str, ...]], Graph]:
    graph, recorder = Graph.wrap(quads), ReadRecorder()
    act(RecordingGraph(graph, recorder))
    return [*recorder.take()], graph


READS: dict[str, Callable[[Graph], object]] = {
    "label": lambda graph: graph.label(f"{BASE}actor/a1"),
    "class": lambda graph: graph.class_of(f"{BASE}actor/a1"),
    "value": lambda graph: graph.value(f"{BASE}actor/a1", f"{BASE}x"),
    "instances": lambda graph: graph.instances_of(f"{BASE}x"),
    "contains": lambda graph: f"{BASE}actor/a1" in graph,
    "quads": lambda graph: graph.quads(),
    "length": len,
    "store": lambda graph: graph.store,
    "index": lambda graph: graph.label_index,
    "words": lambda graph: graph.word_index,
    "values": lambda graph: graph.values_by_subject(f"{BASE}x"),
    "statuses": lambda graph: graph.list_inactive_statuses(),
}


@pytest.mark.parametrize("name", READS)
def test_whatever_is_read_of_a_graph_is_noted(name: str, quads: set[Quad]) -> None:
    reads, graph = _reads(READS[name], quads)
    assert reads
    found = [ReadDigests(graph, LinkPlan({})).compute(read) for read in reads]
    again = [ReadDigests(Graph.wrap(quads), LinkPlan({})).compute(read) for read in reads]
    assert found == again


def test_the_digest_of_an_answer_is_that_of_a_later_query(quads: set[Quad]) -> None:
    graph, recorder = Graph.wrap(quads), ReadRecorder()
    asked = RecordingGraph(graph, recorder)
    for text in ("SELECT ?s ?o { ?s rdfs:label ?o } ORDER BY ?s ?o", "ASK { ?s ?p ?o }"):
        given: Any = asked.query(text)
        plain: Any = graph.query(text)
        pair = [each.serialize(format=QueryResultsFormat.JSON) for each in (given, plain)]
        assert pair[0] == pair[1]
        ((read, digest),) = recorder.take().items()
        assert digest
        assert digest == ReadDigests(graph, LinkPlan({})).compute(read)


def test_links_that_are_read_are_noted() -> None:
    recorder = ReadRecorder()
    plan = RecordingPlan.wrap(LinkPlan({f"{BASE}actor/a": "actor/a"}), recorder)
    plan.path(f"{BASE}actor/a")
    plan.figures_of(f"{BASE}actor/a")
    reads = [*recorder.take()]
    digests = ReadDigests(Graph.wrap([]), LinkPlan({}))
    assert [kind for kind, _ in reads] == ["figures", "path"]
    assert digests.compute(reads[1]) != ReadDigests(Graph.wrap([]), plan).compute(reads[1])
