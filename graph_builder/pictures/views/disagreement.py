"""The view of where sources differ: what each says, side by side, with a verdict and judgements."""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from graph_builder.disagreement import Place, disagreements
from graph_builder.errors import PictureError
from graph_builder.networks.facts import facts_network, facts_of
from graph_builder.parameters import resolve
from graph_builder.pictures.context import in_context
from graph_builder.pictures.days import sentence
from graph_builder.pictures.limits import FACTS, FULL_NODES, WHOLE
from graph_builder.pictures.model import Picture, Term, View
from graph_builder.pictures.recorded import Recorded
from graph_builder.pictures.sides import Row, facts, row
from graph_builder.pictures.stages import markup
from graph_builder.pictures.subnetworks import stating
from graph_builder.pictures.words import COUNTED
from graph_builder.store import Graph
from graph_builder.verdicts import IN_WORDS, Verdict


def disagreement(graph: Graph, thing: str = "") -> Picture:
    """Return the picture of the places where sources differ: all, or those that name a thing.

    A thing may be a relation or a source too. Raises PictureError where sources differ nowhere.
    """
    of = graph.label(resolve(thing, graph)) if thing else ""
    places = sorted(disagreements(graph, thing or None), key=_severity)
    if not places:
        raise PictureError(f"nothing to draw: sources differ nowhere{f' on {of}' if of else ''}")
    every = in_context(facts_network(graph, source="all", inferred=True), graph)
    recorded = Recorded(every, graph)
    rows = [row(place, recorded, graph) for place in places]
    room = _room(rows)
    shown = stating(every, (fact for each in rows[:room] for fact in facts(each)))
    return Picture(
        title=f"Where sources differ{f': {of}' if of else ''}",
        subtitle=". ".join((_counted(places), *sentence(shown, facts_of(shown)))),
        network=shown,
        stage=markup("disagreement"),
        content={"verdicts": _by_verdict(places[:room], rows)},
        bundles=tuple(column.bundle for each in rows[:room] for column in each.columns),
        whole=stating(every, (fact for each in rows for fact in facts(each))),
        notes=_notes(room, len(rows)),
    )


VIEW = View(
    name="disagreement",
    summary="Where do sources differ, and what does each say?",
    terms=(
        Term(
            "THING",
            "A thing, relation or source whose disagreements are shown, by default all.",
            required=False,
        ),
    ),
    make=disagreement,
    example=("AI Action Summit 2025",),
)


def _severity(place: Place) -> int:
    return list(Verdict).index(place.verdict)


def _room(rows: Sequence[Row]) -> int:
    """Return how many of the rows a page has room for."""
    total, room = 0, 0
    for each in rows[:FULL_NODES]:
        total += len(facts(each))
        if total > FACTS and room:
            break
        room += 1
    return room


def _by_verdict(places: Sequence[Place], rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return the rows under their verdicts, contradictions first."""
    pairs = zip(places, rows, strict=False)
    return [
        {"name": verdict, "meaning": IN_WORDS[verdict], "rows": [each for _, each in group]}
        for verdict, group in groupby(pairs, key=lambda pair: pair[0].verdict)
    ]


def _counted(places: Sequence[Place]) -> str:
    """Return in how many places sources differ, and in which way."""
    found = Counter(place.verdict for place in places)
    kinds = ", ".join(f"{found[v]} {COUNTED[v][found[v] > 1]}" for v in Verdict if found[v])
    return f"In {len(places):,} place{'' if len(places) == 1 else 's'}: {kinds}"


def _notes(room: int, number: int) -> tuple[str, ...]:
    if room == number:
        return ()
    return (f"Of {number:,} places the first {room:,} are shown, contradictions first; {WHOLE}.",)
