"""Colours, shapes and line styles, chosen so that contrast can be computed and tested.

Colours are those of Okabe and Ito 2008, "Color Universal Design", darkened on white and lightened
on black until they stand out; classes differ by shape as well, so colour never decides alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

COLOUR_THEMES = ("light", "dark")


@dataclass(frozen=True)
class NodeStyle:
    """A row of the legend: a name, a vis shape, a fill and a colour for each theme."""

    name: str
    label: str
    shape: str
    light: str
    dark: str
    hollow: bool = False
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class EdgeStyle:
    """A line style: a name, what it says in words, its dashes and width, and its modalities."""

    name: str
    label: str
    dashes: tuple[int, ...]
    width: float
    ink: str
    modalities: tuple[str, ...] = ()


NODE_STYLES = (
    NodeStyle("country", "Countries", "square", "#0067a3", "#63b5ec", kinds=("Country", "Bloc")),
    NodeStyle(
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
    NodeStyle(
        "person", "People", "triangleDown", "#a3457a", "#e29ac3", hollow=True, kinds=("Person",)
    ),
    NodeStyle("event", "Events", "star", "#c24e00", "#ff9a5c", kinds=("Event", "EventSeries")),
    NodeStyle("place", "Places", "triangleDown", "#595959", "#b9b9b9", kinds=("Venue", "Place")),
    NodeStyle("theme", "Themes", "dot", "#00795a", "#3cc79e", kinds=("PolicyTheme",)),
    NodeStyle(
        "outcome",
        "Outcomes",
        "diamond",
        "#a3457a",
        "#e29ac3",
        kinds=("Outcome", "Takeaway", "Commitment"),
    ),
    NodeStyle(
        "position", "Positions and aims", "triangle", "#6b6600", "#e4d84a", kinds=("Position",)
    ),
    NodeStyle(
        "instrument",
        "Policies and texts",
        "square",
        "#404040",
        "#d0d0d0",
        hollow=True,
        kinds=("PolicyInstrument", "Source"),
    ),
    NodeStyle(
        "category",
        "Sectors and categories",
        "dot",
        "#27759c",
        "#7fcbf2",
        hollow=True,
        kinds=("Sector", "ParticipantCategory", "EventForm", "PartnershipType"),
    ),
    NodeStyle("other", "Other", "diamond", "#595959", "#b9b9b9", hollow=True),
)

EDGE_STYLES = (
    EdgeStyle(
        "done",
        "Told as done or being so",
        (),
        2.0,
        "strong",
        ("reported", "ongoing", "announced", "agreed", "signed", "ratified", "implemented"),
    ),
    EdgeStyle(
        "talked",
        "Discussed, stressed or recognised",
        (),
        1.0,
        "soft",
        ("discussed", "enabled", "highlighted", "emphasised", "recognised", "presupposed"),
    ),
    EdgeStyle(
        "ahead",
        "Ahead: possible, intended, takeaway",
        (7, 5),
        1.4,
        "strong",
        ("takeaway", "intended", "potential", "predicted"),
    ),
    EdgeStyle(
        "judged",
        "Judgement or turn of speech",
        (1, 4),
        1.8,
        "strong",
        ("evaluative", "rhetorical", "editorial"),
    ),
    EdgeStyle("denied", "Denied or withdrawn", (12, 4, 2, 4), 1.6, "no", ("withdrawn", "denied")),
    EdgeStyle("apart", "Background remark, or inferred", (2, 7), 1.2, "apart", ("background",)),
    EdgeStyle("other", "Said in another way", (3, 3), 1.0, "soft"),
)
#: The line style of ties that chance does not explain.
SIGNIFICANT_EDGE_STYLE = EdgeStyle("beyond", "More than chance explains", (), 3.0, "ink")
UNSTATED_BASES = ("inferred", "background")

#: How communities are told from each other, the last being whatever is left.
COMMUNITY_STYLES = (
    NodeStyle("c1", "", "dot", "#0067a3", "#63b5ec"),
    NodeStyle("c2", "", "square", "#c24e00", "#ff9a5c"),
    NodeStyle("c3", "", "triangle", "#00795a", "#3cc79e"),
    NodeStyle("c4", "", "diamond", "#a3457a", "#e29ac3"),
    NodeStyle("c5", "", "hexagon", "#976200", "#e6a52e"),
    NodeStyle("c6", "", "triangleDown", "#404040", "#d0d0d0"),
    NodeStyle("c7", "", "star", "#6b6600", "#e4d84a"),
    NodeStyle("c8", "", "dot", "#595959", "#b9b9b9", hollow=True),
)
#: How little and much is told apart: the more, the stronger the colour and the more corners.
VALUE_STYLES = (
    NodeStyle("s1", "", "triangle", "#4b8fc4", "#356a94"),
    NodeStyle("s2", "", "square", "#2f74ab", "#4d8fc0"),
    NodeStyle("s3", "", "hexagon", "#17588c", "#86bce4"),
    NodeStyle("s4", "", "dot", "#08365c", "#d3eafb"),
)

SURFACE_COLOURS = {"light": "#ffffff", "dark": "#16181c"}
INK_COLOURS = {
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
SYMBOL_INKS = ("strong", "soft", "no", "apart", "edge")

# drawn in a box of 16 x 16, for the legend and the panel; vis draws its own
SHAPE_PATHS = {
    "dot": "M8 2a6 6 0 1 0 .01 0z",
    "square": "M3 3h10v10H3z",
    "diamond": "M8 1l7 7-7 7-7-7z",
    "triangle": "M8 2l7 12H1z",
    "triangleDown": "M8 14L1 2h14z",
    "star": "M8 .5l2.1 5 5.4.5-4.1 3.5 1.3 5.3L8 12l-4.7 2.8 1.3-5.3L.5 6l5.4-.5z",
    "hexagon": "M4.5 2h7L15 8l-3.5 6h-7L1 8z",
}
SHAPE_SCALES = {"star": 1.3, "square": 0.86, "hexagon": 1.02, "diamond": 1.16}

_CLASS_STYLES = {kind: group for group in NODE_STYLES for kind in group.kinds}
_MODALITY_STYLES = {word: family for family in EDGE_STYLES for word in family.modalities}
OTHER_NODE_STYLE = NODE_STYLES[-1]
OTHER_EDGE_STYLE = EDGE_STYLES[-1]


def get_class_style(kind: str) -> NodeStyle:
    """Return the legend group of a class, or "Other" for a class that is not known."""
    return _CLASS_STYLES.get(kind, OTHER_NODE_STYLE)


def get_node_style(held: Mapping[str, Any]) -> NodeStyle:
    """Return the legend group of a thing of a network: its own, or that of its class."""
    own = held.get("group")
    return own if isinstance(own, NodeStyle) else get_class_style(str(held.get("kind", "")))


def get_fact_style(modality: str, basis: str, *, affirmed: bool = True) -> EdgeStyle:
    """Return the line style of a fact.

    What no source states is always apart, and what it does not affirm is never told as done: that
    somebody announced to sign is ahead, that somebody announced a plan is done.
    """
    if basis in UNSTATED_BASES:
        return _MODALITY_STYLES["background"]
    found = _MODALITY_STYLES.get(modality, OTHER_EDGE_STYLE)
    return (
        found
        if affirmed or found is not _MODALITY_STYLES["reported"]
        else _MODALITY_STYLES["intended"]
    )


def compute_luminance(colour: str) -> float:
    """Compute the relative luminance of ``#rrggbb`` (WCAG 2.2)."""
    shares = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4  # noqa: PLR2004
        for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def compute_contrast(one: str, other: str) -> float:
    """Compute the contrast ratio of two colours, from 1 to 21 (WCAG 2.2)."""
    low, high = sorted((compute_luminance(one), compute_luminance(other)))
    return (high + 0.05) / (low + 0.05)


def format_css_variables(theme: str, groups: Iterable[NodeStyle] = NODE_STYLES) -> str:
    """Write a theme's colours as CSS custom properties."""
    place = COLOUR_THEMES.index(theme)
    pairs = {
        "surface": SURFACE_COLOURS[theme],
        **{name: inks[place] for name, inks in INK_COLOURS.items()},
    }
    pairs |= {f"g-{group.name}": (group.light, group.dark)[place] for group in groups}
    return "".join(f"--{name}:{colour};" for name, colour in pairs.items())


def build_stylesheet(own: Iterable[NodeStyle] = ()) -> str:
    """Write the custom properties of both themes and the classes of groups and line styles.

    ``own`` are groups that a picture has besides those of classes.
    """
    groups = (*NODE_STYLES, *own)
    dark = f"color-scheme:dark;{format_css_variables('dark', groups)}"
    rules = [
        f":root{{color-scheme:light;{format_css_variables('light', groups)}}}",
        f"@media screen and (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}",
        f"@media screen{{:root[data-theme=dark]{{{dark}}}}}",
    ]
    rules += [f".g-{group.name}{{{_format_node_rule(group)}}}" for group in groups]
    families = (*EDGE_STYLES, SIGNIFICANT_EDGE_STYLE)
    rules += [f".l-{family.name}{{{_format_edge_rule(family)}}}" for family in families]
    return "\n".join(rules) + "\n"


def _format_node_rule(group: NodeStyle) -> str:
    colour = f"var(--g-{group.name})"
    if group.hollow:
        return f"fill:var(--surface);stroke:{colour};stroke-width:2.2"
    return f"fill:{colour};stroke:{colour};stroke-width:0"


def _format_edge_rule(family: EdgeStyle) -> str:
    dashes = " ".join(map(str, family.dashes)) or "none"
    return f"stroke:var(--{family.ink});stroke-width:{family.width};stroke-dasharray:{dashes}"
