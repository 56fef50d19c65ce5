"""A store that is brought up to date is what a build of all files would give, or the same error."""

import random
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest
from pyoxigraph import Quad

from graph_builder.core.errors import FactsError
from graph_builder.core.resources import find_data_folder
from graph_builder.core.vocabulary import expand
from graph_builder.ingest import changed_facts, fact_file_reader
from graph_builder.ingest.fact_database import FactDatabase, StoredFact
from graph_builder.ingest.text_reader import read_text
from graph_builder.query.entity_search import find
from graph_builder.store import cached_stores, disk_store, incremental_build, loading
from graph_builder.store.disk_store import open_store
from graph_builder.store.graph import Graph
from graph_builder.store.graph_properties import write_index_of
from graph_builder.store.loading import build, open_graph

pytestmark = pytest.mark.slow
SOURCE = """\
source:
  id: {name}
  title: Report {name}
  publisher: {publisher}
  address: https://example.org/{name}
  date: {date}
  kind: news
  language: en
  licence: not seen
  verification: press
"""
FACT = "  - {{subject: {}, relation: {}, object: {}, section: {}, modality: {}{}}}\n"
ENTITY = '  - {{id: "{}", class: {}, label: {{en: {}}}{}}}\n'
#: What files may say: the file, then an entity, or a fact with further keys after a bar.
ENTITIES = """
a event:meeting Event "The Meeting"
a actor:body Institution "A Body"
a actor:office Institution "An Office (AO)"
b instrument:text Declaration "The Text"
b instrument:treaty Treaty "The Treaty"
b actor:lady Person "A Lady"
b actor:body Institution "A Body"
b actor:body Institution "Another Body"
c place:hall Place "The Hall"
c place:town Place "A Town"
c post:head Post "Head of the Body"
c undertaking:plan Commitment "The Plan"
c actor:office Company "An Office (AO)"
c actor:company Company "A Body"
d event:later Event "A Later Meeting"
"""
FACTS = """
a event:meeting startDate 2024-05-10 reported
a event:meeting startDate 2024-05-12 intended
a actor:IND attended event:meeting reported
a actor:FRA hosted event:meeting reported
a actor:body parentBody actor:office reported
a actor:body attended event:meeting denied
a actor:body memberOf actor:EUU reported
a actor:body name "the body" reported
b instrument:text adoptedAt event:meeting reported
b actor:IND endorsed instrument:text reported
b actor:IND endorsed instrument:text agreed
b actor:IND signed instrument:treaty reported | from: 2024-06-01
b actor:IND ratified instrument:treaty reported | from: 2024-03-01
b actor:lady holderOf post:head reported
b actor:lady leads actor:body reported
b actor:office parentBody actor:body reported
b actor:lady spokeAt event:meeting reported | from: 2024-05-30
b actor:FRA attended event:meeting reported | basis: inferred, reason: it hosted
c post:head postIn actor:body reported
c place:hall locatedIn place:town reported
c place:town locatedIn actor:FRA reported
c place:hall locatedIn actor:IND reported
c event:meeting venue place:hall reported
c undertaking:plan amount 5000000 reported
c undertaking:plan currency EUR reported
c undertaking:plan madeBy actor:body reported | from: 2024-05-10
c actor:FRA attended event:meeting reported | basis: inferred, reason: it hosted
c actor:IND attended event:meeting reported
c event:meeting startDate 2024-05-11 reported
d actor:body hasStatus status:dissolved reported | from: 2024-01-01
d event:later follows event:meeting reported
d event:later startDate 2023-05-10 reported
d event:meeting discussed theme:ai-safety reported
d actor:body attended event:meeting reported | from: 2024-05-10
d actor:nobody attended event:meeting reported
"""
JUDGEMENTS = """
e event:meeting startDate 2024-05-10 evaluative | rank: preferred, basis: inferred, reason: plain
e event:meeting startDate 2024-05-11 evaluative | rank: deprecated, basis: inferred, reason: plain
"""
HEADS = """
a publisher Ministry
a publisher ministry
b publisher Agency
b date 2024-06-02
c publisher Ministry
c rests-on b
c rests-on d
d rests-on c
"""
FILES = ("a", "b", "c", "d", "e")
INDEX = {
    "name": "SELECT kind, text, language, predicate, iri FROM name",
    "folding": "SELECT iri, text, position, words FROM folding JOIN name ON name = name.id",
    "key": "SELECT key, iri, text FROM key JOIN folding ON folding = folding.id"
    " JOIN name ON name = name.id",
    "word": "SELECT word, iri, text FROM word JOIN folding ON folding = folding.id"
    " JOIN name ON name = name.id",
    "keys": "SELECT (SELECT COUNT(*) FROM key), (SELECT COUNT(*) FROM word)",
    "parts": "SELECT COUNT(*), COUNT(DISTINCT folding) FROM part",
    "entity": "SELECT iri, facts, context FROM entity",
    "entry": "SELECT entity.iri, position, text, meanings FROM entry"
    " JOIN entity ON entity = entity.id JOIN name ON name = name.id",
    "concept": "SELECT concept, is_context, iri FROM concept JOIN entity ON entity = entity.id",
    "concepts": "SELECT COUNT(*) FROM concept",
    "status": "SELECT * FROM status",
    "used": "SELECT * FROM used",
    "mention": "SELECT * FROM mention",
    "property": "SELECT * FROM property",
}


def _read(text: str) -> list[str]:
    return text.strip().split("\n")


class _Folder:
    """A folder of fact files that say some of what they may say."""

    def __init__(self, path: Path) -> None:
        """Begin with what makes a graph without mistakes."""
        self.path = path
        path.mkdir()
        self.said = {
            *(each for each in _read(ENTITIES) if "Another" not in each and "Company" not in each),
            *_read(FACTS)[:1],
        }
        self._written: dict[str, str] = {}
        self.write()

    def toggle(self, *lines: str) -> None:
        """Let files say what they did not, and no longer what they did; then write them."""
        for line in lines:
            self.said ^= {line}
        self.write()

    def write(self) -> None:
        """Write the files whose content is another one now."""
        for name in FILES:
            text = self._format(name)
            file = self.path / f"{name}.yaml"
            if text != self._written.get(name):
                file.write_text(text, encoding="utf-8") if text else file.unlink(missing_ok=True)
                self._written[name] = text
        time.sleep(0.02)  # a file that is written again has another time then

    def _format(self, name: str) -> str:
        entities = [each[2:] for each in _read(ENTITIES) if each in self.said and each[0] == name]
        facts = [
            each[2:] for each in _read(FACTS + JUDGEMENTS) if each in self.said and each[0] == name
        ]
        if not entities and not facts:
            return ""
        head = {"publisher": f"P{name}", "date": "2024-06-01"}
        head |= dict(
            each[2:].split(" ") for each in _read(HEADS) if each in self.said and each[0] == name
        )
        rests_on = head.pop("rests-on", None)
        text = SOURCE.format(name=name, **head) + (f"  rests-on: {rests_on}\n" if rests_on else "")
        text += "entities:\n" if entities else ""
        for each in entities:
            id_, class_, label = each.split(" ", 2)
            text += ENTITY.format(id_, class_, label, "")
        text += "facts:\n" if facts else ""
        for number, each in enumerate(facts):
            fact, _, more = each.partition(" | ")
            subject, relation, rest = fact.split(" ", 2)
            object_, modality = rest.rsplit(" ", 1)
            keys = f", {more}" if more else ""
            text += FACT.format(subject, relation, object_, f"line {number}", modality, keys)
        return text


class _Outcome(NamedTuple):
    quads: frozenset[Quad]
    error: str


def _try(make: Callable[[], Graph]) -> _Outcome:
    try:
        return _Outcome(frozenset(make().quads()), "")
    except FactsError as error:
        return _Outcome(frozenset(), str(error))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _Folder:
    """Return a folder beside few shipped facts, with an empty cache for small graphs too."""
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    source = SOURCE.format(name="shipped", publisher="Agency", date="2024-07-01")
    fact = FACT.format("actor:DEU", "attended", "event:first", "lead", "reported", "")
    entity = ENTITY.format("event:first", "Event", "The First", "")
    text = f"{source}entities:\n{entity}facts:\n{fact}"
    (shipped / "shipped.yaml").write_text(text, encoding="utf-8")
    for module in ("store.loading", "ingest.fact_files"):
        monkeypatch.setattr(
            f"graph_builder.{module}.find_data_folder",
            lambda name: shipped if name == "facts" else find_data_folder(name),
        )
    monkeypatch.setenv("AIGG_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(cached_stores, "_SAME_TIME", 0)
    monkeypatch.setattr(cached_stores, "MIN_STORED_QUADS", 0)
    monkeypatch.setattr(disk_store, "sync_tree", lambda *_, **__: None)  # waits for the disk
    monkeypatch.setattr(disk_store, "sync", lambda _: None)
    return _Folder(tmp_path / "facts")


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows by the name of each fact file that is read."""
    found: list[str] = []

    def count(path: Path) -> str:
        found.extend([path.name] if path.suffix == ".yaml" else [])
        return read_text(path)

    monkeypatch.setattr(fact_file_reader, "read_text", count)
    return found


def _open(folder: _Folder) -> Graph:
    return open_graph(folder.path, in_memory=False)


def _dump(index: Path) -> dict[str, list[str]]:
    connection = sqlite3.connect(index)
    found = {name: sorted(map(repr, connection.execute(query))) for name, query in INDEX.items()}
    connection.close()
    return found


def _is_on_disk(graph: Graph) -> bool:
    return graph.to_memory() is not graph


def test_after_an_edit_only_the_file_that_changed_is_read(folder: _Folder, read: list[str]) -> None:
    assert not _is_on_disk(_open(folder))
    assert sorted(read) == ["a.yaml", "b.yaml", "c.yaml", "d.yaml", "shipped.yaml"]
    read.clear()
    folder.toggle("b actor:lady leads actor:body reported")
    graph = _open(folder)
    assert _is_on_disk(graph)
    assert read == ["b.yaml"]
    assert frozenset(graph.quads()) == frozenset(build(folder.path).quads())


def test_what_an_edit_looks_up_does_not_grow_with_the_sources(
    folder: _Folder, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[int] = []

    def count(
        database: FactDatabase, condition: str, *values: object, most: int = -1
    ) -> list[StoredFact]:
        found = load_facts(database, condition, *values, most=most)
        looked_up.append(len(found))
        return found

    load_facts = FactDatabase.load_facts
    monkeypatch.setattr(FactDatabase, "load_facts", count)
    numbers = []
    for size in (5, 50):
        for each in range(size):
            text = SOURCE.format(name=f"more-{each}", publisher="Agency", date="2024-07-01")
            text += "entities:\n" + ENTITY.format(f"event:e{each}", "Event", f'"E{each}"', "")
            text += "facts:\n" + "".join(
                FACT.format(f"actor:{code}", "attended", f"event:e{each}", "lead", "reported", "")
                for code in ("IND", "FRA", "DEU")
            )
            (folder.path / f"more-{each}.yaml").write_text(text, encoding="utf-8")
        _open(folder)
        looked_up.clear()
        read.clear()
        for _ in range(2):  # there and back
            folder.toggle("a actor:FRA hosted event:meeting reported")
            assert _is_on_disk(_open(folder))
        numbers.append((read.copy(), sum(looked_up)))
    assert numbers[0] == numbers[1]
    assert numbers[0][0] == ["a.yaml", "a.yaml"]


def test_random_edits_give_what_a_build_of_all_gives(
    folder: _Folder, read: list[str], tmp_path: Path
) -> None:
    """Edits are right or wrong by chance; what a wrong one is about may be in another file."""
    chance = random.Random(20250210)  # noqa: S311 -- not a secret
    lines = _read("\n".join(each.strip() for each in (ENTITIES, FACTS, HEADS, JUDGEMENTS)))
    all_files = len(_open_and_list(folder, read))
    kept, errors, few = set(folder.said), set(), 0
    for _ in range(30):
        folder.toggle(*chance.sample(lines, chance.choice((1, 1, 2, 3))))
        read.clear()
        found = _try(lambda: _open(folder))
        few += len(read) < all_files
        wanted = _try(lambda: build(folder.path))
        assert found == wanted
        if wanted.error:
            errors.add(wanted.error.partition(" ")[2])
            folder.toggle(*(folder.said ^ kept))
        kept = set(folder.said)
    assert len(errors) >= 5
    assert few >= 10
    engine = open_store(_find_store(tmp_path))
    new = tmp_path / "new.sqlite"
    write_index_of(engine, new, is_compiled=True)
    assert engine.index
    one, other = _dump(engine.index), _dump(new)
    for name in INDEX:
        assert one[name] == other[name], name


def _open_and_list(folder: _Folder, read: list[str]) -> list[str]:
    _open(folder)
    return [*read]


def _find_store(folder: Path) -> Path:
    """Return the newest store in the cache."""
    stores = (folder / "cache").glob("store-*/current")
    return max(stores, key=lambda path: path.stat().st_mtime_ns).parent


def _is_right(folder: _Folder) -> bool:
    return frozenset(_open(folder).quads()) == frozenset(build(folder.path).quads())


def test_a_list_may_come_change_and_go(folder: _Folder, read: list[str]) -> None:
    _open(folder)
    file, rows = folder.path / "a.yaml", folder.path / "rows.csv"
    text = file.read_text(encoding="utf-8")
    row = "actor:{},attended,event:meeting,row,reported\n"
    for content in (row.format("IND"), row.format("FRA") + row.format("DEU")):
        header = "subject,relation,object,section,modality\n"
        rows.write_text(header + content, encoding="utf-8")
        file.write_text(f"{text}lists: [rows.csv]\n", encoding="utf-8")
        read.clear()
        graph = _open(folder)
        assert read == ["a.yaml"]
        assert frozenset(graph.quads()) == frozenset(build(folder.path).quads())
    file.write_text(text, encoding="utf-8")
    with pytest.raises(FactsError, match=r"rows\.csv:1:1: no fact file uses this list"):
        _open(folder)
    rows.unlink()
    assert _is_right(folder)


def test_what_looks_up_things_by_their_names_is_read_again(
    folder: _Folder, read: list[str]
) -> None:
    file, rows = folder.path / "d.yaml", folder.path / "rows.csv"
    rows.write_text("Who\nA Body\n", encoding="utf-8")
    mapped = "subject: Who, relation: {constant: attended}, object: {constant: 'event:meeting'}"
    mapped += ", modality: {constant: reported}"
    with file.open("a", encoding="utf-8") as stream:
        stream.write(f"lists:\n  - {{file: rows.csv, map: {{{mapped}}}}}\n")
    _open(folder)
    other = folder.path / "a.yaml"
    text = other.read_text(encoding="utf-8")
    other.write_text(text.replace("line 0", "line 1"), encoding="utf-8")
    read.clear()
    assert _is_on_disk(_open(folder))
    assert read == ["a.yaml"]
    for path in (folder.path / "a.yaml", folder.path / "b.yaml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("A Body", "The Board"), encoding="utf-8")
    rows.write_text("Who\nThe Board\n", encoding="utf-8")
    assert _is_right(folder)


@pytest.mark.parametrize("name", ["facts.sqlite", "index.sqlite", "*.sst", "current"])
def test_a_damaged_store_is_not_brought_up_to_date(
    name: str, folder: _Folder, read: list[str], tmp_path: Path
) -> None:
    _open(folder)
    (damaged, *_) = (tmp_path / "cache").rglob(name)
    data = damaged.read_bytes()
    middle = len(data) // 2
    damaged.write_bytes(data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :])
    folder.toggle("b actor:lady leads actor:body reported")
    read.clear()
    graph = _open(folder)
    assert len(read) > 1
    assert frozenset(graph.quads()) == frozenset(build(folder.path).quads())


def test_what_an_interrupted_update_left_is_removed(
    folder: _Folder, read: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    _open(folder)
    first = _find_store(tmp_path)
    folder.toggle("b actor:lady leads actor:body reported")
    with monkeypatch.context() as patch:
        patch.setattr(incremental_build, "update_index", stop)
        with pytest.raises(KeyboardInterrupt):
            _open(folder)
    assert open_store(first)
    second = {*(tmp_path / "cache").glob("store-*")} - {first}
    for each in second:  # as a process that is killed leaves it
        (each / "store-1").mkdir(parents=True)
        (each / "store-1" / "CURRENT").write_bytes(b"half")
    read.clear()
    assert _is_on_disk(_open(folder))
    assert read == ["b.yaml"]
    assert _is_right(folder)


def test_two_at_once_and_a_reader_have_whole_graphs(folder: _Folder, tmp_path: Path) -> None:
    _open(folder)
    reader = _open(folder)
    before = frozenset(reader.quads())
    for line in ("b actor:lady leads actor:body reported", _read(FACTS)[2], _read(FACTS)[3]):
        folder.toggle(line)
        with ThreadPoolExecutor(2) as pool:
            graphs = [*pool.map(lambda _: _open(folder), range(2))]
        wanted = frozenset(build(folder.path).quads())
        assert [frozenset(each.quads()) for each in graphs] == [wanted, wanted]
        del graphs
    assert frozenset(reader.quads()) == before
    del reader
    folder.toggle(_read(FACTS)[4])
    _open(folder)
    assert len([*(tmp_path / "cache").glob("store-*")]) <= 2, "older stores are kept"
    assert len([*(tmp_path / "cache").glob("graph-*")]) <= 3


def test_a_search_finds_the_new_name(folder: _Folder) -> None:
    _open(folder)
    file = folder.path / "a.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("The Meeting", "Gathering of Five"), encoding="utf-8")
    graph = _open(folder)
    assert _is_on_disk(graph)
    assert [each.iri for each in find(graph, "gathering of five")] == [expand("event:meeting")]
    assert find(graph, "gathering of five") == find(build(folder.path), "gathering of five")


def test_after_many_updates_all_is_made_anew(
    folder: _Folder, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incremental_build, "MAX_UPDATES", 2)
    _open(folder)
    numbers = []
    for line in _read(FACTS)[2:6]:
        read.clear()
        folder.toggle(line)
        assert len(_open(folder)) > 0
        numbers.append(len(read))
    assert numbers == [1, 1, 5, 1]


@pytest.mark.parametrize(
    ("before", "line"),
    [
        (_read(FACTS)[2:3], _read(FACTS)[5]),
        (["c actor:IND attended event:meeting reported", _read(FACTS)[8]], _read(FACTS)[0]),
    ],
    ids=["in the file", "elsewhere"],
)
def test_where_many_facts_are_concerned_all_files_are_read(
    before: list[str], line: str, folder: _Folder, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are those of a long list, or those about what an edit says something else of."""
    folder.toggle(*before)
    _open(folder)
    monkeypatch.setattr(changed_facts, "MAX_FACTS", 1)
    folder.toggle(line)
    read.clear()
    assert len(_open(folder)) > 0
    assert len(read) > 1


def test_the_folder_may_be_the_one_in_which_the_command_runs(
    folder: _Folder, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.path)
    open_graph(".", in_memory=False)
    folder.toggle("b actor:lady leads actor:body reported")
    read.clear()
    assert _is_on_disk(open_graph(".", in_memory=False))
    assert read == ["b.yaml"]


def test_a_changed_file_of_the_program_or_ontology_makes_all_anew(
    folder: _Folder, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _open(folder)
    monkeypatch.setattr(loading, "COMPILER_PACKAGES", ("core",))
    read.clear()
    _open(folder)
    assert len(read) > 1
