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
    """How nodes of one kind look: a name, a legend label, a shape and a colour for each theme.

    The name is that of a CSS class, the shape one of vis-network; ``classes`` are those of the
    ontology that the style is for, ``singular`` is the label of one such node. A hollow shape has
    an outline and no fill.
    """

    name: str
    label: str
    shape: str
    light: str
    dark: str
    hollow: bool = False
    classes: tuple[str, ...] = ()
    singular: str = ""


@dataclass(frozen=True)
class EdgeStyle:
    """How edges of one kind look: a name, a legend label, dashes, a width and the name of an ink.

    ``modalities`` are those of the facts that the style is for.
    """

    name: str
    label: str
    dashes: tuple[int, ...]
    width: float
    ink: str
    modalities: tuple[str, ...] = ()


NODE_STYLES = (
    NodeStyle(
        "country",
        "Countries",
        "square",
        "#0067a3",
        "#63b5ec",
        classes=("Country", "Bloc"),
        singular="country",
    ),
    NodeStyle(
        "body",
        "Institutions",
        "hexagon",
        "#976200",
        "#e6a52e",
        classes=(
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
            "Delegation",
        ),
        singular="institution",
    ),
    NodeStyle(
        "person",
        "People and posts",
        "triangleDown",
        "#a3457a",
        "#e29ac3",
        hollow=True,
        classes=("Person", "Post"),
        singular="person or post",
    ),
    NodeStyle(
        "event",
        "Events",
        "star",
        "#c24e00",
        "#ff9a5c",
        classes=("Event", "EventSeries"),
        singular="event",
    ),
    NodeStyle(
        "place",
        "Places",
        "triangleDown",
        "#595959",
        "#b9b9b9",
        classes=("Venue", "Place"),
        singular="place",
    ),
    NodeStyle(
        "theme",
        "Themes",
        "dot",
        "#00795a",
        "#3cc79e",
        classes=("PolicyTheme",),
        singular="theme",
    ),
    NodeStyle(
        "outcome",
        "Outcomes and undertakings",
        "diamond",
        "#a3457a",
        "#e29ac3",
        classes=(
            "Outcome",
            "Takeaway",
            "Undertaking",
            "Pledge",
            "Commitment",
            "Directive",
            "Obligation",
        ),
        singular="outcome or undertaking",
    ),
    NodeStyle(
        "position",
        "Positions and aims",
        "triangle",
        "#6b6600",
        "#e4d84a",
        classes=("Position",),
        singular="position or aim",
    ),
    NodeStyle(
        "instrument",
        "Policies and texts",
        "square",
        "#404040",
        "#d0d0d0",
        hollow=True,
        classes=(
            "PolicyInstrument",
            "Treaty",
            "Statute",
            "Bill",
            "ExecutiveAct",
            "Resolution",
            "Declaration",
            "Recommendation",
            "Code",
            "Strategy",
            "Memorandum",
            "Report",
            "Source",
        ),
        singular="policy or text",
    ),
    NodeStyle(
        "category",
        "Sectors and categories",
        "dot",
        "#27759c",
        "#7fcbf2",
        hollow=True,
        classes=(
            "Sector",
            "ParticipantCategory",
            "EventForm",
            "PartnershipType",
            "StatementRank",
            "Status",
            "DutyTopic",
            "DutyBearer",
        ),
        singular="sector or category",
    ),
    NodeStyle("other", "Other", "diamond", "#595959", "#b9b9b9", hollow=True),
)

EDGE_STYLES = (
    EdgeStyle(
        "done",
        "Reported as fact",
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
        "Future: possible, intended or proposed",
        (7, 5),
        1.4,
        "strong",
        ("takeaway", "intended", "potential", "predicted"),
    ),
    EdgeStyle(
        "judged",
        "Opinion or figure of speech",
        (1, 4),
        1.8,
        "strong",
        ("evaluative", "rhetorical", "editorial"),
    ),
    EdgeStyle(
        "denied",
        "Denied, withdrawn or set aside",
        (12, 4, 2, 4),
        1.6,
        "no",
        ("withdrawn", "denied"),
    ),
    EdgeStyle("apart", "Background or inferred", (2, 7), 1.2, "apart", ("background",)),
    EdgeStyle("other", "Stated in another way", (3, 3), 1.0, "soft"),
)
#: The style of edges that chance does not explain.
SIGNIFICANT_EDGE_STYLE = EdgeStyle("beyond", "More than chance explains", (), 3.0, "ink")
UNSTATED_BASES = ("inferred", "background")

#: The styles of communities; the last is for all that are left.
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
#: The styles of low to high values: the higher, the stronger the colour and the more corners.
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

# SVG paths in a box of 16 x 16, for the legend and the panel; vis-network draws its own
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

_CLASS_STYLES = {name: style for style in NODE_STYLES for name in style.classes}
_MODALITY_STYLES = {name: style for style in EDGE_STYLES for name in style.modalities}
OTHER_NODE_STYLE = NODE_STYLES[-1]
OTHER_EDGE_STYLE = EDGE_STYLES[-1]


def get_class_style(class_name: str) -> NodeStyle:
    """Return the node style of a class, that of "Other" for an unknown class."""
    return _CLASS_STYLES.get(class_name, OTHER_NODE_STYLE)


def get_node_style(attributes: Mapping[str, Any]) -> NodeStyle:
    """Return the style of a node of a network: its own, or that of its class."""
    own = attributes.get("group")
    return own if isinstance(own, NodeStyle) else get_class_style(str(attributes.get("kind", "")))


def get_edge_style(attributes: Mapping[str, Any]) -> EdgeStyle:
    """Return the style of an edge of a network: its own, or that of its strongest fact."""
    own = attributes.get("style")
    return own if isinstance(own, EdgeStyle) else get_strongest_style(attributes.get("facts", []))


def get_strongest_style(facts: Iterable[Mapping[str, Any]]) -> EdgeStyle:
    """Return the edge style of the strongest of several statements of one relation."""
    names = {_get_statement_style(fact).name for fact in facts}
    return next((style for style in EDGE_STYLES if style.name in names), OTHER_EDGE_STYLE)


def _get_statement_style(fact: Mapping[str, Any]) -> EdgeStyle:
    modality, basis = str(fact.get("modality")), str(fact.get("basis"))
    return get_fact_style(
        modality,
        basis,
        affirmed=fact.get("affirmed", True),
        is_set_aside=bool(fact.get("set_aside")),
    )


def get_fact_style(
    modality: str, basis: str, *, affirmed: bool = True, is_set_aside: bool = False
) -> EdgeStyle:
    """Return the edge style of a fact by its modality and basis.

    One that a judgement sets aside is drawn like one that is denied. A fact that no source states
    is always "apart". One that its source does not affirm is never "done": "announced that it will
    sign" is ahead, "announced a plan" is done.
    """
    if is_set_aside:
        return _MODALITY_STYLES["denied"]
    if basis in UNSTATED_BASES:
        return _MODALITY_STYLES["background"]
    style = _MODALITY_STYLES.get(modality, OTHER_EDGE_STYLE)
    if style is _MODALITY_STYLES["reported"] and not affirmed:
        return _MODALITY_STYLES["intended"]
    return style


def compute_luminance(colour: str) -> float:
    """Return the relative luminance of ``#rrggbb`` (WCAG 2.2)."""
    shares = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4  # noqa: PLR2004
        for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def compute_contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21 (WCAG 2.2)."""
    low, high = sorted((compute_luminance(one), compute_luminance(other)))
    return (high + 0.05) / (low + 0.05)


def format_css_variables(theme: str, styles: Iterable[NodeStyle] = NODE_STYLES) -> str:
    """Return the colours of a theme as CSS custom properties."""
    index = COLOUR_THEMES.index(theme)
    pairs = {
        "surface": SURFACE_COLOURS[theme],
        **{name: inks[index] for name, inks in INK_COLOURS.items()},
    }
    pairs |= {f"g-{style.name}": (style.light, style.dark)[index] for style in styles}
    return "".join(f"--{name}:{colour};" for name, colour in pairs.items())


def build_stylesheet(extra_styles: Iterable[NodeStyle] = ()) -> str:
    """Return the CSS of both themes: custom properties, and a class for each node and edge style.

    ``extra_styles`` are node styles that a picture has besides NODE_STYLES.
    """
    styles = (*NODE_STYLES, *extra_styles)
    dark = f"color-scheme:dark;{format_css_variables('dark', styles)}"
    rules = [
        f":root{{color-scheme:light;{format_css_variables('light', styles)}}}",
        f"@media screen and (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}",
        f"@media screen{{:root[data-theme=dark]{{{dark}}}}}",
    ]
    rules += [f".g-{style.name}{{{_format_node_rule(style)}}}" for style in styles]
    edge_styles = (*EDGE_STYLES, SIGNIFICANT_EDGE_STYLE)
    rules += [f".l-{style.name}{{{_format_edge_rule(style)}}}" for style in edge_styles]
    return "\n".join(rules) + "\n"


def _format_node_rule(style: NodeStyle) -> str:
    colour = f"var(--g-{style.name})"
    if style.hollow:
        return f"fill:var(--surface);stroke:{colour};stroke-width:2.2"
    return f"fill:{colour};stroke:{colour};stroke-width:0"


def _format_edge_rule(style: EdgeStyle) -> str:
    dashes = " ".join(map(str, style.dashes)) or "none"
    return f"stroke:var(--{style.ink});stroke-width:{style.width};stroke-dasharray:{dashes}"
