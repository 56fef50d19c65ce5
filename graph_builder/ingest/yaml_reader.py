"""YAML with positions: mappings, lists and strings, nothing that runs, repeats or guesses.

The events of ruamel.yaml's parser are put together here rather than by its constructors, so that
every scalar stays the string it is (``NO`` is not false, 007 not 7), every value keeps its line
and column, and anchors, aliases, tags and second documents are refused before they cost anything.
"""

from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML, events
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from graph_builder.core.errors import FactsError, Finding
from graph_builder.core.text import quote, shorten
from graph_builder.ingest.locations import KEY, START, KeyPath

MAX_DEPTH = 8
#: What ruamel.yaml says, and what that means to somebody who edits a file.
_PROBLEMS = {
    "expected <block end>": "a line that is indented otherwise than the lines it belongs to",
    "mapping values are not allowed": "a colon too many; put words with a colon in quotation marks",
    "found unexpected end of stream": "a quotation mark is opened and never closed",
}
YamlTree = dict[str, "YamlTree"] | list["YamlTree"] | str


MutablePositionMap = dict[KeyPath, tuple[int, int]]


def read_yaml(text: str, file: str) -> tuple[YamlTree, MutablePositionMap, list[Finding]]:
    """Return the data of a YAML text, the positions of values and keys, and what is wrong in it.

    Raises FactsError where reading cannot go on.
    """
    for number, line in enumerate(text.split("\n"), 1):
        if _is_tab_indented(line):
            message = "a tab; YAML is indented by spaces"
            raise FactsError([Finding(file, number, line.index("\t") + 1, message)])
        if line.startswith("%"):
            message = "a line that begins with %; a fact file needs no directives"
            raise FactsError([Finding(file, number, 1, message)])
    reader = _EventReader(file)
    try:
        tree = reader.document(iter(YAML(typ="safe", pure=True).parse(text)))
    except (YAMLError, ValueError, OverflowError) as error:
        raise FactsError([*reader.found, _make_finding(error, text, reader)]) from error
    return tree, reader.positions, reader.found


def _make_finding(error: Exception, text: str, reader: "_EventReader") -> Finding:
    """Return what ruamel.yaml refuses, with the position that it names or the last one it read."""
    where, problem = reader.last, "an escape that names no character; write the character itself"
    if isinstance(error, MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        where = (mark.line + 1, mark.column + 1) if mark else START
        said = str(error.problem or error.context).replace(repr("\0"), "the end of the file")
        problem = next(
            (words for start, words in _PROBLEMS.items() if said.startswith(start)), said
        )
    elif isinstance(error, YAMLError):
        before = text[: getattr(error, "position", 0)].split("\n")
        where = len(before), len(before[-1]) + 1
        code = getattr(error, "character", 0)
        problem = f"the character U+{code:04X}, which no text holds; delete it"
    return Finding(reader.file, *where, f"not YAML: {problem}")


def _is_tab_indented(line: str) -> bool:
    return "\t" in line[: len(line) - len(line.lstrip())] and bool(line.strip())


class _EventReader:
    """Puts the parser's events together and notes positions and what is wrong."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.positions: MutablePositionMap = {}
        self.found: list[Finding] = []
        self.last = START

    def document(self, stream: Iterator[Any]) -> YamlTree:
        next(stream)  # the start of the stream
        start = next(stream)
        if isinstance(start, events.StreamEndEvent):
            self._stop(start, "the file is empty; a fact file holds a source, entities or facts")
        tree = self._value(next(stream), stream, ())
        next(stream)  # the end of the document
        if not isinstance(after := next(stream), events.StreamEndEvent):
            self._stop(after, "a second document; a fact file holds one")
        return tree

    def _value(self, event: Any, stream: Iterator[Any], path: KeyPath) -> YamlTree:
        self._refuse(event, len(path))
        self.positions.setdefault(path, _get_position(event))
        if isinstance(event, events.MappingStartEvent):
            return self._mapping(stream, path)
        if isinstance(event, events.SequenceStartEvent):
            return self._sequence(stream, path)
        return str(event.value)

    def _mapping(self, stream: Iterator[Any], path: KeyPath) -> YamlTree:
        mapping: dict[str, YamlTree] = {}
        while not isinstance(event := next(stream), events.MappingEndEvent):
            self._refuse(event, len(path))
            if not isinstance(event, events.ScalarEvent):
                self._stop(event, "a key must be a word")
            key = str(event.value)
            if key in mapping:
                line, _ = self.positions[(*path, key, KEY)]
                self._find(event, f"the key {quote(key)} stands twice (first in line {line})")
                self._value(next(stream), stream, (*path, KEY))
            else:
                self.positions[(*path, key, KEY)] = _get_position(event)
                value = next(stream)
                if _is_missing(value):  # the parser says it stands where the next thing does
                    self.positions[(*path, key)] = _get_value_position(event)
                mapping[key] = self._value(value, stream, (*path, key))
        return mapping

    def _sequence(self, stream: Iterator[Any], path: KeyPath) -> YamlTree:
        sequence: list[YamlTree] = []
        while not isinstance(event := next(stream), events.SequenceEndEvent):
            sequence.append(self._value(event, stream, (*path, len(sequence))))
        return sequence

    def _refuse(self, event: Any, depth: int) -> None:
        self.last = _get_position(event)
        if isinstance(event, events.AliasEvent):
            self._stop(
                event,
                f"the alias *{shorten(event.anchor)}; write the value out, nothing is reused",
            )
        if event.anchor:
            name = shorten(event.anchor)
            self._stop(event, f"the anchor &{name}; write the values out where they belong")
        if getattr(event, "tag", None):
            self._stop(event, "a tag (!); plain words and numbers are all a fact file needs")
        if depth > MAX_DEPTH:
            self._stop(event, f"nested more than {MAX_DEPTH} deep")

    def _find(self, event: Any, message: str) -> None:
        self.found.append(Finding(self.file, *_get_position(event), message))

    def _stop(self, event: Any, message: str) -> None:
        self._find(event, message)
        raise FactsError(self.found)


def _get_position(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _get_value_position(key: Any) -> tuple[int, int]:
    """Return where a value would stand: behind a key and its colon."""
    return key.end_mark.line + 1, key.end_mark.column + 2


def _is_missing(event: Any) -> bool:
    return isinstance(event, events.ScalarEvent) and event.start_mark.index == event.end_mark.index
