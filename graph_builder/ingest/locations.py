"""Where in a file a value stands, and a basket for what is found wrong there."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from graph_builder.core.errors import Finding

KeyPath = tuple[str | int, ...]
#: Line and column of values (path of the value) and of keys (path of the value, then ``KEY``).
PositionMap = Mapping[KeyPath, tuple[int, int]]
KEY = "\0key"
START = (1, 1)


@dataclass(frozen=True)
class Location:
    """A record (a fact, an entity ...) in a file; ``at`` finds the positions of its fields."""

    file: str
    positions: PositionMap
    path: KeyPath = ()

    def __str__(self) -> str:
        """Return ``file:line``, for a sentence that refers to this place."""
        return f"{self.file}:{self.at()[0]}"

    def at(self, *path: str | int) -> tuple[int, int]:
        """Return line and column of a field, or of the nearest thing around it."""
        full = (*self.path, *path)
        while full and full not in self.positions:
            full = full[:-1]
        return self.positions.get(full, START)

    def inside(self, *path: str | int) -> "Location":
        """Return the place of a record below this one."""
        return Location(self.file, self.positions, (*self.path, *path))

    def finding(self, message: str, *path: str | int) -> Finding:
        """Return a finding that points at a field of this record."""
        return Finding(self.file, *self.at(*path), message)


@dataclass
class Diagnostics:
    """All that is wrong, collected in one go."""

    found: list[Finding] = field(default_factory=list)

    def add(self, place: Location, message: str, *path: str | int) -> None:
        """Add a finding that points at a field of a record."""
        self.found.append(place.finding(message, *path))
