"""Contrast, and a legend in which no two rows look alike."""

import pytest

from graph_builder.pictures.modality_labels import MODALITY
from graph_builder.pictures.palette import (
    BEYOND_CHANCE,
    CLUSTERS,
    FAMILIES,
    GROUPS,
    INKS,
    MARK_INKS,
    OTHER_FAMILY,
    OTHER_GROUP,
    PATHS,
    STEPS,
    SURFACE,
    TEXT_INKS,
    THEMES,
    Group,
    contrast,
    family_of,
    group_of,
)

MARKS = 3.0
TEXT = 4.5


def test_contrast_of_black_and_white() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("group", [*GROUPS, *CLUSTERS, *STEPS], ids=lambda group: group.name)
def test_marks_stand_out(theme: str, group: object) -> None:
    assert contrast(getattr(group, theme), SURFACE[theme]) >= MARKS


@pytest.mark.parametrize("place", range(2), ids=THEMES)
@pytest.mark.parametrize("ink", MARK_INKS)
def test_lines_stand_out(place: int, ink: str) -> None:
    assert contrast(INKS[ink][place], SURFACE[THEMES[place]]) >= MARKS


@pytest.mark.parametrize("place", range(2), ids=THEMES)
@pytest.mark.parametrize("ink", TEXT_INKS)
def test_text_is_readable_on_the_page_and_on_a_wash(place: int, ink: str) -> None:
    for ground in (SURFACE[THEMES[place]], INKS["wash"][place]):
        assert contrast(INKS[ink][place], ground) >= TEXT


@pytest.mark.parametrize("groups", [GROUPS, CLUSTERS, STEPS], ids=["kinds", "clusters", "steps"])
def test_groups_differ_by_shape_or_filling_not_by_colour_alone(groups: tuple[Group, ...]) -> None:
    looks = [(group.shape, group.hollow) for group in groups]
    assert len(set(looks)) == len(looks)
    assert {group.shape for group in groups} <= set(PATHS)


@pytest.mark.parametrize("theme", THEMES)
def test_the_more_the_further_from_the_ground(theme: str) -> None:
    found = [contrast(getattr(step, theme), SURFACE[theme]) for step in STEPS]
    assert found == sorted(found)


def test_families_differ_in_black_and_white() -> None:
    looks = [(family.dashes, family.width) for family in (*FAMILIES, BEYOND_CHANCE)]
    assert len(set(looks)) == len(looks)


def test_each_modality_with_words_has_a_line_style() -> None:
    styled = {word for family in FAMILIES for word in family.modalities}
    assert styled == set(MODALITY)


@pytest.mark.parametrize("basis", ["inferred", "background"])
def test_what_no_source_states_is_apart(basis: str) -> None:
    assert family_of("reported", basis).name == "apart"


def test_unknown_words_fall_back() -> None:
    assert group_of("Lighthouse") is OTHER_GROUP
    assert family_of("murmured", "stated") is OTHER_FAMILY


def test_what_is_not_affirmed_is_never_drawn_as_done() -> None:
    assert family_of("announced", "stated").name == "done"
    assert family_of("announced", "stated", affirmed=False).name == "ahead"
    assert family_of("denied", "stated", affirmed=False).name == "denied"
