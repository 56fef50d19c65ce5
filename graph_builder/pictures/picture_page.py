"""The drawing library: vis-network as pyvis carries it, checked before it is used."""

from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

from graph_builder.core import notebook
from graph_builder.core.content_security import build_csp, format_script_json, make_encodable
from graph_builder.core.errors import PictureError, ReadError
from graph_builder.core.templating import create_environment, read_template
from graph_builder.core.text import quote
from graph_builder.core.vocabulary import BASE, PREFIXES
from graph_builder.pictures.caption_text import format_as_of, format_date_range
from graph_builder.pictures.export_templates import build_export_templates
from graph_builder.pictures.fact_labels import FACT_FILTERS
from graph_builder.pictures.palette import NODE_STYLES, SHAPE_PATHS, build_stylesheet
from graph_builder.pictures.payload import (
    PayloadRow,
    build_embedded_data,
    build_keys,
    build_legend,
    build_payload,
    build_permalinks,
)
from graph_builder.pictures.scripts import build_page_script
from graph_builder.pictures.view_definition import NETWORK_STAGE, Picture

if TYPE_CHECKING:
    import networkx as nx
    from jinja2 import Environment


VIS_VERSION = "9.1.2"
VIS_SHA256 = "1f20f0736f32cb9bedf8f6383b25cfea2f839e1abe80d6e8040b4d5bea378c69"
VIS_PATH = ("lib", f"vis-{VIS_VERSION}", "vis-network.min.js")


def read_vis_script() -> str:
    """Read the text of vis-network from pyvis; a file that is not the known one is an error."""
    content = _read_pyvis_file(VIS_PATH)
    if content is None:
        raise PictureError(f"pyvis does not carry vis-network {VIS_VERSION}; pyvis 0.3.2 does")
    digest = sha256(content).hexdigest()
    if digest != VIS_SHA256:
        raise PictureError(
            f"vis-network in pyvis is not the file of version {VIS_VERSION} that was checked: "
            f"its sha256 is {digest}, not {VIS_SHA256}"
        )
    return _normalise_script(content.decode("utf-8"))


@cache
def _read_pyvis_file(place: tuple[str, ...]) -> bytes | None:
    """Return a file of pyvis, which is read once, or None if it is not there."""
    # To import pyvis takes longer than to draw: it imports IPython.
    spec = find_spec("pyvis")
    folders = (spec and spec.submodule_search_locations) or ()
    found = (Path(folder, *place) for folder in folders)
    return next((path.read_bytes() for path in found if path.is_file()), None)


def _normalise_script(text: str) -> str:
    """Return text as an HTML parser reads it, without the pointer to a source map."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.partition("//# sourceMappingURL=")[0]


_TEMPLATE_PACKAGE = "graph_builder.pictures"


class SiteContext(Protocol):
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


def render_network_page(network: "nx.MultiDiGraph[str]", *, title: str, subtitle: str = "") -> Page:
    """Return a page that draws a network, with its evidence and all its facts."""
    return render_picture_page(
        Picture(title=title, subtitle=subtitle, network=network, stage=NETWORK_STAGE)
    )


def render_picture_page(picture: Picture, beside: SiteContext | None = None) -> Page:
    """Return the page of a picture: one file that needs no other, or one of many that share."""
    data, stage = build_payload(picture), picture.stage
    if beside:
        _add_page_addresses(data, picture.network, beside)
    data["templates"] = build_export_templates(data)
    groups, families = build_legend(picture.network)
    sheet = build_stylesheet(group for group in groups if group not in NODE_STYLES)
    style = sheet + "".join(map(_read_template, ("core/page.css", *stage.styles)))
    scripts = {f"vis-{VIS_VERSION}": read_vis_script()} if stage.drawn else {}
    scripts["picture"] = build_page_script(f"pictures/templates/{stage.script}")
    values: dict[str, Any] = {
        "data": data,
        "embedded": format_script_json(build_embedded_data(data, groups, families)),
        "families": families,
        "groups": groups,
        "keys": build_keys(picture),
        "back": beside.back if beside else (),
        "links": build_permalinks(data),
        "notes": [make_encodable(note) for note in picture.notes],
        "paths": SHAPE_PATHS,
        "picture": picture,
        "policy": build_csp(scripts.values(), [style], beside=beside is not None),
        "rules": [rule for rule in FACT_FILTERS if rule.is_offered(data["facts"])],
        "script_files": [_share_file(beside, f"{n}.js", each) for n, each in scripts.items()],
        "scripts": scripts.values(),
        "style": style,
        "style_file": _share_file(beside, "picture.css", style),
        "subtitle": make_encodable(picture.subtitle),
        "things": {row["key"]: row for row in (*data["nodes"], *data["edges"], *data["bundles"])},
        "title": make_encodable(picture.title),
    }
    return Page(_get_environment().get_template(stage.template).render(values), picture.title)


def _add_page_addresses(
    data: PayloadRow, network: "nx.MultiDiGraph[str]", beside: SiteContext
) -> None:
    """Add the addresses of their pages to things and sources, and let a source of ours lead there.

    The others lead to where they are published.
    """
    for iri, node in zip(sorted(network.nodes), data["nodes"], strict=True):
        node.update(_build_address(beside.of(iri)))
    for name, source in data["sources"].items():
        source.update(_build_address(beside.of(PREFIXES["source"] + name)))
        if not source["url"] or source["url"].startswith(BASE):
            source["url"] = source.get("page", "")


def _build_address(address: str) -> PayloadRow:
    return {"page": address} if address else {}


def _share_file(beside: SiteContext | None, name: str, text: str) -> str:
    return beside.shared(name, text) if beside else ""


@cache
def _get_environment() -> "Environment":
    made = create_environment(
        _TEMPLATE_PACKAGE, keep_trailing_newline=True, finalize=_finalise_value
    )
    made.filters |= {"in_days": format_date_range, "then": format_as_of}
    return made


def _finalise_value(value: Any) -> Any:
    """Return what a template prints such as UTF-8 carries it, markup of ours as it is."""
    return value if hasattr(value, "__html__") else make_encodable(value)


def _read_template(name: str) -> str:
    return read_template(_TEMPLATE_PACKAGE, name)
