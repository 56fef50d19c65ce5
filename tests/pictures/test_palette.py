"""Contrast, and a legend in which no two rows look alike."""

import pytest

from graph_builder.core.ontology import load_ontology
from graph_builder.core.vocabulary import NS
from graph_builder.ingest.entity_types import map_kinds_to_classes
from graph_builder.pictures.fact_labels import MODALITY_LABELS
from graph_builder.pictures.palette import (
    COLOUR_THEMES,
    COMMUNITY_STYLES,
    EDGE_STYLES,
    INK_COLOURS,
    NODE_STYLES,
    OTHER_EDGE_STYLE,
    OTHER_NODE_STYLE,
    SHAPE_PATHS,
    SIGNIFICANT_EDGE_STYLE,
    SURFACE_COLOURS,
    SYMBOL_INKS,
    TEXT_INKS,
    VALUE_STYLES,
    NodeStyle,
    compute_contrast,
    get_class_style,
    get_fact_style,
)

MARKS = 3.0
TEXT = 4.5


def test_each_class_of_things_has_a_style() -> None:
    strength = {"modality", "basis", "verification"}
    kinds = map_kinds_to_classes(load_ontology())
    classes = {iri.removeprefix(NS) for kind in kinds.keys() - strength for iri in kinds[kind]}
    missing = sorted(name for name in classes if get_class_style(name) is OTHER_NODE_STYLE)
    assert missing == [], "name these classes in NODE_STYLES of graph_builder/pictures/palette.py"


def test_contrast_of_black_and_white() -> None:
    assert compute_contrast("#000000", "#ffffff") == pytest.approx(21)
    assert compute_contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", COLOUR_THEMES)
@pytest.mark.parametrize(
    "group", [*NODE_STYLES, *COMMUNITY_STYLES, *VALUE_STYLES], ids=lambda group: group.name
)
def test_marks_stand_out(theme: str, group: object) -> None:
    assert compute_contrast(getattr(group, theme), SURFACE_COLOURS[theme]) >= MARKS


@pytest.mark.parametrize("place", range(2), ids=COLOUR_THEMES)
@pytest.mark.parametrize("ink", SYMBOL_INKS)
def test_lines_stand_out(place: int, ink: str) -> None:
    assert compute_contrast(INK_COLOURS[ink][place], SURFACE_COLOURS[COLOUR_THEMES[place]]) >= MARKS


@pytest.mark.parametrize("place", range(2), ids=COLOUR_THEMES)
@pytest.mark.parametrize("ink", TEXT_INKS)
def test_text_is_readable_on_the_page_and_on_a_wash(place: int, ink: str) -> None:
    for ground in (SURFACE_COLOURS[COLOUR_THEMES[place]], INK_COLOURS["wash"][place]):
        assert compute_contrast(INK_COLOURS[ink][place], ground) >= TEXT


@pytest.mark.parametrize(
    "groups", [NODE_STYLES, COMMUNITY_STYLES, VALUE_STYLES], ids=["kinds", "clusters", "steps"]
)
def test_groups_differ_by_shape_or_filling_not_by_colour_alone(
    groups: tuple[NodeStyle, ...],
) -> None:
    looks = [(group.shape, group.hollow) for group in groups]
    assert len(set(looks)) == len(looks)
    assert {group.shape for group in groups} <= set(SHAPE_PATHS)


@pytest.mark.parametrize("theme", COLOUR_THEMES)
def test_the_more_the_further_from_the_ground(theme: str) -> None:
    found = [
        compute_contrast(getattr(step, theme), SURFACE_COLOURS[theme]) for step in VALUE_STYLES
    ]
    assert found == sorted(found)


def test_families_differ_in_black_and_white() -> None:
    looks = [(style.dashes, style.width) for style in (*EDGE_STYLES, SIGNIFICANT_EDGE_STYLE)]
    assert len(set(looks)) == len(looks)


def test_each_modality_with_words_has_a_line_style() -> None:
    styled = {word for style in EDGE_STYLES for word in style.modalities}
    assert styled == set(MODALITY_LABELS)


@pytest.mark.parametrize("basis", ["inferred", "background"])
def test_what_no_source_states_is_apart(basis: str) -> None:
    assert get_fact_style("reported", basis).name == "apart"


def test_unknown_words_fall_back() -> None:
    assert get_class_style("Lighthouse") is OTHER_NODE_STYLE
    assert get_fact_style("murmured", "stated") is OTHER_EDGE_STYLE


def test_what_is_not_affirmed_is_never_drawn_as_done() -> None:
    assert get_fact_style("announced", "stated").name == "done"
    assert get_fact_style("announced", "stated", affirmed=False).name == "ahead"
    assert get_fact_style("denied", "stated", affirmed=False).name == "denied"
