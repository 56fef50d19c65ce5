"""The conflicts page: what sources say differently, side by side, with judgements on it."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from graph_builder.compare.conflict_classification import VERDICT_MEANINGS
from graph_builder.compare.conflicts import Conflict, ConflictSide, disagreements
from graph_builder.pages.html_rendering import PageContext, render_page
from graph_builder.pages.iri_paths import PageLinks
from graph_builder.pages.paging import list_pagings, split_into_parts
from graph_builder.query.named_questions import OptionalTerm
from graph_builder.store.graph import Graph

#: The most values of conflicts on a page.
MAX_SIDES_ON_PAGE = 1_000
CONFLICTS_TITLE = "Where sources disagree"
#: Keys that a side may have.
_SIDE_KEYS = (
    *("value", "source", "notIn", "listed", "otherListed", "from", "to", "asOf", "issued"),
    *("modality", "verification", "passage", "note", "reason"),
)


@dataclass(frozen=True)
class ConflictSideRow:
    """One source's side: a value, or the entries of a list that another source lacks."""

    values: tuple[OptionalTerm, ...]
    side: ConflictSide


@dataclass(frozen=True)
class ConflictEntry:
    """A conflict with the rows of its sides and judgements."""

    place: Conflict
    sides: list[ConflictSideRow]
    judgements: list[ConflictSideRow]

    def count_rows(self) -> int:
        """Return the number of values that the page shows."""
        return sum(len(row.values) for row in (*self.sides, *self.judgements))


@dataclass(frozen=True)
class ConflictGroup:
    """The conflicts about an entity on a page.

    ``place`` is that of the entity among all, and ``number`` counts the conflicts of all pages.
    """

    thing: str
    place: int
    entries: list[ConflictEntry]
    number: int


def render_conflicts_pages(graph: Graph, to: PageLinks, url: Callable[[int], str]) -> Iterator[str]:
    """Yield the pages of all conflicts, grouped by the entity that they are about; at least one.

    ``url`` returns the URL of a page by its number.
    """
    places = disagreements(graph)
    counts = Counter(each.thing for each in places)
    numbers = {thing: number for number, thing in enumerate(counts, 1)}
    entries = (entry for each in places for entry in _build_entries(each))
    parts = split_into_parts(entries, MAX_SIDES_ON_PAGE, ConflictEntry.count_rows)
    for paging in list_pagings(url, len(parts)):
        part = parts[paging.number - 1]
        yield render_page(
            "conflicts.html",
            PageContext(graph, to),
            groups=[
                ConflictGroup(thing, numbers[thing], [*some], counts[thing])
                for thing, some in groupby(part, lambda each: each.place.thing)
            ],
            kind="differences",
            meanings={verdict.value: meaning for verdict, meaning in VERDICT_MEANINGS.items()},
            number=len(places),
            paging=paging,
            title=CONFLICTS_TITLE,
        )


def _build_entries(place: Conflict) -> Iterator[ConflictEntry]:
    """Yield the entry of a conflict, or several if it has more sides than a page may have."""
    sides, judgements = _group_sides(place.sides), _group_sides(place.judgements)
    for start in range(0, max(1, len(sides)), MAX_SIDES_ON_PAGE):
        part = sides[start : start + MAX_SIDES_ON_PAGE]
        yield ConflictEntry(place, part, judgements if start == 0 else [])


def _group_sides(sides: Sequence[ConflictSide]) -> list[ConflictSideRow]:
    """Return a row per side; entries of one list that another lacks share a row."""
    rows = []
    for lacking, group in groupby(sides, lambda side: (side["source"], side.get("notIn"))):
        found = list(group)
        if lacking[1] is None:
            rows += [ConflictSideRow((side["value"],), _fill_missing_keys(side)) for side in found]
        else:
            rows.append(
                ConflictSideRow(
                    tuple(side["value"] for side in found), _fill_missing_keys(found[0])
                )
            )
    return rows


def _fill_missing_keys(side: ConflictSide) -> ConflictSide:
    return {**dict.fromkeys(_SIDE_KEYS), **side}
