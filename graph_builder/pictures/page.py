"""One self-contained page for a graph: no request, no script from data, readable without script."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from graph_builder import notebooks
from graph_builder.errors import ReadError
from graph_builder.pictures.palette import PATHS, stylesheet
from graph_builder.pictures.payload import embedded, legend, payload
from graph_builder.pictures.safety import plain, policy, script_json
from graph_builder.pictures.visfile import vis_script
from graph_builder.templating import environment, template
from graph_builder.texts import quoted

if TYPE_CHECKING:
    import networkx as nx
    from jinja2 import Environment


_PACKAGE = "graph_builder.pictures"
SCRIPTS = (
    "model.js",
    "parts.js",
    "theme.js",
    "labels.js",
    "stage.js",
    "evidence.js",
    "search.js",
    "page.js",
)


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
        return f"<Page {quoted(self.heading)}, {len(self):,} characters>"

    def _repr_html_(self) -> str:
        """Return a frame for a notebook in which the page works as in a window of its own."""
        return notebooks.frame(self, self.heading)


def render(graph: "nx.MultiDiGraph[str]", *, title: str, subtitle: str = "") -> Page:
    """Return a page that shows the graph, its evidence and all its facts."""
    data = payload(graph)
    style = stylesheet() + template(_PACKAGE, "page.css")
    library, script = vis_script(), _script()
    groups, families = legend(data)
    values: dict[str, Any] = {
        "data": data,
        "embedded": script_json(embedded(data)),
        "families": families,
        "groups": groups,
        "library": library,
        "paths": PATHS,
        "policy": policy([library, script], [style]),
        "script": script,
        "style": style,
        "subtitle": plain(subtitle),
        "title": plain(title),
    }
    return Page(_environment().get_template("page.html").render(values), title)


@cache
def _environment() -> "Environment":
    return environment(_PACKAGE, keep_trailing_newline=True)


def _script() -> str:
    """Join the script files in one function, so that no name of theirs reaches the page."""
    body = "".join(template(_PACKAGE, name) for name in SCRIPTS)
    return f'(function () {{\n"use strict";\n{body}}})();\n'
