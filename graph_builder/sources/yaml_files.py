"""YAML with positions: mappings, lists and strings, nothing that runs, repeats or guesses.

The events of ruamel.yaml's parser are put together here rather than by its constructors, so that
every scalar stays the string it is (``NO`` is not false, 007 not 7), every value keeps its line
and column, and anchors, aliases, tags and second documents are refused before they cost anything.
"""

from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML, events
from ruamel.yaml.error import MarkedYAMLError

from graph_builder.errors import FactsError, Finding
from graph_builder.sources.positions import KEY, START, Path

MAX_DEPTH = 8
Tree = dict[str, "Tree"] | list["Tree"] | str


def read_yaml(text: str, file: str) -> tuple[Tree, dict[Path, tuple[int, int]]]:
    """Return the data of a YAML text and the position of every value and key; raises FactsError."""
    tab = next((n for n, line in enumerate(text.split("\n"), 1) if _indented_by_tab(line)), None)
    if tab:
        column = text.split("\n")[tab - 1].index("\t") + 1
        raise FactsError([Finding(file, tab, column, "a tab; YAML is indented by spaces")])
    reader = _Reader(file)
    try:
        tree = reader.document(iter(YAML(typ="safe", pure=True).parse(text)))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where: tuple[int, int] = (mark.line + 1, mark.column + 1) if mark else START
        problem = f"not YAML: {error.problem or error.context}"
        raise FactsError([*reader.found, Finding(file, *where, problem)]) from error
    if reader.found:
        raise FactsError(reader.found)
    return tree, reader.positions


def _indented_by_tab(line: str) -> bool:
    return "\t" in line[: len(line) - len(line.lstrip())] and bool(line.strip())


class _Reader:
    """Puts the parser's events together and notes positions and what is wrong."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.positions: dict[Path, tuple[int, int]] = {}
        self.found: list[Finding] = []

    def document(self, stream: Iterator[Any]) -> Tree:
        next(stream)  # the start of the stream
        start = next(stream)
        if isinstance(start, events.StreamEndEvent):
            self._stop(start, "the file is empty; a fact file holds a source, entities or facts")
        tree = self._value(next(stream), stream, ())
        next(stream)  # the end of the document
        if not isinstance(after := next(stream), events.StreamEndEvent):
            self._stop(after, "a second document; a fact file holds one")
        return tree

    def _value(self, event: Any, stream: Iterator[Any], path: Path) -> Tree:
        self._refuse(event, len(path))
        self.positions.setdefault(path, _where(event))
        if isinstance(event, events.MappingStartEvent):
            return self._mapping(stream, path)
        if isinstance(event, events.SequenceStartEvent):
            return self._sequence(stream, path)
        return str(event.value)

    def _mapping(self, stream: Iterator[Any], path: Path) -> Tree:
        mapping: dict[str, Tree] = {}
        while not isinstance(event := next(stream), events.MappingEndEvent):
            self._refuse(event, len(path))
            if not isinstance(event, events.ScalarEvent):
                self._stop(event, "a key must be a word")
            key = str(event.value)
            if key in mapping:
                line, _ = self.positions[(*path, key, KEY)]
                self._find(event, f"the key {key!r} stands twice (first in line {line})")
            else:
                self.positions[(*path, key, KEY)] = _where(event)
            mapping[key] = self._value(next(stream), stream, (*path, key))
        return mapping

    def _sequence(self, stream: Iterator[Any], path: Path) -> Tree:
        sequence: list[Tree] = []
        while not isinstance(event := next(stream), events.SequenceEndEvent):
            sequence.append(self._value(event, stream, (*path, len(sequence))))
        return sequence

    def _refuse(self, event: Any, depth: int) -> None:
        if isinstance(event, events.AliasEvent):
            self._stop(event, f"the alias *{event.anchor}; write the value out, nothing is reused")
        if event.anchor:
            self._stop(event, f"the anchor &{event.anchor}; write the values out where they belong")
        if getattr(event, "tag", None):
            self._stop(event, "a tag (!); plain words and numbers are all a fact file needs")
        if depth > MAX_DEPTH:
            self._stop(event, f"nested more than {MAX_DEPTH} deep")

    def _find(self, event: Any, message: str) -> None:
        self.found.append(Finding(self.file, *_where(event), message))

    def _stop(self, event: Any, message: str) -> None:
        self._find(event, message)
        raise FactsError(self.found)


def _where(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1
