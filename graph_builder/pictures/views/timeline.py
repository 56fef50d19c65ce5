"""The timeline view: a lane for each actor, with what it did, what happened and what is planned."""

from itertools import chain
from typing import Any

from graph_builder.analysis.networks.facts_network import build_facts_network, list_network_facts
from graph_builder.core.errors import PictureError
from graph_builder.core.text import format_count
from graph_builder.pictures.annotations import annotate_network
from graph_builder.pictures.caption_text import describe_snapshot
from graph_builder.pictures.fact_index import FactIndex
from graph_builder.pictures.neighbourhood import Scope
from graph_builder.pictures.subgraphs import filter_network_by_facts
from graph_builder.pictures.timeline_layout import (
    TimelineEntry,
    TimeScale,
    build_entries,
    compute_lane_height,
    place_entries_and_labels,
)
from graph_builder.pictures.truncation import EXPORT_HINT, MAX_PAGE_FACTS
from graph_builder.pictures.view_definition import Argument, Picture, View, build_markup_stage
from graph_builder.query.named_questions import ask_for_rows, to_text
from graph_builder.query.parameters import ParameterKind, resolve_entity
from graph_builder.store.graph import Graph

#: Actors that a page has room for, those that a title names, and entries of a lane.
MAX_LANES, MAX_TITLE_ACTORS, MAX_LANE_ENTRIES = 12, 4, 60

#: The IRI of an actor and its entries.
Lane = tuple[str, list[TimelineEntry]]


def build_timeline_picture(graph: Graph, *actors: str) -> Picture:
    """Return the picture of the dated facts of actors, by default of the roundtable's organisers.

    Raises PictureError where nothing is dated, or where there are more actors than lanes.
    """
    iris = list(dict.fromkeys(resolve_entity(a, graph, ParameterKind.ACTOR) for a in actors))
    if len(iris) > MAX_LANES:
        raise PictureError(
            f"a timeline shows at most {MAX_LANES} actors, not {len(iris)}; name fewer"
        )
    network = annotate_network(build_facts_network(graph, source="all", inferred=True), graph)
    lanes = _build_lanes(graph, iris or _find_organisers(graph), FactIndex(network, graph))
    if not any(entries for _, entries in lanes):
        raise PictureError("nothing to draw: no dated facts are recorded for these actors")
    kept = _truncate_lanes(lanes)
    shown = filter_network_by_facts(network, _collect_facts(kept))
    answer = _format_subtitle(kept)
    return Picture(
        title=f"Timeline: {_format_actors(graph, lanes)}",
        subtitle=". ".join((answer, *describe_snapshot(shown, list_network_facts(shown)))),
        network=shown,
        stage=build_markup_stage("timeline"),
        content={"lanes": _build_content(kept, graph)},
        bundles=tuple(entry.bundle for _, entries in kept for entry in entries),
        focus=tuple(iri for iri, _ in lanes if iri in shown),
        full_network=filter_network_by_facts(network, _collect_facts(lanes)),
        notes=_build_notes(kept, lanes),
    )


VIEW = View(
    name="timeline",
    summary="When did actors do what, and what is only planned?",
    arguments=(
        Argument(
            "ACTOR",
            "One or more actors, by default the organisers of the India-France roundtable of 2025.",
            required=False,
            many=True,
        ),
    ),
    build=build_timeline_picture,
    example=("India", "France", "INESIA", "IndiaAI Mission"),
    scope=Scope(ParameterKind.ACTOR, lambda iris, *_: {*iris}),
)


def _format_actors(graph: Graph, lanes: list[Lane]) -> str:
    """Return the names of actors, or their number where a title has no room for the names."""
    if len(lanes) > MAX_TITLE_ACTORS:
        return f"{len(lanes)} actors"
    return ", ".join(graph.label(iri) for iri, _ in lanes)


def _find_organisers(graph: Graph) -> list[str]:
    rows = ask_for_rows(graph, "organisers")
    if not rows:
        raise PictureError(
            "nothing to draw: the graph has no organisers of the roundtable; name one or more "
            "actors, such as: aigg draw timeline France"
        )
    return sorted({to_text(row["organiser"]) for row in rows})


def _build_lanes(graph: Graph, actors: list[str], index: FactIndex) -> list[Lane]:
    return [
        (iri, build_entries(iri, ask_for_rows(graph, "timeline", actor=iri), index, graph))
        for iri in actors
    ]


def _truncate_lanes(lanes: list[Lane]) -> list[Lane]:
    """Return the lanes with their latest entries, as many as a page has room for."""
    maximum = MAX_LANE_ENTRIES
    while maximum > 1:
        if len(_collect_facts(_keep_latest(lanes, maximum))) <= MAX_PAGE_FACTS:
            break
        maximum = maximum * 3 // 4
    return _keep_latest(lanes, maximum)


def _keep_latest(lanes: list[Lane], number: int) -> list[Lane]:
    return [(iri, entries[-number:]) for iri, entries in lanes]


def _collect_facts(lanes: list[Lane]) -> list[Any]:
    facts = chain.from_iterable(entry.bundle.facts for _, entries in lanes for entry in entries)
    return list({id(fact): fact for fact in facts}.values())


def _build_content(lanes: list[Lane], graph: Graph) -> list[dict[str, Any]]:
    scale = TimeScale(entry.span for _, entries in lanes for entry in entries if entry.span)
    content = []
    for iri, entries in lanes:
        placed = place_entries_and_labels(entries, scale)
        content.append(
            {
                "iri": iri,
                "label": graph.label(iri),
                "entries": entries,
                "placed": placed,
                "height": compute_lane_height(placed),
                "years": scale.years,
            }
        )
    return content


def _format_subtitle(lanes: list[Lane]) -> str:
    entries = [entry for _, some in lanes for entry in some]
    number = format_count(len(entries), "entry", "entries")
    spans = [entry.span for entry in entries if entry.span]
    if spans:
        first = min(span.first for span in spans).year
        last = max(span.last for span in spans).year
        number += f" from {first} to {last}" if first < last else f" from {first}"
    planned = sum(not entry.is_done for entry in entries)
    return f"{number}; {planned} planned or not stated as done" if planned else number


def _build_notes(kept: list[Lane], lanes: list[Lane]) -> tuple[str, ...]:
    shown, total = (sum(len(entries) for _, entries in some) for some in (kept, lanes))
    if shown == total:
        return ()
    entries = f"This picture shows {shown:,} of {total:,} entries, for each actor the latest ones"
    return (f"{entries}; {EXPORT_HINT}.",)
