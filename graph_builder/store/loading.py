"""Load a graph: build it from fact files, read it from a file or store, or from the cache."""

import hashlib
import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Quad, RdfFormat, Store

from graph_builder.core.durable_files import add_checksum, read_checked, write_file
from graph_builder.core.errors import ReadError
from graph_builder.core.file_locks import Tell, tell_nobody
from graph_builder.core.memory_limit import check_memory
from graph_builder.core.option_values import SHIPPED_GRAPH
from graph_builder.core.resources import VERSION, find_data_folder, find_path, is_folder
from graph_builder.core.workspaces import sweep_folders
from graph_builder.ingest.list_names import LIST_SUFFIXES
from graph_builder.ingest.quad_groups import QuadGroup, format_nquads
from graph_builder.store.disk_store import CURRENT_FILE, is_store
from graph_builder.store.graph import Graph

if TYPE_CHECKING:
    from graph_builder.ingest.rejected_rows import RejectedRows
    from graph_builder.store.cached_stores import CachedStore

#: The packages whose code determines the compiled graph: the builder imports no others.
COMPILER_PACKAGES = ("core", "ingest")
_MAX_CACHED_GRAPHS = 3
_TOLD_QUADS = 100_000
_BLOCK_BYTES = 1 << 20
#: A smaller file is loaded as fast as a store is opened.
_MIN_STORED_BYTES = 500_000
_READ_SUFFIXES = (".ttl", ".yaml", ".py", *LIST_SUFFIXES)


def build(
    *facts: str | Path,
    only: bool = False,
    ontology: Path | None = None,
    map_file: Path | None = None,
) -> Graph:
    """Return the graph of the shipped facts and given ones; with ``only``, of the given ones alone.

    ``facts`` are files and folders, which may use the ids of the shipped registry without declaring
    them. A table among them, a CSV file, is read by the map in the fact file ``map_file``. The
    graph contains the files of the ``ontology`` folder given, but facts are always
    checked against the shipped ontology. Raises FactsError with all findings if a file has errors,
    ReadError if a path cannot be read.
    """
    groups = compile_graph(*facts, only=only, ontology=ontology, map_file=map_file)
    return load_nquads(format_nquads(groups))


def compile_graph(
    *facts: str | Path,
    only: bool = False,
    ontology: Path | None = None,
    map_file: Path | None = None,
    rejected: "RejectedRows | None" = None,
    tell: Tell = tell_nobody,
) -> Iterator[QuadGroup]:
    """Return the quads of the graph that ``build`` returns, one group after another.

    The facts are read and checked at once, and compiled while the groups are asked for. Rows of
    lists with mistakes are added to those ``rejected``, if this is given; ``tell`` gets what is
    done. Raises what ``build`` raises.
    """
    from graph_builder.core.ontology import load_ontology
    from graph_builder.ingest.fact_files import read_with_shipped_facts
    from graph_builder.ingest.quad_builder import compile_facts

    result = read_with_shipped_facts(
        facts, only=only, map_file=map_file, rejected=rejected, tell=tell
    )
    base = result.build_fact_base()
    groups = compile_facts(base, load_ontology(), ontology or find_data_folder("ontology"))
    return _count_quads(groups, tell)


def compute_build_key(
    facts: Iterable[str | Path], *, only: bool = False, map_file: Path | None = None
) -> str:
    """Return what is the same for builds of the same facts by the same code, and for no others."""
    read = [*map(Path, facts), *([map_file] if map_file else [])]
    told = f"{_compute_fingerprint(*read)} {only} {map_file} {sys.version}"
    return hashlib.sha256(told.encode(errors="surrogateescape")).hexdigest()


def _count_quads(groups: Iterable[QuadGroup], tell: Tell) -> Iterator[QuadGroup]:
    """Yield groups, and tell how many quads they have."""
    told = count = 0
    for group in groups:
        count += len(group.pairs)
        if count >= told:
            tell(f"compiling facts: {count:,} quads")
            told = count + _TOLD_QUADS
        yield group


def open_graph(
    location: str | Path | None = None,
    *,
    with_ontology: bool | None = None,
    in_memory: bool = True,
) -> Graph:
    """Return the graph at a location: ``memory:``, a folder, a file, or an address.

    ``memory:``, the default, is the shipped graph. A fact file or a folder of them is added to the
    shipped facts; such a graph is built once and then cached. Any other folder is a store on disk,
    and an address is that of a SPARQL endpoint. The ontology is added to an RDF file that lacks it
    if ``with_ontology`` is true; by default, if the file uses its terms. A graph in memory answers
    many queries faster. Unless it is wanted ``in_memory``, a large one is opened on disk instead,
    in a store that the cache keeps. ``notes`` of the graph say what a reader has to know: how a
    file was read, and that an upload to a server is not finished.
    Raises ReadError if nothing can be read there, or for RDF 1.2 triple terms that are not
    reifiers; FactsError with all findings in fact files.
    """
    if location is None or str(location) == SHIPPED_GRAPH:
        return _open_compiled(in_memory=in_memory)
    if not is_path(str(location)):
        return _open_server(str(location))
    if not str(location):
        raise ReadError("the location of the graph is empty; omit --store to use the shipped graph")
    path = find_path(Path(location))
    _check_exists(path)
    if _holds_fact_files(path):
        return _open_compiled(path, in_memory=in_memory)
    if is_folder(path):
        from graph_builder.store.cached_stores import open_stored_graph

        return open_stored_graph(path)
    return _open_rdf_file(path, with_ontology=with_ontology, in_memory=in_memory)


def stamp_files(location: str | Path) -> frozenset[tuple[str, int, int]]:
    """Return what tells the files at a location from those at another time; empty if none are."""
    if not is_path(str(location)):
        return frozenset()
    path = find_path(Path(location))
    if is_store(path):
        files = [path / CURRENT_FILE]
    else:
        files = _list_files(path) if _holds_fact_files(path) else [path]
    return frozenset(filter(None, map(_stamp_file, files)))


def _stamp_file(path: Path) -> tuple[str, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return str(path), found.st_mtime_ns, found.st_ino


def _open_server(url: str) -> Graph:
    """Return the graph on a SPARQL server, with a note if an upload to it is not finished."""
    from graph_builder.store.remote_engine import RemoteEngine

    engine = RemoteEngine(url)
    graph = Graph(engine)
    if upload := engine.unfinished_upload:
        note = (
            f"{url}: the upload that began on {upload.format_begin()} is not finished, so answers "
            "may mix old and new facts; if it was cut off, repeat aigg push"
        )
        graph.notes = (note,)
    return graph


def _check_exists(path: Path) -> None:
    """Raise ReadError if a path does not exist or cannot be accessed."""
    try:
        path.stat()
    except (OSError, ValueError) as error:
        raise ReadError(f"{path}: {getattr(error, 'strerror', None) or error}") from error


def _holds_fact_files(path: Path) -> bool:
    folder = is_folder(path) and not is_store(path)
    return any(path.rglob("*.yaml")) if folder else path.suffix == ".yaml"


def is_path(location: str) -> bool:
    """Return whether a location is a path, not ``memory:`` or an address."""
    return location != SHIPPED_GRAPH and not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", location)


def add_ontology(store: Store) -> None:
    """Add the shipped ontology to a store."""
    store.bulk_extend(read_shipped_ontology())


def read_shipped_ontology() -> list[Quad]:
    """Return the shipped ontology files, each in its named graph."""
    from graph_builder.core.ontology import ONTOLOGY_FILES, read_ontology_quads

    folder = find_data_folder("ontology")
    return [
        quad
        for files, name in ONTOLOGY_FILES.items()
        for quad in read_ontology_quads(folder, files, NamedNode(name))
    ]


def _open_rdf_file(path: Path, *, with_ontology: bool | None, in_memory: bool) -> Graph:
    """Return the graph of an RDF file, with the ontology if wanted, or if it uses its terms."""
    if in_memory or path.stat().st_size < _MIN_STORED_BYTES:
        graph = _load_rdf_file(path)
        if _wants_ontology(graph, with_ontology=with_ontology):
            add_ontology(graph.store)
        return graph
    return _open_stored_rdf(path, with_ontology=with_ontology)


def _open_stored_rdf(path: Path, *, with_ontology: bool | None) -> Graph:
    """Return the graph of an RDF file from a store in the cache, or load it.

    The file as it is has a store of its own, which is made only if that is what is wanted.
    """
    plain, extended = (
        find_place(f"{os.path.realpath(path)} {form}", path) for form in ("alone", "and ontology")
    )
    if with_ontology is not False and (found := extended.find()) is not None:
        return found
    kept = plain.find()
    graph = _load_rdf_file(path) if kept is None else kept
    if not _wants_ontology(graph, with_ontology=with_ontology):
        return plain.keep(graph) if kept is None else kept
    copy = Graph.wrap(graph.quads())
    copy.notes = graph.notes
    add_ontology(copy.store)
    return extended.keep(copy)


def find_place(name: str, *files: Path) -> "CachedStore":
    """Return the place in the cache for the store of a graph that is made of files."""
    from graph_builder.store.cached_stores import CachedStore, GraphFiles

    roots = (*files, find_data_folder("ontology"), Path(__file__).parent)
    return CachedStore(GraphFiles(f"{VERSION} {name}", roots, _is_read), find_cache_folder())


def _load_rdf_file(path: Path) -> Graph:
    from graph_builder.store.rdf_files import open_rdf

    check_memory(path.stat().st_size)
    store, notes = open_rdf(path)
    graph = Graph(store)
    graph.notes = notes
    return graph


def _wants_ontology(graph: Graph, *, with_ontology: bool | None) -> bool:
    from graph_builder.store.own_terms import has_ontology, uses_terms

    wanted = uses_terms(graph) if with_ontology is None else with_ontology
    return wanted and not has_ontology(graph)


def _open_compiled(*facts: Path, in_memory: bool) -> Graph:
    left = sweep_folders(find_cache_folder())
    graph = _load_compiled(*facts) if in_memory else _open_stored(*facts)
    graph.notes = tuple(f"{path}: removed; an interrupted run had left it" for path in left)
    return graph


def _open_stored(*facts: Path) -> Graph:
    """Return a compiled graph from its store in the cache, or load it."""
    beside = [each for path in facts if path.is_file() for each in _list_files(path)]
    name = " ".join(map(os.path.realpath, facts))
    place = find_place(name, *_list_roots(), *facts, *beside)
    found = place.find()
    if found is None and (earlier := place.find_earlier()):
        from graph_builder.store.incremental_build import update_graph

        found = update_graph(place, earlier, (find_data_folder("facts"), *facts))
    return _compile_and_keep(place, *facts) if found is None else found


def _compile_and_keep(place: "CachedStore", *facts: Path) -> Graph:
    """Return a compiled graph, and keep its store with what the facts state.

    The shipped facts alone hardly change: where they are compiled already, nothing is read.
    """
    from graph_builder.store.incremental_build import build_tracked

    fingerprint = _compute_fingerprint(*facts)
    cached = find_cache_folder() / f"graph-{fingerprint}.nq"
    data = None if facts else read_cached_quads(cached)
    if data is not None:
        graph, write_facts = load_compiled(data), None
    else:
        graph, write_facts = build_tracked(facts, place.stamps, find_data_folder("ontology"))
        _write_cache(cached, graph)
    graph.digest = fingerprint
    return place.keep(graph, write_facts)


def _load_compiled(*facts: Path) -> Graph:
    fingerprint = _compute_fingerprint(*facts)
    cached = find_cache_folder() / f"graph-{fingerprint}.nq"
    data = read_cached_quads(cached)
    if data is None:
        graph = build(*facts)
        _write_cache(cached, graph)
    else:
        graph = load_compiled(data)
    graph.digest = fingerprint
    return graph


def _list_roots() -> tuple[Path, ...]:
    """Return the folders of what decides each compiled graph: ontology, facts and compiler."""
    here = Path(__file__).parents[1]
    compilers = (here / name for name in COMPILER_PACKAGES)
    return (find_data_folder("ontology"), find_data_folder("facts"), *compilers)


def _is_read(name: str) -> bool:
    """Return whether a file of this name is read to compile a graph."""
    return name.lower().endswith(_READ_SUFFIXES)


def load_compiled(data: bytes) -> Graph:
    """Return the graph of N-Quads that this program wrote and whose checksum was verified."""
    return load_nquads([data])


def load_nquads(blocks: Iterable[bytes]) -> Graph:
    """Return the graph of N-Quads that this program wrote, in blocks of whole lines."""
    store = Store()
    for block in blocks:
        check_memory(len(block))
        store.bulk_load(block, format=RdfFormat.N_QUADS, lenient=True)
    return Graph(store)


def find_cache_folder() -> Path:
    """Return the cache folder: AIGG_CACHE, or the platform's default."""
    if named := os.environ.get("AIGG_CACHE"):
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("aigg", appauthor=False)


def _compute_fingerprint(*facts: Path) -> str:
    """Return a SHA-256 over the version, the ontology, the facts and the compiler's code."""
    digest = hashlib.sha256(VERSION.encode())
    for root in (*_list_roots(), *facts):
        for path in sorted(p for p in _list_files(root) if _is_read(p.name)):
            digest.update(f"\0{path.relative_to(root.parent).as_posix()}\0".encode())
            for block in _iter_bytes(path):
                digest.update(block)
    return digest.hexdigest()


def _iter_bytes(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as stream:
            yield from iter(partial(stream.read, _BLOCK_BYTES), b"")
    except OSError as error:
        raise ReadError(f"{path}: {error.strerror or error}") from error


def _list_files(root: Path) -> list[Path]:
    """Return the files of a folder, or a fact file with the lists beside it."""
    if not root.is_file():
        return [path for path in root.rglob("*") if path.is_file()]
    beside = (p for p in root.parent.iterdir() if p.suffix.lower() in LIST_SUFFIXES and p.is_file())
    return [root, *beside]


def read_cached_quads(cached: Path) -> bytes | None:
    """Return a cached graph as N-Quads, or None if it is missing or its checksum is wrong."""
    try:
        return read_checked(cached)
    except OSError:
        return None


def _write_cache(target: Path, graph: Graph) -> None:
    """Write a compiled graph to the cache and remove the oldest ones; ignore OS errors."""
    quads = graph.store.dump(format=RdfFormat.N_QUADS) or b""
    with suppress(OSError, ReadError):
        target.parent.mkdir(parents=True, exist_ok=True)
        write_file(target, add_checksum(quads))
        older = sorted(target.parent.glob("graph-*.nq"), key=lambda p: p.stat().st_mtime)
        for path in older[:-_MAX_CACHED_GRAPHS]:
            path.unlink(missing_ok=True)
