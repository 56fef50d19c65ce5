"""Canonical themes: under which themes of the taxonomy the wordings of sources fall.

A wording leads to a canonical theme by one link or several: it means the same (exactMatch), falls
under it (broader), or overlaps with it (closeMatch).
"""

from collections.abc import Iterable, Mapping

#: The collection of the canonical themes, and the properties that lead to them, the closest first.
CANONICAL_THEMES = "theme:canonical"
MAPPING_PROPERTIES = ("skos:exactMatch", "skos:broader", "skos:closeMatch")


def find_canonical_themes(
    theme: str, links: Mapping[str, Iterable[str]], canonical: Iterable[str]
) -> set[str]:
    """Return the nearest canonical themes to which links lead from a theme: itself if it is one.

    Links beyond a canonical theme, to broader ones, are not followed; a circle of links ends.
    """
    known, found, seen, queue = set(canonical), set(), {theme}, [theme]
    while queue:
        each = queue.pop()
        if each in known:
            found.add(each)
            continue
        further = set(links.get(each, ())) - seen
        seen |= further
        queue += sorted(further)
    return found
