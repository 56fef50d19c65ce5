"""Positions of values in fact files, and the findings that point at them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from graph_builder.core.errors import Finding

#: The keys and list indices that lead from the top of a file to a value.
KeyPath = tuple[str | int, ...]
#: Line and column of values (path of the value) and of keys (path of the value, then ``KEY``).
PositionMap = Mapping[KeyPath, tuple[int, int]]
KEY = "\0key"
START = (1, 1)


#: Line and column of cells or, where all are on one line, that line and the columns.
CellPositions = tuple[tuple[int, int], ...] | tuple[int, ...]


def pack_positions(cells: Sequence[tuple[int, int]]) -> CellPositions:
    """Return positions in as little memory as they need."""
    line = cells[0][0]
    columns = [column for each, column in cells if each == line]
    return (line, *columns) if len(columns) == len(cells) else tuple(cells)


class RowPositions(PositionMap):
    """The positions of a row (path ``()``) and of its cells, in less memory than a dictionary."""

    __slots__ = ("cells", "paths")

    def __init__(self, paths: tuple[KeyPath, ...], cells: CellPositions) -> None:
        """Take the position of each path; rows with the same columns share the paths."""
        self.paths = paths
        self.cells = cells

    def __getitem__(self, path: KeyPath) -> tuple[int, int]:
        """Return line and column."""
        if path not in self.paths:
            raise KeyError(path)
        number = self.paths.index(path)
        line = self.cells[0]
        if isinstance(line, tuple):
            return self.cells[number]  # type: ignore[return-value]
        return line, self.cells[number + 1]  # type: ignore[return-value]

    def __iter__(self) -> Iterator[KeyPath]:
        """Iterate over the paths."""
        return iter(self.paths)

    def __len__(self) -> int:
        """Return the number of paths."""
        return len(self.paths)


@dataclass(frozen=True, slots=True)
class Location:
    """Where a record (a fact, an entity ...) stands in a file, with the positions of its fields."""

    file: str
    positions: PositionMap
    path: KeyPath = ()

    def __str__(self) -> str:
        """Return ``file:line``, for a message that refers to this location."""
        return f"{self.file}:{self.get_position()[0]}"

    def get_position(self, *path: str | int) -> tuple[int, int]:
        """Return line and column of a field, or of the nearest value that encloses it."""
        full = (*self.path, *path)
        while full and full not in self.positions:
            full = full[:-1]
        return self.positions.get(full, START)

    def child(self, *path: str | int) -> "Location":
        """Return the location of a record below this one."""
        return Location(self.file, self.positions, (*self.path, *path))


@dataclass
class Diagnostics:
    """The findings of a check, collected so that all mistakes are reported at once."""

    findings: list[Finding] = field(default_factory=list)

    def add(self, location: Location, message: str, *path: str | int) -> None:
        """Add a finding that points at a field of the record at a location."""
        line, column = location.get_position(*path)
        self.findings.append(Finding(location.file, line, column, message))
