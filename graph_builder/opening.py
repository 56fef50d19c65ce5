"""Opening a graph: built from fact files, read from a file, or out of the cache."""

import hashlib
import os
import tempfile
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, Store

from graph_builder.errors import ReadError
from graph_builder.resources import VERSION, folder
from graph_builder.store import Graph

#: The modules whose code decides what a compiled graph holds.
_COMPILERS = ("builder.py", "terms.py", "vocabulary.py", "sources")
_KEEP = 3


def build(facts: Path | None = None) -> Graph:
    """Return the graph of the fact files of a folder, by default the shipped ones.

    Raises FactsError with all findings if a file holds mistakes.
    """
    return Graph.of(_compile(facts or folder("facts")))


def open_graph(path: Path | None = None) -> Graph:
    """Return the graph of an RDF file, or the shipped one, which is compiled once and then cached.

    Raises ReadError if the file cannot be read or is not RDF.
    """
    return _open_file(path) if path else _open_shipped()


def _compile(facts: Path) -> set[Quad]:
    from graph_builder import sources, terms
    from graph_builder.builder import compile_quads

    return compile_quads(sources.read_facts(facts), terms.load(), folder("ontology"))


def _open_file(path: Path) -> Graph:
    format_ = RdfFormat.from_extension(path.suffix.removeprefix("."))
    if format_ is None:
        raise ReadError(f"{path}: unknown kind of file; use .ttl, .trig, .nt, .nq or .jsonld")
    store = Store()
    try:
        store.bulk_load(path=path, format=format_)
    except OSError as error:
        raise ReadError(f"{path}: {error.strerror or error}") from error
    except (SyntaxError, ValueError) as error:
        raise ReadError(f"{path}: not {format_.name}: {error}") from error
    return Graph(store)


def _open_shipped() -> Graph:
    cached = cache_folder() / f"graph-{_fingerprint()}.nq"
    store = Store()
    try:
        store.bulk_load(path=cached, format=RdfFormat.N_QUADS, lenient=True)  # written by us
    except (OSError, SyntaxError):
        graph = build()
        _write_cache(cached, graph)
        return graph
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


def _write_cache(target: Path, graph: Graph) -> None:
    """Keep a compiled graph for the next process; where that is not possible, memory will do."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as beside:
            written = Path(beside) / target.name
            graph.store.dump(written, format=RdfFormat.N_QUADS)
            written.replace(target)
        older = sorted(target.parent.glob("graph-*.nq"), key=lambda p: p.stat().st_mtime)
        for path in older[:-_KEEP]:
            path.unlink(missing_ok=True)
    except OSError:
        return
