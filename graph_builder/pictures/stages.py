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

    The template extends core/page.html and has an element ``board``. What stands for a thing in it
    says so by ``data-of="{{ keys[x] }}"``, x being the IRI of a thing, the ends and relation of a
    line or a bundle; several keys are parted by spaces. So it is selected, faded and exported. A
    link ``href="#{{ links[keys[x]] }}"`` chooses it by keyboard too; ``data-name`` with the key of
    a thing puts its name into the reader's language.
    """
    return Stage(
        name,
        f"stages/{name}.html",
        scripts=("stages/markup.js",),
        styles=("stages/markup.css", f"stages/{name}.css"),
    )
