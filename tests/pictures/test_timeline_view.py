"""The timeline: when what is told of actors is, how it is drawn, and that nothing overlaps."""

import re
from datetime import date
from itertools import combinations

import networkx as nx
import pytest

from graph_builder.analysis.networks.facts_network import list_network_facts
from graph_builder.core.errors import AiggError
from graph_builder.core.validity_period import DateRange
from graph_builder.core.vocabulary import expand
from graph_builder.pictures.timeline_layout import (
    LETTER_WIDTH,
    ROW_HEIGHT,
    TIMELINE_WIDTH,
    YEAR_GAP_WIDTH,
    TimelineEntry,
    TimeScale,
    place_entries_and_labels,
)
from graph_builder.pictures.view_registry import build_picture
from graph_builder.pictures.views import timeline
from graph_builder.query.named_questions import ask_for_rows, to_text
from graph_builder.store.graph import Graph

ACTORS = ("India", "France", "INESIA", "IndiaAI Mission", "United Kingdom", "European AI Office")


def marks(sample: Graph, actor: str) -> dict[str, TimelineEntry]:
    (lane,) = build_picture(sample, "timeline", actor).content["lanes"]
    return {f"{mark.when} {mark.label}": mark for mark in lane["entries"]}


def test_days_are_points_and_months_and_years_are_bars(sample: Graph) -> None:
    found = marks(sample, "India")
    day = found["1 November 2023 endorsed: Bletchley Declaration"]
    assert (day.when, day.is_day, day.is_start) == ("1 November 2023", True, True)
    year = found["as of 2024 member of: Global Partnership on Artificial Intelligence"]
    assert (year.when, year.is_day, year.is_start) == ("as of 2024", False, False)
    assert year.span == DateRange(date(2024, 1, 1), date(2024, 12, 31))


def test_what_is_not_done_says_so(sample: Graph) -> None:
    found = [mark for mark in marks(sample, "INESIA").values() if not mark.is_done]
    assert [(mark.when, mark.modality) for mark in found] == [
        ("31 January 2025", "announced"),
        ("as of February 2025", "intended"),
    ]
    assert {mark.style.name for mark in found} == {"ahead"}


def test_the_same_said_of_many_is_one_mark_with_all_facts(graph: Graph) -> None:
    found = marks(graph, "INESIA")
    (members,) = [mark for label, mark in found.items() if "has member: " in label]
    assert members.label.endswith(" and 3 more")
    assert len(members.bundle.facts) == 4


def test_every_dated_row_of_the_question_is_in_a_mark(sample: Graph) -> None:
    iri = expand("actor:FRA")
    made = build_picture(sample, "timeline", "France")
    told = {(fact["source"], fact["relation"]) for fact in list_network_facts(made.network)}
    rows = ask_for_rows(sample, "timeline", actor=iri)
    wanted = {
        (to_text(row["source"]).rpartition("/")[2], sample.label(to_text(row["relation"])))
        for row in rows
    }
    assert wanted <= told


def test_nothing_in_a_lane_overlaps_and_all_has_room(graph: Graph) -> None:
    made = build_picture(graph, "timeline", *ACTORS)
    for lane in made.content["lanes"]:
        for one in lane["placed"]:
            assert one.left >= -6
            assert one.left + one.full_width <= TIMELINE_WIDTH + 6
            wide = len(one.entry.short_label) * LETTER_WIDTH
            begin = one.label_x - wide if one.label_ends else one.label_x
            assert one.left - 0.1 <= begin <= begin + wide <= one.left + one.full_width + 0.1
            assert one.left <= one.x <= one.x + one.width <= one.left + one.full_width + 0.1
        for one, other in combinations(lane["placed"], 2):
            apart = (
                one.left + one.full_width < other.left or other.left + other.full_width < one.left
            )
            assert apart or abs(one.y - other.y) >= ROW_HEIGHT


def test_a_scale_leaves_out_years_with_nothing_and_never_goes_back() -> None:
    spans = [DateRange.parse(day) for day in ("1909", "2024-05-21", "2025-02", "2025-02-10")]
    scale = TimeScale(spans)
    assert [(year, gap) for year, _, gap in scale.years] == [
        (1909, False),
        (2024, True),
        (2025, False),
    ]
    days = [date(1909, 1, 1), date(1909, 12, 31), date(1950, 6, 1), date(2024, 1, 1)]
    days += [date(2024, 5, 21), date(2025, 2, 10), date(2025, 12, 31)]
    found = [scale.get_position(day) for day in days]
    assert found == sorted(found)
    assert found[0] == 0
    assert scale.get_position(date(2025, 12, 31), end=True) == TIMELINE_WIDTH
    assert scale.starts[2024] == pytest.approx(scale.widths[1909] + YEAR_GAP_WIDTH)
    assert place_entries_and_labels([], scale) == []


def test_without_actors_it_is_the_organisers(sample: Graph) -> None:
    made = build_picture(sample, "timeline")
    labels = {lane["label"] for lane in made.content["lanes"]}
    assert {"IndiaAI Mission", "Sciences Po Paris"} <= labels
    assert made.title.startswith("Timeline: IndiaAI Mission, Indian Institute of Science, ")


def test_what_has_no_room_is_counted(sample: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "MAX_LANE_ENTRIES", 5)
    made = build_picture(sample, "timeline", "France")
    shown = r"This picture shows 5 of \d\d entries, for each actor the latest ones; "
    assert re.match(shown, made.notes[0])
    assert isinstance(made.full_network, nx.MultiDiGraph)
    assert len(list_network_facts(made.full_network)) > len(list_network_facts(made.network))


@pytest.mark.parametrize(
    ("actors", "message"),
    [
        (("AI Action Summit 2025",), "unknown actor 'AI Action Summit 2025'"),
        (("clara",), "unknown actor 'clara'"),
        (("actor:x> } DROP ALL #",), "unknown actor"),
    ],
)
def test_what_makes_no_timeline_is_one_sentence(
    sample: Graph, actors: tuple[str, ...], message: str
) -> None:
    with pytest.raises(AiggError, match=message):
        build_picture(sample, "timeline", *actors)


def test_more_actors_than_lanes_are_too_many(sample: Graph) -> None:
    actors = sample.instances_of(expand("aigg:Country"))[:13]
    with pytest.raises(AiggError, match="a timeline shows at most 12 actors, not 13"):
        build_picture(sample, "timeline", *actors)


def test_another_graph_asks_for_actors() -> None:
    with pytest.raises(AiggError, match="such as: aigg draw timeline France"):
        build_picture(Graph.wrap([]), "timeline")
