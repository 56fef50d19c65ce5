"""Sources side by side: each place as the library finds it, each side with its facts."""

from collections import Counter

import networkx as nx
import pytest

from graph_builder.analysis.networks.facts_network import list_network_facts
from graph_builder.compare.conflicts import disagreements
from graph_builder.core.errors import AiggError
from graph_builder.pictures.view_registry import build_picture
from graph_builder.pictures.views import disagreement
from graph_builder.pictures.views.disagreement import ConflictRow
from graph_builder.store.graph import Graph
from tests.conftest import open_sample


def rows(sample: Graph, *thing: str) -> list[tuple[str, ConflictRow]]:
    found = build_picture(sample, "disagreement", *thing).content["verdicts"]
    return [(str(verdict["name"]), row) for verdict in found for row in verdict["rows"]]


def test_every_place_is_a_row_under_its_verdict(sample: Graph) -> None:
    shown = Counter((name, row.thing, row.relation) for name, row in rows(sample))
    places = disagreements(sample)
    found = Counter((str(p.verdict), p.thing, sample.label(p.relation)) for p in places)
    assert shown == found
    assert len(places) > 10


def test_every_side_has_its_facts(sample: Graph) -> None:
    made = build_picture(sample, "disagreement")
    assert all(bundle.facts for bundle in made.bundles)
    assert len({bundle.id for bundle in made.bundles}) == len(made.bundles)
    held = {id(fact) for bundle in made.bundles for fact in bundle.facts}
    assert held == {id(fact) for fact in list_network_facts(made.network)}


def test_sides_are_those_of_the_sources_and_judgements_come_last(sample: Graph) -> None:
    found = {row.relation: row for _, row in rows(sample, "2nd India-France AI Policy Roundtable")}
    article, release, judged = found["lead organiser"].columns
    assert [value.label for value in article.values] == ["Government of India"]
    assert article.statements[0].passage == "The Government of India, in collaboration with"
    assert release.statements[0].strength == "reported; official text"
    assert release.statements[0].when == "from 10 February 2025"
    assert judged.is_judgement
    assert judged.reason.startswith("the press release is that of the organiser itself")
    assert [fact["source"] for fact in judged.bundle.facts] == ["editors"]


def test_a_plan_has_the_line_style_of_what_is_ahead(sample: Graph) -> None:
    (row,) = [row for _, row in rows(sample, "AI Action Summit 2025") if row.relation == "attended"]
    assert [side.values[0].label for side in row.columns] == [
        "Ding Xuexiang",
        "Zhang Guoqing",
        "Zhang Guoqing",
    ]
    assert [len(side.statements) for side in row.columns] == [2, 1, 1]
    assert [side.style.name for side in row.columns] == ["ahead", "done", "judged"]


def test_days_are_words_and_kinds_are_counted(sample: Graph) -> None:
    made = build_picture(sample, "disagreement", "AI Action Summit 2025")
    assert made.subtitle == "Sources differ in 3 places: 2 contradictions, 1 plan beside a fact"
    found = {row.relation: row for _, row in rows(sample, "AI Action Summit 2025")}
    assert [side.values[0].label for side in found["end date"].columns] == [
        "11 February 2025",
        "12 February 2025",
        "11 February 2025",
    ]
    assert found["end date"].columns[0].bundle.label.endswith(", end date: 11 February 2025")


@pytest.mark.slow
def test_numbers_stand_in_their_order(graph: Graph) -> None:
    sides = [
        [side.values[0].label for side in row.columns if not side.is_judgement]
        for _, row in rows(graph)
        if row.relation.startswith("stated number")
    ]
    numbers = [[int(label) for label in labels] for labels in sides if "".join(labels).isdigit()]
    assert [9, 10] in [found[-2:] for found in numbers]
    assert numbers == [sorted(found) for found in numbers]


@pytest.mark.slow
def test_names_that_one_list_lacks_are_one_side(graph: Graph) -> None:
    found = [r for _, r in rows(graph, "Global Partnership on Artificial Intelligence")]
    lists = [side for row in found for side in row.columns if side.list_note]
    assert lists
    assert all("not in the list of" in side.list_note for side in lists)
    assert any(len(side.values) == len(side.bundle.facts) > 1 for side in lists)


@pytest.mark.slow
def test_what_has_no_room_is_counted(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disagreement, "MAX_PAGE_FACTS", 10)
    made = build_picture(graph, "disagreement")
    assert made.notes[0].startswith("Shows ")
    assert len(list_network_facts(made.network)) <= 10
    assert isinstance(made.full_network, nx.MultiDiGraph)
    assert len(list_network_facts(made.full_network)) > 90


@pytest.mark.parametrize(
    ("thing", "message"),
    [
        ("Sciences Po Paris", "nothing to draw: sources do not differ about Sciences Po Paris"),
        ("nobody at all", "unknown thing 'nobody at all'"),
    ],
)
def test_where_nobody_differs_is_one_sentence(thing: str, message: str) -> None:
    with pytest.raises(AiggError, match=message):
        build_picture(open_sample(), "disagreement", thing)
