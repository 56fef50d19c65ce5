"""Colours, shapes and line styles, chosen so that contrast can be computed and tested.

Colours are those of Okabe and Ito 2008, "Color Universal Design", darkened on white and lightened
on black until they stand out; classes differ by shape as well, so colour never decides alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

THEMES = ("light", "dark")


@dataclass(frozen=True)
class Group:
    """A row of the legend: a name, a vis shape, a fill and a colour for each theme."""

    name: str
    label: str
    shape: str
    light: str
    dark: str
    hollow: bool = False
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Family:
    """A line style: a name, what it says in words, its dashes and width, and its modalities."""

    name: str
    label: str
    dashes: tuple[int, ...]
    width: float
    ink: str
    modalities: tuple[str, ...] = ()


GROUPS = (
    Group("country", "Countries", "square", "#0067a3", "#63b5ec", kinds=("Country", "Bloc")),
    Group(
        "body",
        "Institutions",
        "hexagon",
        "#976200",
        "#e6a52e",
        kinds=(
            "Actor",
            "Institution",
            "GovernmentBody",
            "AcademicInstitution",
            "IntergovernmentalOrganisation",
            "Company",
            "CivilSociety",
            "Programme",
            "Collaboration",
            "Network",
        ),
    ),
    Group("person", "People", "triangleDown", "#a3457a", "#e29ac3", hollow=True, kinds=("Person",)),
    Group("event", "Events", "star", "#c24e00", "#ff9a5c", kinds=("Event", "EventSeries")),
    Group("place", "Places", "triangleDown", "#595959", "#b9b9b9", kinds=("Venue", "Place")),
    Group("theme", "Themes", "dot", "#00795a", "#3cc79e", kinds=("PolicyTheme",)),
    Group(
        "outcome",
        "Outcomes",
        "diamond",
        "#a3457a",
        "#e29ac3",
        kinds=("Outcome", "Takeaway", "Commitment"),
    ),
    Group("position", "Positions and aims", "triangle", "#6b6600", "#e4d84a", kinds=("Position",)),
    Group(
        "instrument",
        "Policies and texts",
        "square",
        "#404040",
        "#d0d0d0",
        hollow=True,
        kinds=("PolicyInstrument", "Source"),
    ),
    Group(
        "category",
        "Sectors and categories",
        "dot",
        "#27759c",
        "#7fcbf2",
        hollow=True,
        kinds=("Sector", "ParticipantCategory", "EventForm", "PartnershipType"),
    ),
    Group("other", "Other", "diamond", "#595959", "#b9b9b9", hollow=True),
)

FAMILIES = (
    Family(
        "done",
        "Told as done or being so",
        (),
        2.0,
        "strong",
        ("reported", "ongoing", "announced", "agreed", "signed", "ratified", "implemented"),
    ),
    Family(
        "talked",
        "Discussed, stressed or recognised",
        (),
        1.0,
        "soft",
        ("discussed", "enabled", "highlighted", "emphasised", "recognised", "presupposed"),
    ),
    Family(
        "ahead",
        "Ahead: possible, intended, takeaway",
        (7, 5),
        1.4,
        "strong",
        ("takeaway", "intended", "potential", "predicted"),
    ),
    Family(
        "judged",
        "Judgement or turn of speech",
        (1, 4),
        1.8,
        "strong",
        ("evaluative", "rhetorical", "editorial"),
    ),
    Family("denied", "Denied or withdrawn", (12, 4, 2, 4), 1.6, "no", ("withdrawn", "denied")),
    Family("apart", "Background remark, or inferred", (2, 7), 1.2, "apart", ("background",)),
    Family("other", "Said in another way", (3, 3), 1.0, "soft"),
)
#: The line style of ties that chance does not explain.
BEYOND_CHANCE = Family("beyond", "More than chance explains", (), 3.0, "ink")
APART_BASES = ("inferred", "background")

#: How communities are told from each other, the last being whatever is left.
CLUSTERS = (
    Group("c1", "", "dot", "#0067a3", "#63b5ec"),
    Group("c2", "", "square", "#c24e00", "#ff9a5c"),
    Group("c3", "", "triangle", "#00795a", "#3cc79e"),
    Group("c4", "", "diamond", "#a3457a", "#e29ac3"),
    Group("c5", "", "hexagon", "#976200", "#e6a52e"),
    Group("c6", "", "triangleDown", "#404040", "#d0d0d0"),
    Group("c7", "", "star", "#6b6600", "#e4d84a"),
    Group("c8", "", "dot", "#595959", "#b9b9b9", hollow=True),
)
#: How little and much is told apart: the more, the stronger the colour and the more corners.
STEPS = (
    Group("s1", "", "triangle", "#4b8fc4", "#356a94"),
    Group("s2", "", "square", "#2f74ab", "#4d8fc0"),
    Group("s3", "", "hexagon", "#17588c", "#86bce4"),
    Group("s4", "", "dot", "#08365c", "#d3eafb"),
)

SURFACE = {"light": "#ffffff", "dark": "#16181c"}
INKS = {
    "ink": ("#1b1c1e", "#eceae6"),
    "muted": ("#5b5e63", "#a9adb3"),
    "rule": ("#d9d9d6", "#363a41"),
    "edge": ("#767676", "#80868f"),
    "wash": ("#f5f5f2", "#1e2126"),
    "accent": ("#9c3d00", "#ffab77"),
    "strong": ("#55595f", "#a3a8af"),
    "soft": ("#868a90", "#7c828a"),
    "no": ("#b00020", "#ff8a93"),
    "apart": ("#8a5a9c", "#c79bd6"),
}
TEXT_INKS = ("ink", "muted", "accent")
MARK_INKS = ("strong", "soft", "no", "apart", "edge")

# drawn in a box of 16 x 16, for the legend and the panel; vis draws its own
PATHS = {
    "dot": "M8 2a6 6 0 1 0 .01 0z",
    "square": "M3 3h10v10H3z",
    "diamond": "M8 1l7 7-7 7-7-7z",
    "triangle": "M8 2l7 12H1z",
    "triangleDown": "M8 14L1 2h14z",
    "star": "M8 .5l2.1 5 5.4.5-4.1 3.5 1.3 5.3L8 12l-4.7 2.8 1.3-5.3L.5 6l5.4-.5z",
    "hexagon": "M4.5 2h7L15 8l-3.5 6h-7L1 8z",
}
SIZES = {"star": 1.3, "square": 0.86, "hexagon": 1.02, "diamond": 1.16}

_GROUP_OF = {kind: group for group in GROUPS for kind in group.kinds}
_FAMILY_OF = {word: family for family in FAMILIES for word in family.modalities}
OTHER_GROUP = GROUPS[-1]
OTHER_FAMILY = FAMILIES[-1]


def group_of(kind: str) -> Group:
    """Return the legend group of a class, or "Other" for a class that is not known."""
    return _GROUP_OF.get(kind, OTHER_GROUP)


def group_in(held: Mapping[str, Any]) -> Group:
    """Return the legend group of a thing of a network: its own, or that of its class."""
    own = held.get("group")
    return own if isinstance(own, Group) else group_of(str(held.get("kind", "")))


def family_of(modality: str, basis: str, *, affirmed: bool = True) -> Family:
    """Return the line style of a fact.

    What no source states is always apart, and what it does not affirm is never told as done: that
    somebody announced to sign is ahead, that somebody announced a plan is done.
    """
    if basis in APART_BASES:
        return _FAMILY_OF["background"]
    found = _FAMILY_OF.get(modality, OTHER_FAMILY)
    return found if affirmed or found is not _FAMILY_OF["reported"] else _FAMILY_OF["intended"]


def luminance(colour: str) -> float:
    """Compute the relative luminance of ``#rrggbb`` (WCAG 2.2)."""
    shares = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4  # noqa: PLR2004
        for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Compute the contrast ratio of two colours, from 1 to 21 (WCAG 2.2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def variables(theme: str, groups: Iterable[Group] = GROUPS) -> str:
    """Write a theme's colours as CSS custom properties."""
    place = THEMES.index(theme)
    pairs = {"surface": SURFACE[theme], **{name: inks[place] for name, inks in INKS.items()}}
    pairs |= {f"g-{group.name}": (group.light, group.dark)[place] for group in groups}
    return "".join(f"--{name}:{colour};" for name, colour in pairs.items())


def stylesheet(own: Iterable[Group] = ()) -> str:
    """Write the custom properties of both themes and the classes of groups and line styles.

    ``own`` are groups that a picture has besides those of classes.
    """
    groups = (*GROUPS, *own)
    dark = f"color-scheme:dark;{variables('dark', groups)}"
    rules = [
        f":root{{color-scheme:light;{variables('light', groups)}}}",
        f"@media screen and (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}",
        f"@media screen{{:root[data-theme=dark]{{{dark}}}}}",
    ]
    rules += [f".g-{group.name}{{{_mark(group)}}}" for group in groups]
    families = (*FAMILIES, BEYOND_CHANCE)
    rules += [f".l-{family.name}{{{_line(family)}}}" for family in families]
    return "\n".join(rules) + "\n"


def _mark(group: Group) -> str:
    colour = f"var(--g-{group.name})"
    if group.hollow:
        return f"fill:var(--surface);stroke:{colour};stroke-width:2.2"
    return f"fill:{colour};stroke:{colour};stroke-width:0"


def _line(family: Family) -> str:
    dashes = " ".join(map(str, family.dashes)) or "none"
    return f"stroke:var(--{family.ink});stroke-width:{family.width};stroke-dasharray:{dashes}"
