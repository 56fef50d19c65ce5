"""The map on the start page: the largest groups of the overview, and what is told between them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graph_builder.pages.index_pages import IndexEntry
from graph_builder.pictures.clustering import OTHERS_NAME
from graph_builder.pictures.label_placement import LETTER_WIDTH_PX, LINE_HEIGHT_PX

if TYPE_CHECKING:
    from graph_builder.pictures.cluster_layout import ClusterCircle, ClusterLine

#: Groups that the start page has room for.
MAX_MAP_GROUPS = 9
_EDGE, _BROAD = 6.0, 660.0


@dataclass(frozen=True)
class HomeMap:
    """The largest groups that are tied to others, as circles, lines and entries of a list.

    ``box`` is left, top, width and height in pixels of the overview, ``number`` of all such groups.
    """

    circles: list["ClusterCircle"]
    lines: list["ClusterLine"]
    entries: list[IndexEntry]
    box: tuple[float, float, float, float]
    number: int

    @property
    def is_broad(self) -> bool:
        """Return whether names would be too small to read in a part of the width of a page."""
        return self.box[2] > _BROAD


def build_home_map(content: Mapping[str, Any]) -> HomeMap | None:
    """Return what the start page shows of an overview, or None where nothing groups."""
    named = [circle for circle in content["circles"] if circle.listed.name != OTHERS_NAME]
    circles = named[:MAX_MAP_GROUPS]
    if not circles:
        return None
    spots = {(circle.x, circle.y) for circle in circles}
    return HomeMap(
        circles,
        [each for each in content["lines"] if {(each.x1, each.y1), (each.x2, each.y2)} <= spots],
        [_entry(circle) for circle in circles],
        _box(circles),
        len(named),
    )


def _entry(circle: "ClusterCircle") -> IndexEntry:
    told = circle.listed
    return IndexEntry(told.bundle.members[0], told.name, told.told, circle.below)


def _box(circles: list["ClusterCircle"]) -> tuple[float, float, float, float]:
    """Return the box around circles and the words below them."""
    wide = [max(_half(circle), circle.radius) + _EDGE for circle in circles]
    left = min(c.x - half for c, half in zip(circles, wide, strict=True))
    right = max(c.x + half for c, half in zip(circles, wide, strict=True))
    top = min(circle.y - circle.radius for circle in circles) - _EDGE
    bottom = max(c.y + c.radius + LINE_HEIGHT_PX * (len(c.lines) + 1) for c in circles) + _EDGE
    return round(left, 1), round(top, 1), round(right - left, 1), round(bottom - top, 1)


def _half(circle: "ClusterCircle") -> float:
    """Return half the width of the words below a circle."""
    return max(map(len, (*circle.lines, circle.below))) * LETTER_WIDTH_PX / 2
