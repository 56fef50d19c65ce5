"""The matrix of actors by themes: what its cells say, and what it says of those left out."""

from typing import Any

import pytest

from graph_builder.analysis.networks.facts_network import list_network_facts
from graph_builder.core.errors import AiggError
from graph_builder.pictures.picture_page import render_picture_page
from graph_builder.pictures.view_registry import build_picture, draw
from graph_builder.pictures.views import themes
from graph_builder.query.canonical_themes import map_canonical_themes
from graph_builder.store.graph import Graph
from graph_builder.store.snapshot import select

ROUNDTABLE = "2nd India-France AI Policy Roundtable"


def cells(content: Any) -> dict[tuple[str, str], Any]:
    """Return the cells by the labels of their column and row."""
    return {
        (head.label, row.label): cell
        for row, line in content["rows"]
        for head, cell in zip(content["columns"], line, strict=True)
    }


@pytest.mark.slow
def test_a_cell_shows_the_relation_and_how_strongly_it_is_stated(graph: Graph) -> None:
    found = cells(build_picture(graph, "themes").content)
    priority = found["India", "AI governance"]
    assert (priority.letters, priority.shade, priority.style.name) == ("P", 3, "talked")
    assert "strategic priority (presupposed)" in priority.words
    heading = found["India", "AI safety"]
    assert (heading.letters, heading.shade, heading.style.name) == ("H", 0, "judged")
    assert heading.words.endswith("(editorial), in the words \u201cAI safety and research\u201d")
    both = found[ROUNDTABLE, "AI governance"]
    assert (both.letters, both.style.name, len(both.bundle.facts)) == ("TD", "done", 2)
    assert found["Guillaume Poupard", "trust in AI"].letters == "V"
    assert found["France", "AI governance"] is None


def test_themes_of_an_event_are_not_those_of_its_participants(sample: Graph) -> None:
    made = build_picture(sample, "themes", "AI Action Summit 2025")
    found = cells(made.content)
    assert found["AI Action Summit 2025", "global AI governance"].letters == "T"
    assert {head for head, theme in found if theme == "global AI governance"} >= {"France", "India"}
    assert found["France", "global AI governance"] is None


def test_every_fact_of_the_matrix_stands_in_the_cells_of_its_themes(sample: Graph) -> None:
    made = build_picture(sample, "themes")
    held = [id(fact) for bundle in made.bundles for fact in bundle.facts]
    assert sorted(held) == sorted(id(fact) for fact in list_network_facts(made.network))
    assert len(held) > 50
    canonical = map_canonical_themes(sample)
    for row, line in made.content["rows"]:
        for fact in (fact for cell in line if cell for fact in cell.bundle.facts):
            assert row.iri in canonical[fact["statement"][2].value]


def test_those_around_an_event_without_a_theme_are_named(graph: Graph) -> None:
    made = build_picture(graph, "themes", ROUNDTABLE)
    assert "Sciences Po Paris" in made.content["without_theme"]
    assert ROUNDTABLE not in made.content["without_theme"]
    assert made.subtitle == (
        f"{ROUNDTABLE} has 19 themes; for 10 actors linked to the event no theme is recorded"
    )
    assert (
        "other things are linked to the event, but no theme is recorded for them"
        in render_picture_page(made)
    )


@pytest.mark.slow
def test_the_heading_tells_who_works_on_how_many_themes(graph: Graph) -> None:
    found = cells(build_picture(graph, "themes").content)
    made = build_picture(graph, "themes").subtitle
    india = sum(1 for (who, _), cell in found.items() if who == "India" and cell)
    assert made.startswith(f"India has {india} themes, France 3, ")
    assert made.endswith(" actors no theme is recorded")


def test_a_source_leaves_what_it_says(graph: Graph) -> None:
    made = build_picture(graph, "themes", "p-indfr")
    assert {fact["source"] for fact in list_network_facts(made.network)} == {"p-indfr"}
    assert [head.label for head in made.content["columns"]] == [
        "India-France Declaration on Artificial Intelligence"
    ]


@pytest.mark.slow
def test_what_has_no_room_is_counted(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    every = build_picture(graph, "themes")
    assert every.notes == ()
    assert every.full_network is not None
    assert sum("/theme/" in iri for iri in every.full_network) == 37
    assert len(every.content["rows"]) == 37
    monkeypatch.setattr(themes, "MAX_MATRIX_SIZE", 3)
    few = build_picture(graph, "themes")
    assert (len(few.content["columns"]), len(few.content["rows"])) == (3, 3)
    assert few.notes[0].startswith(
        "Of 11 actors, events and texts and 37 themes, shows the 3 each "
    )


@pytest.mark.parametrize(
    ("scope", "message"),
    [
        ("France", "France is neither an event nor a source"),
        ("First REAIM summit", "nothing to draw: no themes are recorded for First REAIM summit"),
        ("<script>", "unknown thing '<script>'"),
        ("x\x00" + "y" * 10_000, "unknown thing"),
        ("> } DROP ALL #", "unknown thing"),
    ],
)
def test_what_makes_no_matrix_is_one_sentence(graph: Graph, scope: str, message: str) -> None:
    with pytest.raises(AiggError, match=message) as raised:
        build_picture(graph, "themes", scope)
    assert len(str(raised.value)) < 500
    assert "\x00" not in str(raised.value)


@pytest.mark.slow
def test_a_day_narrows_the_matrix(sample: Graph) -> None:
    page = draw(select(sample, at="2025-03-01"), "themes")
    assert "As it stood on 1 March 2025: " in page
    assert "As it stood in October 2024: " in draw(select(sample, at="2024-10"), "themes")
