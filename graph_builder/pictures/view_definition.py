"""What views, stages and pages share: definitions of views, and the pictures that views build."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import networkx as nx

    from graph_builder.pictures.neighbourhood import Scope

#: An edge of a network: the IRIs of its source, its target and its relation.
EdgeKey = tuple[str, str, str]
#: A fact as a facts network holds it: one source's statement with its evidence.
NetworkFact = dict[str, Any]


@dataclass(frozen=True)
class Argument:
    """A positional argument of a view: its name in a usage line, its help text, if it is required.

    The last argument of a view may be repeated where it is ``many``.
    """

    name: str
    help: str
    required: bool = True
    many: bool = False


@dataclass(frozen=True)
class Option:
    """An option of a view: its name in Python, its help text, its default and its allowed values.

    A value has the type of the default; an option whose default is a bool is a flag.
    """

    name: str
    help: str
    default: str | float | bool
    choices: tuple[str | int, ...] = ()


@dataclass(frozen=True)
class View:
    """A kind of picture: the question that it answers, its arguments, and what builds it.

    ``build`` takes the graph, the arguments by position and the options by keyword. It returns a
    Picture, or raises an AiggError whose message tells a user what to do. ``example`` holds
    arguments that draw something of the shipped graph; help shows them, tests check their page.
    A view that does not read the whole graph has a ``scope``.
    """

    name: str
    summary: str
    build: Callable[..., "Picture"]
    arguments: tuple[Argument, ...] = ()
    options: tuple[Option, ...] = ()
    example: tuple[str, ...] = ()
    scope: "Scope | None" = None

    @property
    def usage(self) -> str:
        """The name of the view with its arguments as they are typed: ``path ONE OTHER``."""
        names = (each.name if each.required else f"[{each.name}]" for each in self.arguments)
        shown = (f"{n}..." if a.many else n for a, n in zip(self.arguments, names, strict=True))
        return " ".join((self.name, *shown))


@dataclass(frozen=True)
class Stage:
    """How a kind of picture is rendered: its template, its script, and its styles in their order.

    The template is the part of the page that holds the picture; the script is a module that starts
    the page with a stage (see templates/core/page.js). A stage that uses vis-network needs node
    positions.
    """

    name: str
    template: str
    script: str
    styles: tuple[str, ...] = ()
    uses_vis_network: bool = False


@dataclass(frozen=True, eq=False)
class Bundle:
    """Facts that a stage shows as one, such as a cell of a matrix: an id for links, and a label.

    The facts are objects of the network, as its nodes and edges hold them. ``members`` are the
    nodes of a cluster, the one with the most edges first.
    """

    id: str
    label: str
    facts: tuple[Mapping[str, Any], ...]
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class Picture:
    """What a page shows: a network with the evidence of each fact, and the stage that renders it.

    A node may have a NodeStyle of its own as ``group``, and a ``size`` in pixels; an edge an
    EdgeStyle as ``style``, a ``weight``, a ``width`` in pixels, and a sentence about it as
    ``said``. An edge without a direction is ``mutual``: its facts relate both ends to what they
    share.

    ``content`` is what the template of the stage reads besides. ``positions`` are those of nodes on
    a vis-network stage, in pixels around (0, 0); without them the layout computes some. ``notes``
    are sentences on what was left out, ``full_network`` is the network before. ``focus`` are the
    IRIs that the picture is about. Where nothing is selected, the panel lists the bundles under
    ``bundles_heading``, if there is one.
    """

    title: str
    network: "nx.MultiDiGraph[str]"
    stage: Stage
    subtitle: str = ""
    content: Mapping[str, Any] = field(default_factory=dict)
    bundles: tuple[Bundle, ...] = ()
    positions: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    focus: tuple[str, ...] = ()
    full_network: "nx.Graph[str] | None" = None
    notes: tuple[str, ...] = ()
    bundles_heading: str = ""


#: Nodes and edges, drawn by vis-network at given positions.
NETWORK_STAGE = Stage(
    "network",
    "stages/network.html",
    script="stages/network.js",
    styles=("stages/network.css",),
    uses_vis_network=True,
)


def build_markup_stage(name: str) -> Stage:
    """Return the stage of a picture in HTML and SVG: ``stages/NAME.html``, ``stages/NAME.css``.

    The template extends core/page.html, reads the Picture as ``picture``, and fills two blocks:
    ``how`` tells how to read the picture, ``stage`` holds an element whose id is ``board``. An
    element that stands for a node, an edge or a bundle says so by ``data-of="{{ keys[x] }}"``, x
    being an IRI, an EdgeKey or a Bundle; several keys are separated by spaces. So it is selected,
    faded and exported. A link ``href="#{{ links[keys[x]] }}"`` selects it by keyboard too;
    ``data-name`` with the key of a node shows its label in the reader's language.
    """
    return Stage(
        name,
        f"stages/{name}.html",
        script="stages/markup.js",
        styles=("stages/markup.css", f"stages/{name}.css"),
    )
