"""The registry of views, the modules of :mod:`graph_builder.pictures.views` with a ``VIEW``."""

import shlex
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from graph_builder.core.errors import PictureError, QueryError, UnknownNameError
from graph_builder.core.text import escape_controls
from graph_builder.core.vocabulary import PREFIXES, expand
from graph_builder.pictures import views as views_package
from graph_builder.pictures.neighbourhood import extract_part
from graph_builder.pictures.picture_page import Page, render_picture_page
from graph_builder.pictures.truncation import EXPORT_COMMAND
from graph_builder.pictures.view_definition import Picture, View
from graph_builder.query.parameters import ParameterKind, resolve_entity
from graph_builder.store.graph import Graph, GraphLike
from graph_builder.store.local_engine import LocalEngine

DEFAULT_VIEW = "source"
#: The most characters of a command in a note.
_MAX_COMMAND_LENGTH = 150


@cache
def load_views() -> Mapping[str, View]:
    """Return all views by name, sorted by module name."""
    names = sorted(module.name for module in iter_modules(views_package.__path__))
    views = [import_module(f"{views_package.__name__}.{name}").VIEW for name in names]
    return {view.name: view for view in views}


def get_view(name: str) -> View:
    """Return a view by name; raises UnknownNameError with the nearest names."""
    if name not in load_views():
        raise UnknownNameError("view", name, load_views())
    return load_views()[name]


def build_picture(
    graph: GraphLike, name: str = DEFAULT_VIEW, *arguments: str, **options: Any
) -> Picture:
    """Return the picture of a view; raises PictureError for a wrong number of arguments."""
    view, opened = get_view(name), Graph.wrap(graph)
    _check_arguments(view, arguments, options)
    picture = _build_of_part(view, opened, arguments, options)
    if picture is None:
        picture = view.build(opened.to_memory(), *arguments, **options)
    command = _format_export_command(view, arguments, options, opened)
    notes = tuple(note.replace(EXPORT_COMMAND, command) for note in picture.notes)
    return replace(picture, notes=notes)


def _build_of_part(
    view: View, graph: Graph, arguments: tuple[str, ...], options: Mapping[str, Any]
) -> Picture | None:
    """Return the picture made of the part of a graph on disk that it needs; None to read it all.

    A graph in memory is read once for many pictures.
    """
    scope, engine = view.scope, graph.origin.engine
    is_on_disk = isinstance(engine, LocalEngine) and engine.is_on_disk
    is_typed = {each.name.lower() for each in view.arguments}.isdisjoint(options)
    if scope is None or not is_on_disk or not is_typed:
        return None
    terms = arguments or scope.default
    found = [_find_things(term, graph, scope.kind) for term in terms]
    things = [iri for some in found for iri in some]
    part = extract_part(graph, scope, things, options) if all(found) and things else None
    if part is None:
        return None
    try:
        if graph is graph.origin:
            terms = tuple(things)
        return view.build(part, *terms, **options)
    except (PictureError, QueryError, UnknownNameError):  # which the whole graph words
        return None


def _find_things(term: str, graph: Graph, kind: ParameterKind) -> list[str]:
    """Return the IRI that a term names; in a selection, all that it can, by the whole graph.

    A source is given by its id alone.
    """
    if kind is ParameterKind.SOURCE:
        return [PREFIXES["source"] + term.removeprefix("source:").removeprefix(PREFIXES["source"])]
    if graph is graph.origin:
        return [resolve_entity(term, graph, kind)]
    if ":" in term:
        return [expand(term) if term.partition(":")[0] in PREFIXES else term]
    return sorted({name.iri for name in graph.origin.label_index.find_exact(term)})


def _format_export_command(
    view: View, arguments: tuple[str, ...], options: Mapping[str, Any], graph: Graph
) -> str:
    """Return the command that exports all of a picture, without its terms if these are long."""
    by_keyword = (options.get(each.name.lower()) for each in view.arguments)
    words = ["aigg", "draw", view.name, *arguments, *map(str, filter(None, by_keyword))]
    defaults = {each.name: each.default for each in view.options} | {"at": "", "verified": ""}
    chosen = {"at": graph.at, "verified": graph.verified, **options}
    for name, default in defaults.items():
        if (value := chosen.get(name, default)) != default:
            flag = f"--{'no-' if value is False else ''}{name.replace('_', '-')}"
            words += [flag] if isinstance(value, bool) else [flag, str(value)]
    command = escape_controls(shlex.join([*words, "-o", "FILE.gexf"]))
    return command if len(command) <= _MAX_COMMAND_LENGTH else EXPORT_COMMAND


def draw(graph: GraphLike, view: str = DEFAULT_VIEW, *terms: str, **options: Any) -> Page:
    """Return one HTML page that shows a view, each fact with its evidence.

    ``draw(graph, "ego", "actor:IND", steps=2)`` draws an entity and what is at most two steps away;
    without a view it draws what the article on the roundtable says, or another ``source``. The page
    needs no other file and no network connection. Raises UnknownNameError for an unknown view,
    entity or source, PictureError where there is nothing to draw.
    """
    return render_picture_page(build_picture(graph, view, *terms, **options))


def export_picture_network(
    graph: GraphLike, extension: str, view: str = DEFAULT_VIEW, *arguments: str, **options: Any
) -> str:
    """Return the whole network behind a view, before truncation, as gexf or graphml."""
    from graph_builder.analysis.export.network_export import export_network

    opened = Graph.wrap(graph)
    picture = build_picture(opened, view, *arguments, **options)
    network = picture.full_network or picture.network
    return export_network(network, extension, opened, description=picture.title)


def _check_arguments(view: View, arguments: tuple[str, ...], options: Mapping[str, Any]) -> None:
    """Raise UnknownNameError for an unknown option, PictureError for too few or many arguments."""
    known = {*(each.name for each in view.options), *(each.name.lower() for each in view.arguments)}
    for name in options:
        if name not in known:
            raise UnknownNameError(f"option of the view {view.name}", name, known)
    by_keyword = sum(each.name.lower() in options for each in view.arguments)
    minimum = sum(each.required for each in view.arguments)
    is_open = any(each.many for each in view.arguments)
    maximum = len(arguments) if is_open else len(view.arguments)
    if not minimum <= len(arguments) + by_keyword <= maximum:
        raise PictureError(f"wrong number of arguments; usage: {view.usage}")
