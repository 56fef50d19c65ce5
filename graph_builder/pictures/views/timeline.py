"""The view of time: a lane an actor, with what it did and what befell it, and what is planned."""

from itertools import chain
from typing import Any

from graph_builder.analysis.networks.facts_network import build_facts_network, list_network_facts
from graph_builder.core.errors import PictureError
from graph_builder.pictures.annotations import annotate_network
from graph_builder.pictures.caption_text import describe_snapshot
from graph_builder.pictures.fact_index import FactIndex
from graph_builder.pictures.subgraphs import filter_network_by_facts
from graph_builder.pictures.timeline_layout import (
    TimelineEntry,
    TimeScale,
    build_entries,
    compute_lane_height,
    place_entries,
)
from graph_builder.pictures.truncation import EXPORT_HINT, MAX_PAGE_FACTS
from graph_builder.pictures.view_definition import Argument, Picture, View, build_markup_stage
from graph_builder.query.named_questions import ask_for_rows, to_text
from graph_builder.query.parameters import ParameterKind, resolve_entity
from graph_builder.store.graph import Graph

#: Actors that have room on one page, those that a title names, and marks of a lane at most.
MAX_LANES, MAX_TITLE_ACTORS, MAX_LANE_ENTRIES = 12, 4, 60

Lane = tuple[str, list[TimelineEntry]]


def build_timeline_picture(graph: Graph, *actors: str) -> Picture:
    """Return the picture of what is dated of actors, by default of the roundtable's organisers.

    Raises PictureError where nothing is dated, or where there are more actors than lanes.
    """
    wanted = list(dict.fromkeys(resolve_entity(a, graph, ParameterKind.ACTOR) for a in actors))
    if len(wanted) > MAX_LANES:
        raise PictureError(
            f"a timeline has {MAX_LANES} lanes at most, and here are {len(wanted)} actors"
        )
    every = annotate_network(build_facts_network(graph, source="all", inferred=True), graph)
    found = _build_lanes(graph, wanted or _find_organisers(graph), FactIndex(every, graph))
    if not any(told for _, told in found):
        raise PictureError("nothing to draw: nothing dated is on record of these actors")
    kept = _truncate_lanes(found)
    shown = filter_network_by_facts(every, _collect_facts(kept))
    return Picture(
        title=f"Timeline: {_format_actors(graph, found)}",
        subtitle=". ".join(
            (_format_subtitle(kept), *describe_snapshot(shown, list_network_facts(shown)))
        ),
        network=shown,
        stage=build_markup_stage("timeline"),
        content={"lanes": _build_content(kept, graph)},
        bundles=tuple(mark.bundle for _, told in kept for mark in told),
        focus=tuple(iri for iri, _ in found if iri in shown),
        whole=filter_network_by_facts(every, _collect_facts(found)),
        notes=_build_notes(kept, found),
    )


VIEW = View(
    name="timeline",
    summary="When did actors do what, and what is only planned?",
    terms=(
        Argument(
            "ACTOR",
            "Actors, a lane each, by default the organisers of the roundtable.",
            required=False,
            many=True,
        ),
    ),
    make=build_timeline_picture,
    example=("India", "France", "INESIA", "IndiaAI Mission"),
)


def _format_actors(graph: Graph, found: list[Lane]) -> str:
    """Return the names of actors, or how many they are where a title has no room for all."""
    if len(found) > MAX_TITLE_ACTORS:
        return f"{len(found)} actors"
    return ", ".join(graph.label(iri) for iri, _ in found)


def _find_organisers(graph: Graph) -> list[str]:
    rows = ask_for_rows(graph, "organisers")
    if not rows:
        raise PictureError("nothing to draw: name actors, as in: draw timeline France")
    return sorted({to_text(row["organiser"]) for row in rows})


def _build_lanes(graph: Graph, actors: list[str], recorded: FactIndex) -> list[Lane]:
    return [
        (iri, build_entries(iri, ask_for_rows(graph, "timeline", actor=iri), recorded, graph))
        for iri in actors
    ]


def _truncate_lanes(found: list[Lane]) -> list[Lane]:
    """Return the lanes with as many marks, the latest, as a page has room for."""
    most = MAX_LANE_ENTRIES
    while (
        most > 1
        and len(list(_collect_facts([(i, told[-most:]) for i, told in found]))) > MAX_PAGE_FACTS
    ):
        most = most * 3 // 4
    return [(iri, told[-most:]) for iri, told in found]


def _collect_facts(found: list[Lane]) -> list[Any]:
    every = chain.from_iterable(mark.bundle.facts for _, told in found for mark in told)
    return list({id(fact): fact for fact in every}.values())


def _build_content(found: list[Lane], graph: Graph) -> list[dict[str, Any]]:
    scale = TimeScale(mark.span for _, told in found for mark in told if mark.span)
    lanes = []
    for iri, told in found:
        spots = place_entries(told, scale)
        undated = [mark for mark in told if not mark.span]
        lanes.append(
            {
                "iri": iri,
                "label": graph.label(iri),
                "marks": told,
                "placed": spots,
                "undated": undated,
                "height": compute_lane_height(spots),
                "years": scale.years,
            }
        )
    return lanes


def _format_subtitle(kept: list[Lane]) -> str:
    told = [mark for _, lane in kept for mark in lane]
    ahead = sum(not mark.is_done for mark in told)
    days = [mark.span for mark in told if mark.span]
    years = sorted(
        {min(d.first for d in days).year, max(d.last for d in days).year} if days else ()
    )
    when = f" from {' to '.join(map(str, years))}" if len(years) > 1 else f" of {years[0]}"
    planned = f"; {ahead} of them not said to be done, as a plan"
    return f"{len(told):,} entries{when if years else ''}{planned if ahead else ''}"


def _build_notes(kept: list[Lane], found: list[Lane]) -> tuple[str, ...]:
    left, every = (sum(len(told) for _, told in lanes) for lanes in (kept, found))
    if left == every:
        return ()
    return (f"Of {every:,} entries the {left:,} latest of each lane are shown; {EXPORT_HINT}.",)
