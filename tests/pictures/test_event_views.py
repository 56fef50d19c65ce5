"""The views of events: columns of one, and the editions of a series side by side."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from graph_builder.core.errors import AiggError
from graph_builder.core.vocabulary import expand
from graph_builder.pictures.caption_text import format_date_range
from graph_builder.pictures.item_lists import (
    ItemGroup,
    ListBuilder,
    ListItem,
    group_edges_by_relation,
)
from graph_builder.pictures.picture_page import render_picture_page
from graph_builder.pictures.view_definition import Picture
from graph_builder.pictures.view_registry import build_picture
from graph_builder.pictures.views.series import MAX_EDITIONS
from graph_builder.query.named_questions import ask
from graph_builder.store.graph import Graph
from graph_builder.store.loading import build
from graph_builder.store.snapshot import select
from tests.conftest import open_sample, shipped
from tests.small_facts import FactMaker

pytestmark = pytest.mark.slow

BLETCHLEY = "event:ai-safety-summit-2023"
PARIS = "event:ai-action-summit-2025"
EVENTS = open_sample().instances_of(expand("aigg:Event"))
SOURCE = """
source:
  id: my-source
  title: Meetings of an example
  publisher: Example Press
  address: https://example.org/meetings
  date: "2025-02"
  kind: press
  language: en
  licence: not known
  verification: press
"""


def columns(made: Picture) -> dict[str, tuple[ItemGroup, ...]]:
    return {column.name: column.groups for column in made.content["columns"]}


def names(made: Picture, items: Iterable[ListItem]) -> list[str]:
    """Return the words of items, with what stands behind them."""
    return [
        " ".join((ListBuilder(made.network, shipped(), {}).get_text(i), *i.tags)) for i in items
    ]


def said(made: Picture, groups: Iterable[ItemGroup]) -> dict[str, list[str]]:
    """Return the words of groups by their headings."""
    return {group.heading: names(made, group.items) for group in groups}


def labels(iris: Iterable[str]) -> set[str]:
    return {shipped().label(iri) for iri in iris}


def every(groups: Iterable[ItemGroup]) -> Iterator[ListItem]:
    for group in groups:
        for item in group.items:
            yield item
            yield from every(item.groups)


def meetings(folder: Path, facts: Sequence[str], number: int = 2) -> Graph:
    """Return a graph of so many made-up meetings, with facts about them."""
    things = [
        f"{{id: event:m{n}, class: Event, label: {{en: Meeting {n}}}}}" for n in range(number)
    ]
    things += [f"{{id: actor:a{n}, class: Network, label: {{en: Actor {n}}}}}" for n in range(9)]
    things.append("{id: instrument:i, class: PolicyInstrument, label: {en: Text}}")
    listed = [*SOURCE.splitlines(), "entities:", *(f"  - {thing}" for thing in things), "facts:"]
    for fact in facts:
        subject, relation, object_, *modality = fact.split()
        strength = modality[0] if modality else "reported"
        listed.append(
            f'  - {{subject: "{subject}", relation: {relation}, object: "{object_}", '
            f"section: lead, modality: {strength}}}"
        )
    (folder / "meetings.yaml").write_text("\n".join([*listed, ""]), encoding="utf-8")
    return build(folder, only=True)


@pytest.mark.parametrize("iri", EVENTS)
def test_each_tie_of_an_event_stands_in_a_column_once(iri: str) -> None:
    made = build_picture(open_sample(), "event", iri)
    lines = [edge for ties in group_edges_by_relation(made.network, iri).values() for edge in ties]
    first = [i.targets[0] for groups in columns(made).values() for g in groups for i in g.items]
    assert sorted(each for each in first if isinstance(each, tuple)) == sorted(lines)
    assert made.network.nodes[iri]["facts"] or lines


def test_the_roundtable_is_the_default_and_stands_as_its_sources_have_it() -> None:
    made = build_picture(shipped(), "event")
    found = columns(made)
    who = said(made, found["who"])
    rows = ask(shipped(), "organisers")
    for relation, heading in (
        ("leadOrganizer", "Lead organisers"),
        ("coOrganizer", "Co-organisers"),
    ):
        told = {row["organiser"] for row in rows if row["role"] == expand(f"aigg:{relation}")}
        assert {*who[heading]} - {"Government of India set aside"} == labels(told)
    assert "Nasscom intended" in who["Hosts"]
    assert "Sciences Po Paris \u2234 inferred" in who["Hosts"]
    where = said(made, found["where"])
    assert where["When"] == ["10 February 2025"]
    assert where["Venue"] == ["Sciences Po Paris university campus"]
    assert where["Edition of"] == ["India-France AI Policy Roundtables \u2234 inferred"]
    about = said(made, found["about"])
    emphasised = {
        row["wording"]
        for row in ask(shipped(), "event-themes")
        if row["relation"] == expand("aigg:emphasised")
    }
    assert set(about["Themes emphasised"]) == labels(emphasised)
    assert [group.heading for group in found["outcomes"]] == ["Takeaways"]
    assert "Edition of" not in said(
        made, columns(build_picture(shipped(), "event", inferred=False))["where"]
    )


def test_a_text_says_how_many_stand_behind_it_as_stated_and_as_listed() -> None:
    made = build_picture(shipped(), "event", PARIS)
    adopted = columns(made)["outcomes"][0]
    assert adopted.heading == "Texts adopted there"
    (text,) = adopted.items
    groups = {group.heading.partition(":")[0]: group for group in text.groups}
    stated = groups["Stated numbers of endorsers"]
    judged, *others = names(made, stated.items)
    assert judged == "64 by a judgement"
    assert {*others} == {f"{number} set aside" for number in (53, 58, 60, 61)}
    assert stated.sign == "contradicts"
    rows = ask(
        shipped(),
        "supporters",
        text="Statement on Inclusive and Sustainable AI for People and the Planet",
    )
    supporters = {row["actor"] for row in rows}
    endorsers = groups["Endorsers"]
    assert endorsers.folded
    unlisted = {"United Kingdom denied", "United States denied", "Holy See set aside"}
    listed = f"Endorsers: {len(supporters)} listed"
    assert endorsers.heading == f"{listed}, {len(unlisted)} more intended, denied or set aside"
    assert set(names(made, endorsers.items)) == labels(supporters) | unlisted
    assert set(names(made, groups["Decliners"].items)) == {"United Kingdom", "United States"}


def test_days_on_which_sources_differ_stand_under_a_sign() -> None:
    made = build_picture(open_sample(), "event", PARIS)
    when = columns(made)["where"][0]
    assert (when.heading, when.sign) == ("When", "contradicts")
    judged = "10 to 11 February 2025 by a judgement"
    assert names(made, when.items) == [judged, "11 to 12 February 2025 set aside"]
    assert made.subtitle.startswith(
        "10 to 11 February 2025 (by a judgement, sources contradict each other), Grand Palais"
    )


def test_a_session_brings_who_was_there() -> None:
    made = build_picture(shipped(), "event", BLETCHLEY)
    session = next(g for g in columns(made)["where"] if g.heading == "Session").items[0]
    assert [g.heading for g in session.groups] == ["Start date", "Present: 21 listed"]


def test_what_nobody_tells_is_said_and_what_is_planned_is_not_told_as_done() -> None:
    bare = columns(build_picture(shipped(), "event", "event:india-france-year-of-innovation-2026"))
    assert [name for name, groups in bare.items() if groups] == ["where"]
    made = build_picture(shipped(), "event", "event:ai-summit-2027")
    assert said(made, columns(made)["who"])["Host"] == ["Switzerland intended"]
    assert said(made, columns(made)["where"])["When"] == ["2027 intended"]
    assert made.subtitle.startswith("2027 (intended), Geneva")


def test_what_is_denied_is_not_counted(tmp_path: Path) -> None:
    facts = ["instrument:i adoptedAt event:m0"]
    facts += [f"actor:a{n} endorsed instrument:i agreed" for n in range(7)]
    facts += ["actor:a7 endorsed instrument:i denied"]
    made = build_picture(meetings(tmp_path, facts), "event", "Meeting 0")
    (endorsers,) = columns(made)["outcomes"][0].items[0].groups
    assert endorsers.heading == "Endorsers: 7 listed, 1 more intended, denied or set aside"
    assert names(made, endorsers.items)[-1] == "Actor 7 denied"


def test_a_day_shows_what_is_not_known_then() -> None:
    made = build_picture(select(shipped(), at="2025-02-10"), "event", PARIS)
    assert "As it stood on 10 February 2025: " in made.subtitle
    assert "Texts adopted there" not in said(made, columns(made)["outcomes"])
    tags = [
        {
            tag
            for item in every(columns(build_picture(asked, "event", BLETCHLEY))["outcomes"])
            for tag in item.tags
            if tag not in ("by a judgement", "set aside")
        }
        for asked in (shipped(), select(shipped(), at="2024-12"))
    ]
    assert tags == [set(), {"not known"}]


def editions(made: Picture) -> list[str]:
    return names(made, (each.item for each in made.content["editions"]))


def cell(made: Picture, edition: int, row: str) -> dict[str, list[str]]:
    at = made.content["rows"].index(row)
    return said(made, made.content["editions"][edition].cells[at])


def test_the_summits_stand_in_the_order_in_which_they_follow_each_other() -> None:
    made = build_picture(open_sample(), "series")
    assert editions(made) == [
        "AI Safety Summit 2023",
        "AI Seoul Summit 2024",
        "AI Action Summit 2025",
        "AI Impact Summit 2026",
        "AI Summit 2027 (planned)",
    ]
    assert made.title == "AI Safety Summit 2023 and what followed"
    other = build_picture(open_sample(), "series", "event:ai-safety-summit-2023")
    assert editions(other) == editions(made)


def test_changes_of_themes_are_those_of_the_question() -> None:
    made = build_picture(open_sample(), "series")
    headings = {
        "new": "+ New themes",
        "kept": "= Themes kept",
        "first recorded": "Themes, first recorded",
        "dropped": "\u2212 Themes no longer named",
    }
    rows = ask(open_sample(), "themes-over-editions")
    for at, edition in enumerate(editions(made)[:4]):
        mine = [
            row for row in rows if open_sample().label(row["edition"]) == edition and row["theme"]
        ]
        wanted: dict[str, set[str]] = {}
        for row in mine:
            wanted.setdefault(headings[row["change"]], set()).update(labels([row["theme"]]))
        found = cell(made, at, "Themes")
        assert {heading: set(themes) for heading, themes in found.items()} == wanted


def test_a_theme_is_kept_new_or_no_longer_named(tmp_path: Path) -> None:
    facts = [
        "event:m1 follows event:m0",
        "event:m0 hasTheme theme:inclusivity",
        "event:m0 hasTheme theme:innovation",
    ]
    facts += ["event:m1 hasTheme theme:innovation-and-culture", "event:m1 hasTheme theme:safety"]
    made = build_picture(meetings(tmp_path, facts), "series", "Meeting 0")
    assert cell(made, 0, "Themes") == {"Themes, first recorded": ["AI innovation", "inclusivity"]}
    assert cell(made, 1, "Themes") == {
        "+ New themes": ["AI safety", "culture and creative work"],
        "= Themes kept": ["AI innovation"],
        "\u2212 Themes no longer named": ["inclusivity"],
    }
    assert made.subtitle.endswith(": 4 themes, 1 of them kept from one edition to the next")
    page = render_picture_page(made)
    assert page.count('<small class="wording">\u201cinnovation and culture\u201d</small>') == 2
    assert '<small class="wording">\u201csafety\u201d</small>' in page
    assert '<small class="wording">\u201cinclusivity\u201d</small>' not in page


def test_a_series_is_known_by_its_own_name_too() -> None:
    made = build_picture(open_sample(), "series", "event:india-france-ai-policy-roundtables")
    assert made.title == "India-France AI Policy Roundtables"
    assert [name[:3] for name in editions(made)] == ["1st", "2nd"]
    assert cell(made, 1, "Day")["Edition number"] == ["2"]


def test_on_a_day_only_the_editions_of_which_something_is_told() -> None:
    made = build_picture(select(open_sample(), at="2024-12"), "series")
    assert editions(made) == ["AI Safety Summit 2023", "AI Seoul Summit 2024"]


def test_events_in_a_circle_and_too_many_come_to_an_end(tmp_path: Path) -> None:
    facts = [f"event:m{n + 1} follows event:m{n}" for n in range(MAX_EDITIONS)]
    graph = meetings(tmp_path, facts, MAX_EDITIONS + 1)
    made = build_picture(graph, "series", "Meeting 3")
    assert editions(made) == [f"Meeting {n}" for n in range(1, MAX_EDITIONS + 1)]
    assert made.notes[0] == f"Shows the latest {MAX_EDITIONS} of {MAX_EDITIONS + 1} editions."
    closing = FactMaker().say(f"event:m0 aigg:follows event:m{MAX_EDITIONS}", source="s")
    circle = Graph.wrap([*graph.quads(), *closing])  # no fact file may say so
    assert len(editions(build_picture(circle, "series", "Meeting 3"))) == MAX_EDITIONS


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("event", "India"), "unknown event 'India'"),
        (
            ("event", "event:india-france-ai-policy-roundtables"),
            "use: aigg draw series",
        ),
        (("series", "event:g7-hiroshima-summit"), "no series: no source says that G7"),
        (("event", "x\x1b[31m } ; DROP ALL #"), r"unknown event 'x\\x1b\[31m"),
        (("event", "x" * 10_000), "unknown event 'x{100,}\u2026?'"),
    ],
)
def test_what_is_no_event_is_one_sentence(words: tuple[str, ...], message: str) -> None:
    with pytest.raises(AiggError, match=message) as caught:
        build_picture(shipped(), *words)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("view", "at"), [("event", "2000"), ("series", "2000-01")])
def test_a_day_before_everything_is_one_sentence(view: str, at: str) -> None:
    with pytest.raises(AiggError, match=f"there are no facts .* in {format_date_range(at)}"):
        build_picture(select(open_sample(), at=at), view)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (("2025-02-10", "2025-02-11"), "10 to 11 February 2025"),
        (("2024-04-30", "2024-05-02"), "30 April to 2 May 2024"),
        (("2024-12-30", "2025-01-02"), "30 December 2024 to 2 January 2025"),
        (("2025-02-10", "2025-02-10"), "10 February 2025"),
        (("2025-02-10",), "10 February 2025"),
        (("2025-02",), "February 2025"),
        (("2027",), "2027"),
        (("", "2025-02-11"), "until 11 February 2025"),
        (("2025-13-45",), "2025-13-45"),
        (("soon & <b>",), "soon & <b>"),
        (("",), ""),
    ],
)
def test_days_in_words(days: tuple[Any, ...], words: str) -> None:
    assert format_date_range(*days) == words
