"""The drawing library: vis-network as pyvis carries it, checked before it is used."""

from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

from graph_builder.core import notebook
from graph_builder.core.content_security import build_csp, format_script_json, make_encodable
from graph_builder.core.errors import PictureError, ReadError
from graph_builder.core.templating import create_environment, read_template
from graph_builder.core.text import quote
from graph_builder.core.vocabulary import BASE, PREFIXES
from graph_builder.pictures.caption_text import between, then
from graph_builder.pictures.modality_labels import RULES
from graph_builder.pictures.palette import GROUPS, PATHS, stylesheet
from graph_builder.pictures.payload import Row, embedded, keys_of, legend, links, payload
from graph_builder.pictures.view_model import NETWORK, Picture, Stage

if TYPE_CHECKING:
    import networkx as nx
    from jinja2 import Environment


VERSION = "9.1.2"
SHA256 = "1f20f0736f32cb9bedf8f6383b25cfea2f839e1abe80d6e8040b4d5bea378c69"
PLACE = ("lib", f"vis-{VERSION}", "vis-network.min.js")


def vis_script() -> str:
    """Read the text of vis-network from pyvis; a file that is not the known one is an error."""
    content = _content(PLACE)
    if content is None:
        raise PictureError(f"pyvis does not carry vis-network {VERSION}; pyvis 0.3.2 does")
    digest = sha256(content).hexdigest()
    if digest != SHA256:
        raise PictureError(
            f"vis-network in pyvis is not the file of version {VERSION} that was checked: "
            f"its sha256 is {digest}, not {SHA256}"
        )
    return _as_parsed(content.decode("utf-8"))


@cache
def _content(place: tuple[str, ...]) -> bytes | None:
    """Return a file of pyvis, which is read once, or None if it is not there."""
    found = files("pyvis").joinpath(*place)
    return found.read_bytes() if found.is_file() else None


def _as_parsed(text: str) -> str:
    """Return text as an HTML parser reads it, without the pointer to a source map."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.partition("//# sourceMappingURL=")[0]


_PACKAGE = "graph_builder.pictures"
_BEFORE = ("model", "parts", "theme", "names", "state", "filters", "evidence", "search", "share")
_AFTER = ("page",)


class Beside(Protocol):
    """What a page that is one of many has beside it: files that they share, and a way back."""

    @property
    def back(self) -> tuple[str, str]:
        """Return the address of the page that leads here, and its name."""

    def shared(self, name: str, text: str) -> str:
        """Return the address of a file of that name that holds the text."""

    def of(self, iri: str) -> str:
        """Return the address of the page of an IRI, or "" where there is none."""


class Page(str):
    """The HTML text of a page, which a notebook shows in a frame."""

    heading: str

    def __new__(cls, text: str, heading: str = "") -> Self:
        """Return the text as a page; its heading tells what it shows."""
        page = super().__new__(cls, text)
        page.heading = heading
        return page

    def save(self, path: str | Path) -> None:
        """Write the page to a file, in UTF-8 everywhere; raises ReadError where that fails."""
        try:
            Path(path).write_text(self, encoding="utf-8", newline="\n")
        except OSError as error:
            raise ReadError(f"{path}: {error.strerror or error}") from error

    def __repr__(self) -> str:
        """Return what the page shows and how long it is, not all of its text."""
        return f"<Page {quote(self.heading)}, {len(self):,} characters>"

    def _repr_html_(self) -> str:
        """Return a frame for a notebook in which the page works as in a window of its own."""
        return notebook.format_iframe(self, self.heading)


def render(network: "nx.MultiDiGraph[str]", *, title: str, subtitle: str = "") -> Page:
    """Return a page that draws a network, with its evidence and all its facts."""
    return page_of(Picture(title=title, subtitle=subtitle, network=network, stage=NETWORK))


def page_of(picture: Picture, beside: Beside | None = None) -> Page:
    """Return the page of a picture: one file that needs no other, or one of many that share."""
    data, stage = payload(picture), picture.stage
    if beside:
        _locate(data, picture.network, beside)
    groups, families = legend(picture.network)
    sheet = stylesheet(group for group in groups if group not in GROUPS)
    style = sheet + "".join(map(_text, ("core/page.css", *stage.styles)))
    scripts = {f"vis-{VERSION}": vis_script()} if stage.drawn else {}
    scripts["picture"] = _script(stage)
    values: dict[str, Any] = {
        "data": data,
        "embedded": format_script_json(embedded(data, groups, families)),
        "families": families,
        "groups": groups,
        "keys": keys_of(picture),
        "back": beside.back if beside else (),
        "links": links(data),
        "notes": [make_encodable(note) for note in picture.notes],
        "paths": PATHS,
        "picture": picture,
        "policy": build_csp(scripts.values(), [style], beside=beside is not None),
        "rules": [rule for rule in RULES if rule.is_offered(data["facts"])],
        "script_files": [_shared(beside, f"{n}.js", each) for n, each in scripts.items()],
        "scripts": scripts.values(),
        "style": style,
        "style_file": _shared(beside, "picture.css", style),
        "subtitle": make_encodable(picture.subtitle),
        "things": {row["key"]: row for row in (*data["nodes"], *data["edges"], *data["bundles"])},
        "title": make_encodable(picture.title),
    }
    return Page(_environment().get_template(stage.template).render(values), picture.title)


def _locate(data: Row, network: "nx.MultiDiGraph[str]", beside: Beside) -> None:
    """Add the addresses of their pages to things and sources, and let a source of ours lead there.

    The others lead to where they are published.
    """
    for iri, node in zip(sorted(network.nodes), data["nodes"], strict=True):
        node.update(_page(beside.of(iri)))
    for name, source in data["sources"].items():
        source.update(_page(beside.of(PREFIXES["source"] + name)))
        if not source["url"] or source["url"].startswith(BASE):
            source["url"] = source.get("page", "")


def _page(address: str) -> Row:
    return {"page": address} if address else {}


def _shared(beside: Beside | None, name: str, text: str) -> str:
    return beside.shared(name, text) if beside else ""


@cache
def _environment() -> "Environment":
    made = create_environment(_PACKAGE, keep_trailing_newline=True, finalize=_carried)
    made.filters |= {"in_days": between, "then": then}
    return made


def _carried(value: Any) -> Any:
    """Return what a template prints such as UTF-8 carries it, markup of ours as it is."""
    return value if hasattr(value, "__html__") else make_encodable(value)


def _text(name: str) -> str:
    return read_template(_PACKAGE, name)


@cache
def _script(stage: Stage) -> str:
    """Join the script files in one function, so that no name of theirs reaches the page."""
    core = [[f"core/{name}.js" for name in names] for names in (_BEFORE, _AFTER)]
    body = "".join(map(_text, (*core[0], *stage.scripts, *core[1])))
    return f'(function () {{\n"use strict";\n{_dense(body)}}})();\n'


def _dense(script: str) -> str:
    """Return a script without indents and lines of comment; no text of ours spans lines."""
    lines = (line.lstrip() for line in script.split("\n"))
    return "".join(f"{line}\n" for line in lines if line and not line.startswith("//"))
