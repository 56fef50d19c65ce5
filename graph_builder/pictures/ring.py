"""Things in a ring: where many pairs are tied, no line hides a mark, and each line is seen."""

from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx as nx

#: Things that stand in a ring at most, which share of all pairs is tied there, and its size.
_MOST, _DENSE, _ACROSS, _DOWN = 24, 0.4, 700.0, 530.0


def around(drawn: "nx.MultiDiGraph[str]") -> dict[str, tuple[int, int]]:
    """Return places in a ring for few things of which many are tied, by their IRIs.

    Those whose ties weigh most are at the top; of other things it is nothing.
    """
    number = len(drawn)
    if number > _MOST or drawn.number_of_edges() < _DENSE * number * (number - 1) / 2:
        return {}
    strength = {each: drawn.degree(each, weight="weight") for each in drawn}
    ranked = sorted(drawn, key=lambda each: (-strength[each], each))
    return dict(zip(ranked, ring(number, _ACROSS, _DOWN), strict=True))


def ring(number: int, width: float, height: float) -> list[tuple[int, int]]:
    """Return places on an ellipse around (0, 0), from the top down, right and left in turn."""
    places = []
    for at in range(number):
        rows = (number + 1 - at % 2) // 2
        x, y = _on_ellipse((at // 2 * 2 + 1) / rows - 1, width, height)
        places.append((-x if at % 2 else x, y))
    return places


def _on_ellipse(share: float, width: float, height: float) -> tuple[int, int]:
    return round(width / 2 * sqrt(1 - share * share)), round(height / 2 * share)
