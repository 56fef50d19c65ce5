"""What views, stages and pages share: a view declares itself and makes a picture for a stage."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import networkx as nx


#: A line of a network: the IRIs of both ends and of the relation.
EdgeKey = tuple[str, str, str]


@dataclass(frozen=True)
class Argument:
    """A word that a view takes, such as a thing: its name in a usage line, what it is, if needed.

    Of the last term there may be several where it is ``many``.
    """

    name: str
    help: str
    required: bool = True
    many: bool = False


@dataclass(frozen=True)
class Option:
    """An option of a view: its name in Python, what it is for, its default, and its only values.

    The type of the default is that of the value; a default of False makes a flag.
    """

    name: str
    help: str
    default: str | float | bool
    choices: tuple[str | int, ...] = ()


@dataclass(frozen=True)
class View:
    """A sort of picture: the question that it answers, what it takes, and what makes it.

    ``make`` gets the graph, then the terms by position and the options by keyword; it returns a
    Picture, or raises an AiggError whose sentence tells a user what to do. ``example`` are terms
    with which it draws something of the shipped graph; help shows them, tests check the page.
    """

    name: str
    summary: str
    make: Callable[..., "Picture"]
    terms: tuple[Argument, ...] = ()
    options: tuple[Option, ...] = ()
    example: tuple[str, ...] = ()

    @property
    def usage(self) -> str:
        """Return the view with its terms as they are typed: ``path ONE OTHER``."""
        words = (term.name if term.required else f"[{term.name}]" for term in self.terms)
        shown = (f"{w}..." if t.many else w for t, w in zip(self.terms, words, strict=True))
        return " ".join((self.name, *shown))


@dataclass(frozen=True)
class Stage:
    """What a picture stands on: the files that show it.

    The template is the part of the page where the picture is; the script is a module that starts
    the page with a stage (see templates/core/page.js). A ``drawn`` stage needs positions and
    vis-network, any other page goes without.
    """

    name: str
    template: str
    script: str
    styles: tuple[str, ...] = ()
    drawn: bool = False


@dataclass(frozen=True, eq=False)
class Bundle:
    """Facts that a stage shows as one, such as a cell of a matrix: an id for links, and a name.

    The facts are objects of the network, as its nodes and edges hold them. ``members`` are the
    things of a group, first the one with the most ties; those that are no marks are left out.
    """

    id: str
    label: str
    facts: tuple[Mapping[str, Any], ...]
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class Picture:
    """What a page shows: a network with the evidence of each fact, and the stage it stands on.

    A thing may have a ``group`` of its own, of which the legend tells, and a ``size`` in pixels; a
    line a ``family``, a ``weight``, a ``width`` in pixels, and a sentence that is ``said`` of it.
    One that points neither way is ``mutual``: its facts tie both ends to what they share.

    ``content`` is what the stage's template reads besides, ``spots`` gives things places on a drawn
    stage, in pixels around (0, 0); without it the layout does. ``notes`` are sentences on what was
    left out, ``whole`` is the network before. ``focus`` are the IRIs of what the picture is about.
    Where nothing is chosen, the panel lists the bundles under the heading ``listed``, if any.
    """

    title: str
    network: "nx.MultiDiGraph[str]"
    stage: Stage
    subtitle: str = ""
    content: Mapping[str, Any] = field(default_factory=dict)
    bundles: tuple[Bundle, ...] = ()
    spots: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    focus: tuple[str, ...] = ()
    whole: "nx.Graph[str] | None" = None
    notes: tuple[str, ...] = ()
    listed: str = ""


#: Marks and lines, drawn at places that are given.
NETWORK_STAGE = Stage(
    "network",
    "stages/network.html",
    script="stages/network.js",
    styles=("stages/network.css",),
    drawn=True,
)


def build_markup_stage(name: str) -> Stage:
    """Return the stage whose template is ``stages/NAME.html`` and whose style ``stages/NAME.css``.

    The template extends core/page.html and has an element ``board``. What stands for a thing in it
    says so by ``data-of="{{ keys[x] }}"``, x being the IRI of a thing, the ends and relation of a
    line or a bundle; several keys are parted by spaces. So it is selected, faded and exported. A
    link ``href="#{{ links[keys[x]] }}"`` chooses it by keyboard too; ``data-name`` with the key of
    a thing puts its name into the reader's language.
    """
    return Stage(
        name,
        f"stages/{name}.html",
        script="stages/markup.js",
        styles=("stages/markup.css", f"stages/{name}.css"),
    )
