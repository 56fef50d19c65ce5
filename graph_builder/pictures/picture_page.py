"""The HTML page of a picture, one file that works offline, and the vis-network script in it."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

from graph_builder.core import notebook
from graph_builder.core.content_security import build_csp, format_script_json, make_encodable
from graph_builder.core.durable_files import write_file
from graph_builder.core.errors import PictureError
from graph_builder.core.templating import create_environment, read_template
from graph_builder.core.text import quote
from graph_builder.pictures.caption_text import format_as_of, format_date_range
from graph_builder.pictures.export_templates import build_export_templates
from graph_builder.pictures.fact_labels import FACT_FILTERS
from graph_builder.pictures.network_drawing import Drawing, build_drawing
from graph_builder.pictures.palette import NODE_STYLES, SHAPE_PATHS, build_stylesheet
from graph_builder.pictures.payload import Payload, build_payload
from graph_builder.pictures.scripts import build_page_script
from graph_builder.pictures.view_definition import NETWORK_STAGE, Picture

if TYPE_CHECKING:
    import networkx as nx
    from jinja2 import Environment


VIS_VERSION = "9.1.2"
VIS_SHA256 = "1f20f0736f32cb9bedf8f6383b25cfea2f839e1abe80d6e8040b4d5bea378c69"
VIS_PATH = ("lib", f"vis-{VIS_VERSION}", "vis-network.min.js")
_TEMPLATE_PACKAGE = "graph_builder.pictures"


class SiteContext(Protocol):
    """The site that a page is part of: shared files, a link back, and the pages of entities."""

    @property
    def back_link(self) -> tuple[str, str]:
        """The address of the page that leads here, and its name."""

    def share_file(self, name: str, text: str) -> str:
        """Return the address of a shared file of that name that holds the text."""

    def get_page_address(self, iri: str) -> str:
        """Return the address of the page of an IRI, or "" where there is none."""


class Page(str):
    """The HTML text of a page, which a notebook shows in a frame."""

    heading: str

    def __new__(cls, text: str, heading: str = "") -> Self:
        """Return the text as a page with a heading."""
        page = super().__new__(cls, text)
        page.heading = heading
        return page

    def save(self, path: str | Path) -> None:
        """Write the page to a file in UTF-8; raises ReadError where that fails."""
        write_file(Path(path), self.encode())

    def __repr__(self) -> str:
        """Return the heading and the length of the page, not all of its text."""
        return f"<Page {quote(self.heading)}, {len(self):,} characters>"

    def _repr_html_(self) -> str:
        """Return a frame for a notebook in which the page works as in a window of its own."""
        return notebook.format_iframe(self, self.heading)


def render_network_page(network: "nx.MultiDiGraph[str]", *, title: str, subtitle: str = "") -> Page:
    """Return the page of a network, with its drawing and all its facts."""
    return render_picture_page(
        Picture(title=title, subtitle=subtitle, network=network, stage=NETWORK_STAGE)
    )


def render_picture_page(picture: Picture, site: SiteContext | None = None) -> Page:
    """Return the page of a picture: one file of its own, or a page of a site with shared files."""
    drawing = Drawing()
    if picture.stage.uses_vis_network:
        drawing = build_drawing(picture.network, picture.positions)
    payload = build_payload(picture, drawing, site.get_page_address if site else None)
    return Page(_render_template(picture, payload, site), picture.title)


def _render_template(picture: Picture, payload: Payload, site: SiteContext | None) -> str:
    stage, rows = picture.stage, payload.rows
    own_styles = [style for style in payload.node_styles if style not in NODE_STYLES]
    style = build_stylesheet(own_styles) + _read_files("core/page.css", *stage.styles)
    scripts = {f"vis-{VIS_VERSION}.js": read_vis_script()} if stage.uses_vis_network else {}
    scripts["picture.js"] = build_page_script(f"pictures/templates/{stage.script}")
    elements = (*rows["nodes"], *rows["edges"], *rows["bundles"])
    values: dict[str, Any] = {
        "data": rows,
        "embedded": format_script_json(
            {**payload.script_data, "templates": build_export_templates(rows)}
        ),
        "styles": payload.edge_styles,
        "filters": [each for each in FACT_FILTERS if each.is_offered(rows["facts"])],
        "groups": payload.node_styles,
        "keys": payload.keys,
        "links": payload.links,
        "notes": [make_encodable(note) for note in picture.notes],
        "paths": SHAPE_PATHS,
        "picture": picture,
        "policy": build_csp(scripts.values(), [style], beside=site is not None),
        "rows_by_key": {row["key"]: row for row in elements},
        "scripts": scripts.values(),
        "style": style,
        "subtitle": make_encodable(picture.subtitle),
        "title": make_encodable(picture.title),
        **_share_files(site, scripts, style),
    }
    return _get_environment().get_template(stage.template).render(values)


def _share_files(
    site: SiteContext | None, scripts: Mapping[str, str], style: str
) -> dict[str, Any]:
    """Return the link back and the addresses of shared files, all empty for a page of its own."""
    if not site:
        return {"back": (), "script_files": [], "style_file": ""}
    return {
        "back": site.back_link,
        "script_files": [site.share_file(name, text) for name, text in scripts.items()],
        "style_file": site.share_file("picture.css", style),
    }


def read_vis_script() -> str:
    """Return the text of vis-network from pyvis; raises PictureError for an unknown file."""
    content = _read_pyvis_file(VIS_PATH)
    if content is None:
        raise PictureError(f"pyvis does not contain vis-network {VIS_VERSION}; pyvis 0.3.2 does")
    return _check_vis_script(content, VIS_SHA256)


@cache
def _check_vis_script(content: bytes, expected: str) -> str:
    """Return the text of vis-network; raises PictureError unless it has the expected SHA-256."""
    digest = sha256(content).hexdigest()
    if digest != expected:
        raise PictureError(
            f"vis-network in pyvis is not the tested file of version {VIS_VERSION}: "
            f"its sha256 is {digest}, not {expected}"
        )
    return _normalise_script(content.decode("utf-8"))


@cache
def _read_pyvis_file(path: tuple[str, ...]) -> bytes | None:
    """Return a file of pyvis, or None if it is not there."""
    # importing pyvis takes longer than drawing: it imports IPython
    spec = find_spec("pyvis")
    folders = (spec and spec.submodule_search_locations) or ()
    files = (Path(folder, *path) for folder in folders)
    return next((file.read_bytes() for file in files if file.is_file()), None)


def _normalise_script(text: str) -> str:
    """Return text as an HTML parser reads it, without the pointer to a source map."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.partition("//# sourceMappingURL=")[0]


@cache
def _get_environment() -> "Environment":
    environment = create_environment(
        _TEMPLATE_PACKAGE, keep_trailing_newline=True, finalize=_finalise_value
    )
    environment.filters |= {"in_days": format_date_range, "as_of": format_as_of}
    return environment


def _finalise_value(value: Any) -> Any:
    """Return a printed value as UTF-8 can carry it; markup of our own stays as it is."""
    return value if hasattr(value, "__html__") else make_encodable(value)


def _read_files(*names: str) -> str:
    return "".join(read_template(_TEMPLATE_PACKAGE, name) for name in names)
