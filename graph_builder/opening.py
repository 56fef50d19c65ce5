"""Opening a graph: built from fact files, read from a file, or out of the cache."""

import hashlib
import os
import re
import tempfile
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, Triple

from graph_builder.engines.folders import open_folder
from graph_builder.errors import ReadError
from graph_builder.formats import MEMORY
from graph_builder.resources import VERSION, folder
from graph_builder.store import Graph
from graph_builder.terms import ONTOLOGY_FILES, ontology_quads
from graph_builder.turtle import FORMATS
from graph_builder.vocabulary import ONTOLOGY_GRAPH

#: The modules whose code decides what a compiled graph holds.
_COMPILERS = ("builder.py", "terms.py", "vocabulary.py", "sources")
_KEEP = 3


def build(facts: str | Path | None = None, *, ontology: Path | None = None) -> Graph:
    """Return the graph of the fact files of a folder, by default the shipped ones.

    A folder may name the things of the shipped registry without declaring them. The graph holds
    the files of another ``ontology`` folder if one is given; facts are read by the shipped one all
    the same. Raises FactsError with all findings if a file holds mistakes.
    """
    facts = Path(facts) if facts else folder("facts")
    return Graph.of(_compile(facts, ontology or folder("ontology")))


def open_graph(location: str | Path | None = None) -> Graph:
    """Return the graph at a location: ``memory:``, a folder, an RDF file, or an address.

    ``memory:``, the default, is the shipped graph, which is compiled once and then cached. A folder
    is a store on disk, an address that of a SPARQL endpoint. A file that does not hold the ontology
    gets it, so that labels and relations are known. Raises ReadError if there is nothing to read
    there, or no RDF 1.1.
    """
    if location is None or str(location) == MEMORY:
        return _open_shipped()
    if not is_path(str(location)):
        from graph_builder.engines.remote import Remote

        return Graph(Remote(str(location)))
    path = Path(location)
    return Graph(open_folder(path)) if path.is_dir() else _open_file(path)


def is_path(location: str) -> bool:
    """Return whether a location is a file or folder, and not the shipped graph or an address."""
    return location != MEMORY and not re.match(r"https?://", location)


def add_ontology(store: Store) -> None:
    """Add the shipped ontology, schemes, alignments and graph names, each to its named graph."""
    for files, name in ONTOLOGY_FILES.items():
        store.bulk_extend(ontology_quads(folder("ontology"), files, NamedNode(name)))


def _compile(facts: Path, ontology: Path) -> set[Quad]:
    from graph_builder import sources, terms
    from graph_builder.builder import compile_quads

    shipped = folder("facts")
    registry = None if facts == shipped else shipped / "registry"
    base = sources.read_facts(facts, registry=registry)
    return compile_quads(base, terms.load(), ontology)


def _open_file(path: Path) -> Graph:
    extension = path.suffix.removeprefix(".")
    if extension not in FORMATS:
        known = ", ".join(f".{name}" for name in FORMATS)
        raise ReadError(f"{path}: unknown kind of file; use {known}")
    store = Store()
    try:
        store.bulk_load(path=path, format=FORMATS[extension])
    except OSError as error:
        raise ReadError(f"{path}: {error.strerror or error}") from error
    except (SyntaxError, ValueError) as error:
        raise ReadError(f"{path}: not {FORMATS[extension].name}: {error}") from error
    if any(isinstance(quad.object, Triple) for quad in store):
        raise ReadError(f"{path}: triple terms of RDF 1.2 are not supported; use RDF 1.1")
    if not any(store.quads_for_pattern(None, None, None, NamedNode(ONTOLOGY_GRAPH))):
        add_ontology(store)
    return Graph(store)


def _open_shipped() -> Graph:
    cached = cache_folder() / f"graph-{_fingerprint()}.nq"
    data = _read_cache(cached)
    if data is None:
        graph = build()
        _write_cache(cached, graph)
        return graph
    store = Store()
    store.bulk_load(data, format=RdfFormat.N_QUADS, lenient=True)  # written and sealed by us
    return Graph(store)


def cache_folder() -> Path:
    """Return where compiled graphs are kept: AIGG_CACHE, or the platform's folder for caches."""
    if named := os.environ.get("AIGG_CACHE"):
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("aigg", appauthor=False)


def _fingerprint() -> str:
    """Return a SHA-256 over the version, the ontology, the facts and the code that compiles."""
    here = Path(__file__).parent
    roots = [folder("ontology"), folder("facts"), *(here / name for name in _COMPILERS)]
    digest = hashlib.sha256(VERSION.encode())
    for root in roots:
        for path in sorted(p for p in _files(root) if p.suffix in (".ttl", ".csv", ".yaml", ".py")):
            digest.update(f"\0{path.relative_to(root.parent).as_posix()}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _files(root: Path) -> list[Path]:
    return [root] if root.is_file() else [p for p in root.rglob("*") if p.is_file()]


def _read_cache(cached: Path) -> bytes | None:
    """Return the compiled graph as N-Quads, or None unless it is there, whole and undamaged."""
    try:
        data = cached.read_bytes()
    except OSError:
        return None
    digest, _, quads = data.partition(b"\n")
    return quads if digest == _seal(quads) else None


def _seal(quads: bytes) -> bytes:
    return f"# sha256 {hashlib.sha256(quads).hexdigest()}".encode()


def _write_cache(target: Path, graph: Graph) -> None:
    """Keep a compiled graph for the next process; where that is not possible, memory will do."""
    quads = graph.store.dump(format=RdfFormat.N_QUADS) or b""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as beside:
            written = Path(beside) / target.name
            written.write_bytes(_seal(quads) + b"\n" + quads)
            written.replace(target)
        older = sorted(target.parent.glob("graph-*.nq"), key=lambda p: p.stat().st_mtime)
        for path in older[:-_KEEP]:
            path.unlink(missing_ok=True)
    except OSError:
        return
