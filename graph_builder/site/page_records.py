"""Records of the pages of a site: what each read, and its files, so that few are made again.

They are kept in the cache, by the folder of the site. A page is as before if its program is the
same, all that it read is, and its files are there as they were.
"""

import hashlib
import importlib.metadata
import json
import os
import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from pyoxigraph import NamedNode

from graph_builder.core.durable_files import CHECKSUM_START, read_checked, write_file
from graph_builder.core.errors import ReadError
from graph_builder.core.resources import find_data_folder
from graph_builder.core.vocabulary import ONTOLOGY_GRAPH
from graph_builder.site.atomic_folder import ExistingSite, SiteFile, hash_text
from graph_builder.site.links import LinkPlan
from graph_builder.site.recorded_reads import (
    Read,
    ReadDigests,
    ReadRecorder,
    RecordingGraph,
    RecordingPlan,
)
from graph_builder.store.graph import Graph
from graph_builder.store.loading import find_cache_folder
from graph_builder.store.local_engine import LocalEngine

_FORMAT = "aigg site records 1"
_LINES_IN_BLOCK = 1_000
#: The libraries that make pages.
_LIBRARIES = ("jinja2", "markupsafe", "pyoxigraph", "rdflib")
#: Files of the package that make pages.
_PROGRAM_SUFFIXES = (".py", ".html", ".css", ".js", ".rq", ".json")


@dataclass(frozen=True)
class PageRecord:
    """What a page read, with the digests of what it found, and the SHA-256 of its files by path.

    ``given`` is a digest of what else it was made of.
    """

    reads: Mapping[Read, str]
    files: Mapping[str, str]
    given: str = ""


def compute_program_digest(graph: Graph, plan: LinkPlan) -> str:
    """Return a digest of what all pages depend on: program, libraries, ontology, shared files."""
    digest = hashlib.sha256(_FORMAT.encode())
    for folder in (Path(__file__).parents[1], find_data_folder("queries")):
        for path in sorted(folder.rglob("*")):
            if path.suffix in _PROGRAM_SUFFIXES:
                digest.update(path.read_bytes())
    ontology = graph.quads(None, None, None, NamedNode(ONTOLOGY_GRAPH))
    versions = [importlib.metadata.version(name) for name in _LIBRARIES]
    shared = [plan.base, plan.style, *plan.scripts, str(plan.has_name_files)]
    for text in (sys.version, *versions, *shared, *sorted(map(str, ontology))):
        digest.update(f"{text}\0".encode("utf-8", "replace"))
    return digest.hexdigest()


def read_records(place: Path, program: str) -> dict[str, PageRecord]:
    """Return the records of the site in a folder by key; none if another program made them."""
    try:
        content = read_checked(_find_file(place))
    except OSError:
        return {}
    tree = json.loads(content) if content else {}
    if tree.get("program") != program:
        return {}
    reads = [(tuple(read), digest) for digest, *read in tree["reads"]]
    return {
        key: PageRecord({reads[number][0]: reads[number][1] for number in numbers}, files, given)
        for key, (numbers, files, given) in tree["pages"].items()
    }


class RecordWriter:
    """Records of a new site, in which each read stands once."""

    def __init__(self) -> None:
        """Begin without a record; reads are kept as they are written, which takes least memory."""
        self._numbers: dict[str, int] = {}
        self._pages: dict[str, tuple[array[int], Mapping[str, str], str]] = {}

    def put(self, key: str, record: PageRecord) -> None:
        """Add the record of a page."""
        known = self._numbers
        reads = (_format_json([digest, *read]) for read, digest in record.reads.items())
        numbers = array("L", [known.setdefault(each, len(known)) for each in reads])
        self._pages[key] = numbers, record.files, record.given

    def write(self, place: Path, program: str) -> None:
        """Keep the records for a folder; without a cache, the next site is made anew."""
        digest = hashlib.sha256()
        for block in self._iter_blocks(program):
            digest.update(block)
        head = f"{CHECKSUM_START}{digest.hexdigest()}\n".encode()
        with suppress(OSError, ReadError):
            file = _find_file(place)
            file.parent.mkdir(parents=True, exist_ok=True)
            write_file(file, chain([head], self._iter_blocks(program)))

    def _iter_blocks(self, program: str) -> Iterator[bytes]:
        """Yield the records as JSON."""
        yield f'{{"program":{_format_json(program)},"reads":[\n'.encode()
        yield from _join_lines(self._numbers)
        yield b'],"pages":{\n'
        yield from _join_lines(
            f"{_format_json(key)}:{_format_json([[*numbers], files, given])}"
            for key, (numbers, files, given) in self._pages.items()
        )
        yield b"}}"


def _format_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def _join_lines(texts: Iterable[str]) -> Iterator[bytes]:
    """Yield texts in lines, with commas between them, many at once."""
    comma = ""
    for some in _split(texts, _LINES_IN_BLOCK):
        yield (comma + ",\n".join(some)).encode()
        comma = ",\n"


def _split(texts: Iterable[str], size: int) -> Iterator[list[str]]:
    left = iter(texts)
    while some := [*islice(left, size)]:
        yield some


def _find_file(place: Path) -> Path:
    name = hashlib.sha256(str(place).encode("utf-8", "surrogateescape")).hexdigest()
    return find_cache_folder() / f"site-{name[:32]}.json"


class SiteRecords:
    """The records of the site that is in a folder, and those of the site that takes its place.

    Without a folder, of a graph on a server and of one of a day, nothing is recorded.
    """

    def __init__(self, graph: Graph, plan: LinkPlan, folder: Path | None) -> None:
        """Read the records of the existing site."""
        is_local = type(graph) is Graph and isinstance(graph.engine, LocalEngine)
        self._place = Path(os.path.realpath(folder)) if folder and is_local else None
        self._graph = graph
        self._program = compute_program_digest(graph, plan) if self._place else ""
        self._before = read_records(self._place, self._program) if self._place else {}
        self._new = RecordWriter()

    def keep_pages(self, plan: LinkPlan) -> "PageKeeper":
        """Return what makes pages with the links of a plan, or keeps them."""
        existing = ExistingSite(self._place) if self._place else None
        return PageKeeper(self._graph, plan, existing, self._before)

    def put(self, key: str, record: PageRecord) -> None:
        """Add the record of a page of the new site."""
        if self._place:
            self._new.put(key, record)

    def write(self) -> None:
        """Keep the records of the new site."""
        if self._place:
            self._new.write(self._place, self._program)


class PageKeeper:
    """Makes pages, or keeps those of the existing site whose reads find the same as before.

    What makes a page reads from ``graph`` and ``plan``, which note that.
    """

    def __init__(
        self,
        graph: Graph,
        plan: LinkPlan,
        existing: ExistingSite | None,
        before: Mapping[str, PageRecord],
    ) -> None:
        """Read from a graph and a plan; without an existing site, make all pages."""
        self._recorder = ReadRecorder()
        self.graph = RecordingGraph(graph, self._recorder) if existing else graph
        self.plan = RecordingPlan.wrap(plan, self._recorder) if existing else plan
        self._digests = ReadDigests(graph, plan)
        self._existing = existing
        self._before = before

    def make(
        self, key: str, build: Callable[[], list[tuple[str, str]]], given: str = ""
    ) -> tuple[list[SiteFile], PageRecord]:
        """Return the files of a page, without text where they are kept, and their record.

        ``given`` is a digest of what else the page is made of.
        """
        before = self._before.get(key)
        if before and before.given == given and self._is_current(before):
            return [(path, None) for path in before.files], before
        self._recorder.take()
        files = build()
        reads = {
            read: digest or self._digests.compute(read)
            for read, digest in self._recorder.take().items()
        }
        written = {path: hash_text(text) for path, text in files}
        return [*files], PageRecord(reads, written, given)

    def _is_current(self, record: PageRecord) -> bool:
        existing = self._existing
        return (
            existing is not None
            and all(
                found and found == self._digests.compute(read)
                for read, found in record.reads.items()
            )
            and all(existing.has(path, digest) for path, digest in record.files.items())
        )
