"""Export of a whole graph in blocks: beside it, little more than a subject is in memory."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from tempfile import SpooledTemporaryFile
from typing import IO

from pyoxigraph import DefaultGraph, Quad, serialize

from graph_builder.core.durable_files import report_full_disk
from graph_builder.core.option_values import MERGED_FORMATS
from graph_builder.store.graph import Graph
from graph_builder.store.local_engine import LocalEngine
from graph_builder.store.serialization import FORMATS, export, find_used_prefixes, order_quads

_DEFAULT_GRAPH = DefaultGraph()
_BLOCK_BYTES = 1 << 20
#: Bytes of text from which on it is in a temporary file.
_MAX_IN_MEMORY = 1 << 26
_IN_BLOCKS = ("ttl", "trig", "jsonld")


def export_in_blocks(graph: Graph, extension: str) -> Iterator[bytes]:
    """Yield what ``export`` returns of a graph; ttl, trig and jsonld of a local one in blocks."""
    if extension not in _IN_BLOCKS or not isinstance(graph.engine, LocalEngine):
        yield export(graph.quads(), extension).encode()
        return
    is_merged = extension in MERGED_FORMATS
    prefixes = find_used_prefixes(
        graph.engine.quads(None, None, None, _DEFAULT_GRAPH if is_merged else None)
    )
    with report_full_disk(), SpooledTemporaryFile(_MAX_IN_MEMORY) as file:
        ordered = _iter_ordered_quads(graph.engine, is_merged=is_merged)
        serialize(ordered, output=file, format=FORMATS[extension], prefixes=prefixes)
        file.seek(0)
        yield from _read_json(file) if extension == "jsonld" else _iter_blocks(_tidy_lines(file))


def _iter_ordered_quads(engine: LocalEngine, *, is_merged: bool) -> Iterator[Quad]:
    """Yield the quads of a store in the order of exports, those of one subject after another."""
    named = [] if is_merged else sorted(engine.store.named_graphs(), key=_get_sort_text)
    for name in (_DEFAULT_GRAPH, *named):
        subjects = sorted(
            {quad.subject for quad in engine.quads(None, None, None, name)}, key=_get_sort_text
        )
        for _, equal in groupby(subjects, _get_sort_text):
            quads = [quad for subject in equal for quad in engine.quads(subject, None, None, name)]
            yield from order_quads(quads)


def _get_sort_text(term: object) -> str:
    """Return a term as exports sort by it."""
    return str(term)[:-1]


def _read_json(file: IO[bytes]) -> Iterator[bytes]:
    yield from iter(lambda: file.read(_BLOCK_BYTES), b"")
    yield b"\n"


def _tidy_lines(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the lines of Turtle or TriG with sorted prefixes and an empty line between subjects."""
    heads = []
    line = file.readline()
    while line.startswith(b"@prefix "):
        heads.append(line)
        line = file.readline()
    yield from sorted(heads)
    yield b"\n"
    yield line
    for line in file:
        if line[:1] not in b"\t}":
            yield b"\n"
        yield line


def _iter_blocks(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines, many at once."""
    block = bytearray()
    for line in lines:
        block += line
        if len(block) >= _BLOCK_BYTES:
            yield bytes(block)
            block.clear()
    yield bytes(block)
