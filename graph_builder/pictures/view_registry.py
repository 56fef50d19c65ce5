"""The views there are: each a module of :mod:`graph_builder.pictures.views` with a ``VIEW``."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from graph_builder.core.errors import PictureError, UnknownNameError
from graph_builder.pictures import views as package
from graph_builder.pictures.picture_page import Page, render_picture_page
from graph_builder.pictures.view_definition import Picture, View
from graph_builder.store.graph import Graph, GraphLike

DEFAULT_VIEW = "source"


@cache
def load_views() -> Mapping[str, View]:
    """Return the views by name, in the order of their names."""
    names = sorted(module.name for module in iter_modules(package.__path__))
    found = [import_module(f"{package.__name__}.{name}").VIEW for name in names]
    return {view.name: view for view in found}


def get_view(name: str) -> View:
    """Return a view; raises UnknownNameError with the nearest names."""
    if name not in load_views():
        raise UnknownNameError("view", name, load_views())
    return load_views()[name]


def build_picture(
    graph: GraphLike, name: str = DEFAULT_VIEW, *terms: str, **options: Any
) -> Picture:
    """Return what a page of a view shows; raises PictureError for terms that do not fit."""
    chosen = get_view(name)
    _check_arguments(chosen, terms, options)
    return chosen.make(Graph.wrap(graph), *terms, **options)


def draw(graph: GraphLike, view: str = DEFAULT_VIEW, *terms: str, **options: Any) -> Page:
    """Return one HTML page with what a view shows, each fact with its evidence.

    ``draw(graph, "ego", "actor:IND", steps=2)`` draws a thing with what is at most two steps away;
    without a view it is what the article on the roundtable says, or another ``source``. The page
    needs no other file and no network connection. Raises UnknownNameError for an unknown view,
    thing or source, PictureError where there is nothing to draw.
    """
    return render_picture_page(build_picture(graph, view, *terms, **options))


def export_picture_network(
    graph: GraphLike, extension: str, view: str = DEFAULT_VIEW, *terms: str, **options: Any
) -> str:
    """Return the network that a view is drawn from, uncut, as gexf or graphml."""
    from graph_builder.analysis.export.network_export import export_network

    opened = Graph.wrap(graph)
    made = build_picture(opened, view, *terms, **options)
    return export_network(made.whole or made.network, extension, opened, description=made.title)


def _check_arguments(chosen: View, terms: tuple[str, ...], options: Mapping[str, Any]) -> None:
    """Raise an error that tells the usage where terms are too many or too few, or an option new."""
    taken = {*(option.name for option in chosen.options), *(t.name.lower() for t in chosen.terms)}
    for name in options:
        if name not in taken:
            raise UnknownNameError(f"option of the view {chosen.name}", name, taken)
    named = sum(term.name.lower() in options for term in chosen.terms)
    least = sum(term.required for term in chosen.terms)
    most = len(terms) if any(t.many for t in chosen.terms) else len(chosen.terms)
    if not least <= len(terms) + named <= most:
        raise PictureError(f"the view takes other terms: {chosen.usage}")
