"""Facts with their locations; those of long lists are in temporary files, not in memory."""

import marshal
import tempfile
import weakref
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from operator import attrgetter
from typing import IO, Any

from graph_builder.ingest.locations import KeyPath, Location, RowPositions
from graph_builder.ingest.model import Fact
from graph_builder.ingest.record_validation import LocatedRecord, list_keys, restore_record

#: The facts of a file or list, in their order.
LocatedFacts = Collection[LocatedRecord[Fact]]
#: More facts of one list are kept in a temporary file, in blocks of so many.
MAX_FACTS_IN_MEMORY = 5_000
_get_values = attrgetter(*Fact.model_fields)


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


class _JoinedFacts(LocatedFacts):
    """The facts of several collections."""

    def __init__(self, parts: Collection[LocatedFacts]) -> None:
        self._parts = parts

    def __len__(self) -> int:
        """Return the number of facts."""
        return sum(map(len, self._parts))

    def __iter__(self) -> Iterator[LocatedRecord[Fact]]:
        """Iterate over the facts."""
        for part in self._parts:
            yield from part

    def __contains__(self, fact: object) -> bool:
        """Return whether a fact is there."""
        return any(fact in part for part in self._parts)


class StoredFacts(LocatedFacts):
    """The facts of a list in a temporary file, read anew each time that they are iterated."""

    def __init__(self) -> None:
        """Create the file, which the system removes when it is closed, or its process ends."""
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the facts
        weakref.finalize(self, self._file.close)
        self._ends: list[int] = []
        self._length = 0

    def append(self, facts: Collection[LocatedRecord[Fact]]) -> None:
        """Append a block of facts."""
        self._file.seek(0, 2)
        self._file.write(marshal.dumps([_list_values(each) for each in facts]))
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
            # nobody else can write to the file
            yield from map(_restore, marshal.loads(data))  # noqa: S302

    def __contains__(self, fact: object) -> bool:
        """Return whether a fact is there."""
        return any(fact == each for each in self)


def _list_values(located: LocatedRecord[Fact]) -> tuple[Any, ...]:
    record = located.record
    positions = _find_row_positions(located.location)
    row = located.location.file, positions.paths, positions.cells
    return (*row, located.complete, frozenset(record.model_fields_set), _get_values(record))


def _find_row_positions(location: Location) -> RowPositions:
    """Return the positions of a fact without those of others."""
    if isinstance(location.positions, RowPositions):
        return location.positions
    keys = (key for key in list_keys(Fact) if (*location.path, key) in location.positions)
    paths: tuple[KeyPath, ...] = ((), *((key,) for key in keys))
    return RowPositions(paths, tuple(location.get_position(*path) for path in paths))


def _restore(stored: tuple[Any, ...]) -> LocatedRecord[Fact]:
    file, paths, cells, complete, given, values = stored
    record = restore_record(Fact, dict(zip(Fact.model_fields, values, strict=True)), set(given))
    return LocatedRecord(record, Location(file, RowPositions(paths, cells)), complete)
