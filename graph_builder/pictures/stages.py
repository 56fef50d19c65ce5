"""The stages: a drawing by vis-network, and the page's own HTML and SVG without any library."""

from graph_builder.pictures.model import Stage

#: Marks and lines, drawn at places that are given.
NETWORK = Stage(
    "network",
    "stages/network.html",
    scripts=("stages/labels.js", "stages/drawn-svg.js", "stages/network.js"),
    styles=("stages/network.css",),
    drawn=True,
)


def markup(name: str) -> Stage:
    """Return the stage whose template is ``stages/NAME.html`` and whose style ``stages/NAME.css``.

    What stands for a thing says so: ``data-of="KEY"``, or several keys, of marks (``key``), lines
    (``line``) or bundles (``bundle``). The page then selects, fades, searches and exports it.
    """
    return Stage(
        name,
        f"stages/{name}.html",
        scripts=("stages/markup.js",),
        styles=("stages/markup.css", f"stages/{name}.css"),
    )
