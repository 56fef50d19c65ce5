"""Facts with their locations; those of long lists are in temporary files, not in memory."""

import marshal
import tempfile
import weakref
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import IO, Any

from graph_builder.core.durable_files import report_full_disk
from graph_builder.ingest.locations import (
    CellPositions,
    KeyPath,
    Location,
    RowPositions,
    pack_positions,
)
from graph_builder.ingest.model import Fact
from graph_builder.ingest.record_validation import LocatedRecord, list_keys, restore_record

#: The facts of a file or list, in their order.
LocatedFacts = Collection[LocatedRecord[Fact]]
#: More facts of one list are kept in a temporary file, in blocks of so many.
MAX_FACTS_IN_MEMORY = 5_000
_NAMES = tuple(Fact.model_fields)
_NOTHING: dict[str, Any] = dict.fromkeys(_NAMES)


def collect_facts(facts: Iterable[LocatedRecord[Fact]]) -> LocatedFacts:
    """Return facts that are made while they are asked for, in memory if they are few."""
    rest = iter(facts)
    first = tuple(islice(rest, MAX_FACTS_IN_MEMORY))
    following = tuple(islice(rest, MAX_FACTS_IN_MEMORY))
    if not following:
        return first
    stored = StoredFacts()
    block = first
    while block:
        stored.append(block)
        block, following = following, tuple(islice(rest, MAX_FACTS_IN_MEMORY))
    return stored


def join_facts(parts: Iterable[LocatedFacts]) -> LocatedFacts:
    """Return the facts of several collections, one after another."""
    given = [part for part in parts if part]
    if all(isinstance(part, tuple) for part in given):
        return tuple(fact for part in given for fact in part)
    return given[0] if len(given) == 1 else _JoinedFacts(given)


def may_have(facts: LocatedFacts, name: str) -> bool:
    """Return whether a fact may have a value of a field; no fact is read from a file."""
    if isinstance(facts, StoredFacts):
        return name in facts.given
    if isinstance(facts, _JoinedFacts):
        return any(may_have(part, name) for part in facts.parts)
    return any(getattr(each.record, name) is not None for each in facts)


class _JoinedFacts(LocatedFacts):
    """The facts of several collections."""

    def __init__(self, parts: Collection[LocatedFacts]) -> None:
        self.parts = parts

    def __len__(self) -> int:
        """Return the number of facts."""
        return sum(map(len, self.parts))

    def __iter__(self) -> Iterator[LocatedRecord[Fact]]:
        """Iterate over the facts."""
        for part in self.parts:
            yield from part

    def __contains__(self, fact: object) -> bool:
        """Return whether a fact is there."""
        return any(fact in part for part in self.parts)


class StoredFacts(LocatedFacts):
    """The facts of a list in a temporary file, read anew each time that they are iterated.

    ``given`` are the names of the fields that any of them has.
    """

    def __init__(self) -> None:
        """Create the file, which the system removes when it is closed, or its process ends."""
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the facts
        weakref.finalize(self, self._file.close)
        self._ends: list[int] = []
        self.given: set[str] = set()
        self._length = 0

    def append(self, facts: Collection[LocatedRecord[Fact]]) -> None:
        """Append a block of facts; raises ReadError if there is no room for it."""
        forms: dict[_Form, int] = {}
        rows = [_list_values(each, forms) for each in facts]
        with report_full_disk():
            self._file.seek(0, 2)
            self._file.write(marshal.dumps((list(forms), rows)))
            self._file.flush()
        self.given.update(name for form in forms for name in form[-1])
        self._ends.append(self._file.tell())
        self._length += len(facts)

    def __len__(self) -> int:
        """Return the number of facts."""
        return self._length

    def __iter__(self) -> Iterator[LocatedRecord[Fact]]:
        """Iterate over the facts."""
        begin = 0
        for end in self._ends:
            self._file.seek(begin)
            data = self._file.read(end - begin)
            begin = end
            forms, rows = marshal.loads(data)  # noqa: S302 - nobody else can write to the file
            yield from (_restore(forms[number], cells, values) for number, cells, *values in rows)

    def __contains__(self, fact: object) -> bool:
        """Return whether a fact is there."""
        return any(fact == each for each in self)


#: What rows have in common: file, paths of positions, completeness, fields that are given, and
#: fields with a value.
_Form = tuple[str, tuple[KeyPath, ...], bool, frozenset[str], tuple[str, ...]]


def _list_values(located: LocatedRecord[Fact], forms: dict[_Form, int]) -> tuple[Any, ...]:
    """Return the number of the form of a fact, its positions and its values."""
    record = located.record
    positions = _find_row_positions(located.location)
    values = {name: each for name, each in record.__dict__.items() if each is not None}
    given = frozenset(record.model_fields_set)
    form = (located.location.file, positions.paths, located.complete, given, tuple(values))
    return (forms.setdefault(form, len(forms)), positions.cells, *values.values())


def _find_row_positions(location: Location) -> RowPositions:
    """Return the positions of a fact without those of others."""
    if isinstance(location.positions, RowPositions):
        return location.positions
    keys = (key for key in list_keys(Fact) if (*location.path, key) in location.positions)
    paths: tuple[KeyPath, ...] = ((), *((key,) for key in keys))
    return RowPositions(paths, pack_positions([location.get_position(*path) for path in paths]))


def _restore(form: _Form, cells: CellPositions, values: list[Any]) -> LocatedRecord[Fact]:
    file, paths, complete, given, names = form
    fields = _NOTHING.copy()
    fields.update(zip(names, values, strict=True))
    record = restore_record(Fact, fields, set(given))
    return LocatedRecord(record, Location(file, RowPositions(paths, cells)), complete)
