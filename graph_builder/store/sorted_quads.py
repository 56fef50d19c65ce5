"""Quads in the order of exports, sorted on disk where they are too many for memory.

Groups of quads become lines, the lines of each run are sorted and written to a temporary file, and
the runs are merged (external merge sort: D. E. Knuth, The Art of Computer Programming, 5.4).
"""

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import chain, groupby
from typing import TextIO

from graph_builder.core.durable_files import report_full_disk
from graph_builder.core.vocabulary import PREFIXES
from graph_builder.ingest.quad_groups import PredicateObjects, QuadGroup

#: Characters of the lines that are sorted in memory.
RUN_CHARACTERS = 100_000_000
#: It stands before all characters of terms, and within none.
_MARK = "\t"
_RDF_TYPE = f"<{PREFIXES['rdf']}type>"


def sort_groups(
    groups: Iterable[QuadGroup], run_characters: int = RUN_CHARACTERS
) -> Iterator[QuadGroup]:
    """Yield a group for each subject in each graph, sorted and without quads that come twice.

    Graphs and subjects are sorted by IRI, the default graph first, blank nodes last. Of a subject,
    the type comes first, then the other predicates by IRI; its quads are in memory.
    """
    with report_full_disk(), ExitStack() as files:
        runs: list[Iterable[str]] = []
        lines: list[str] = []
        size, pairs, text = 0, None, ""
        for group in groups:
            if group.pairs is not pairs:  # an assertion has the same in several graphs
                pairs = group.pairs
                text = _MARK.join(chain.from_iterable(_sort_pairs(pairs)))
            lines.append(line := _format_line(group, text))
            size += len(line)
            if size > run_characters:
                runs.append(_write_run(lines, files))
                lines, size = [], 0
        lines.sort()
        different = (line for line, _ in groupby(heapq.merge(*runs, lines)))
        for start, same in groupby(different, _get_start):
            yield _join_lines(start, same)


def _format_line(group: QuadGroup, pairs: str) -> str:
    # without the last sign of an IRI, one that another begins with comes before it
    subject = group.subject.removesuffix(">")
    return f"{group.graph[:-1]}{_MARK}{subject}{_MARK}{pairs}\n"


def _write_run(lines: list[str], files: ExitStack) -> TextIO:
    """Return a temporary file with sorted lines."""
    opened = tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n")  # noqa: SIM115 - below
    file = files.enter_context(opened)
    lines.sort()
    file.writelines(lines)
    file.seek(0)
    return file


def _get_start(line: str) -> str:
    """Return the graph and the subject of a line."""
    return line[: line.index(_MARK, line.index(_MARK) + 1)]


def _join_lines(start: str, lines: Iterable[str]) -> QuadGroup:
    graph, subject = start.split(_MARK)
    found = [_read_pairs(line[len(start) + 1 : -1]) for line in lines]
    return QuadGroup(
        f"{graph}>" if graph else "",
        subject if subject.startswith("_:") else f"{subject}>",
        found[0] if len(found) == 1 else _sort_pairs(chain.from_iterable(found)),
    )


def _read_pairs(text: str) -> PredicateObjects:
    terms = text.split(_MARK)
    return list(zip(terms[::2], terms[1::2], strict=True))


def _sort_pairs(pairs: Iterable[tuple[str, str]]) -> PredicateObjects:
    return sorted(set(pairs), key=_get_sort_key)


def _get_sort_key(pair: tuple[str, str]) -> tuple[bool, str, str]:
    predicate, object_ = pair
    return predicate != _RDF_TYPE, predicate[1:-1], object_
