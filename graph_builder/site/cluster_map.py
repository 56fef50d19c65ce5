"""Cluster map: the largest clusters of the overview, on the start page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graph_builder.pages.index_pages import IndexEntry
from graph_builder.pictures.clustering import OTHERS_NAME
from graph_builder.pictures.overlap_removal import LETTER_WIDTH_PX, LINE_HEIGHT_PX

if TYPE_CHECKING:
    from graph_builder.pictures.cluster_layout import ClusterCircle, ClusterLine

#: The most clusters on the start page.
MAX_MAP_CLUSTERS = 9
_MARGIN_PX, _MAX_NARROW_WIDTH_PX = 6.0, 660.0


@dataclass(frozen=True)
class ClusterMap:
    """The largest linked clusters, as circles, lines and entries of a list.

    ``box`` is left, top, width and height in pixels of the overview; ``number`` counts all
    clusters.
    """

    circles: list["ClusterCircle"]
    lines: list["ClusterLine"]
    entries: list[IndexEntry]
    box: tuple[float, float, float, float]
    number: int

    @property
    def is_broad(self) -> bool:
        """Return whether the map needs the whole width of the page to be readable."""
        return self.box[2] > _MAX_NARROW_WIDTH_PX


def build_cluster_map(content: Mapping[str, Any]) -> ClusterMap | None:
    """Return the cluster map of an overview, or None if it has no clusters."""
    named = [circle for circle in content["circles"] if circle.entry.name != OTHERS_NAME]
    circles = named[:MAX_MAP_CLUSTERS]
    if not circles:
        return None
    spots = {(circle.x, circle.y) for circle in circles}
    return ClusterMap(
        circles,
        [each for each in content["lines"] if {(each.x1, each.y1), (each.x2, each.y2)} <= spots],
        [_build_entry(circle) for circle in circles],
        _compute_bounding_box(circles),
        len(named),
    )


def _build_entry(circle: "ClusterCircle") -> IndexEntry:
    entry = circle.entry
    iri = entry.bundle.members[0]
    return IndexEntry(iri, entry.name, entry.fact_count, circle.member_count)


def _compute_bounding_box(circles: list["ClusterCircle"]) -> tuple[float, float, float, float]:
    """Return the bounding box of circles and the labels below them."""
    wide = [
        max(_compute_label_half_width(circle), circle.radius) + _MARGIN_PX for circle in circles
    ]
    left = min(c.x - half for c, half in zip(circles, wide, strict=True))
    right = max(c.x + half for c, half in zip(circles, wide, strict=True))
    top = min(circle.y - circle.radius for circle in circles) - _MARGIN_PX
    bottom = (
        max(c.y + c.radius + LINE_HEIGHT_PX * (len(c.name_lines) + 1) for c in circles) + _MARGIN_PX
    )
    return round(left, 1), round(top, 1), round(right - left, 1), round(bottom - top, 1)


def _compute_label_half_width(circle: "ClusterCircle") -> float:
    """Return half the width of the labels below a circle."""
    return max(map(len, (*circle.name_lines, circle.member_count))) * LETTER_WIDTH_PX / 2
