"""Options that commands share."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click
from click.core import ParameterSource

from graph_builder.cli.output import print_status
from graph_builder.core.errors import ReadError
from graph_builder.core.option_values import (
    SHIPPED_GRAPH,
    SPREADSHEET_FORMAT,
    VERIFICATION_LEVELS,
)
from graph_builder.core.text import join_alternatives, quote

if TYPE_CHECKING:
    from graph_builder.store.graph import Graph

F = TypeVar("F", bound=Callable[..., object])


def is_given(ctx: click.Context, name: str) -> bool:
    """Return whether the user gave a value for a parameter."""
    return ctx.get_parameter_source(name) is not ParameterSource.DEFAULT


class _NamedPath(click.Path):
    """A path that is not empty, since an empty one would be the working folder."""

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str | bytes | os.PathLike[str]:
        """Return the path; raises BadParameter."""
        if value == "":
            self.fail("the path is empty; name a file or a folder", param, ctx)
        return super().convert(value, param, ctx)


PATH = _NamedPath(path_type=Path)
output_option = click.option(
    "-o",
    "--output",
    default="-",
    show_default=True,
    help="File to write; - prints to the screen.",
)
store_option = click.option(
    "-s",
    "--store",
    metavar="LOCATION",
    default=SHIPPED_GRAPH,
    show_default=True,
    help="Graph to read: the shipped graph (memory:), a folder written by `aigg build --store`, an "
    "RDF file, the address of a SPARQL server, or fact files, which are added to the shipped "
    "facts.",
)
ontology_option = click.option(
    "--with-ontology",
    is_flag=True,
    help="Add the ontology, with its labels, to an RDF file. Without this option, SPARQL sees what "
    "the file holds and nothing else.",
)


@dataclass(frozen=True)
class GraphSelection:
    """The graph that a command reads, and the part of it to use; opened on demand."""

    store: str
    at: str | None
    verified: str | None

    @property
    def is_whole_shipped_graph(self) -> bool:
        """Whether nothing else was selected."""
        return self == GraphSelection(SHIPPED_GRAPH, None, None)

    def open_graph(self, *, in_memory: bool = True) -> "Graph":
        """Return the selected part of the graph; raises ForeignGraphError, ReadError, QueryError.

        An RDF file that uses the terms of the ontology gets the ontology. For what asks a few
        queries, a graph need not be ``in_memory``.
        """
        return self._select(open_own_graph(self.store, in_memory=in_memory), in_memory=in_memory)

    def open_any_graph(
        self, *, with_ontology: bool | None = None, in_memory: bool = True
    ) -> "Graph":
        """Return the selected part of a graph that may be foreign."""
        graph = open_any_graph(self.store, with_ontology=with_ontology, in_memory=in_memory)
        return self._select(graph, in_memory=in_memory)

    @property
    def _is_part(self) -> bool:
        """Whether the whole graph is read to select a part of it."""
        return bool(self.at or self.verified)

    def _select(self, graph: "Graph", *, in_memory: bool) -> "Graph":
        if not self._is_part:
            return graph
        from graph_builder.store.snapshot import select

        # the part of a graph on disk is on disk too, where joins take longer
        whole = graph.to_memory() if in_memory else graph
        return select(whole, at=self.at, verified=self.verified)


def open_any_graph(
    store: str, *, with_ontology: bool | None = None, in_memory: bool = True
) -> "Graph":
    """Return the graph at a location, and print the notes on how it was read."""
    from graph_builder.store.loading import open_graph

    graph = open_graph(store, with_ontology=with_ontology, in_memory=in_memory)
    for note in graph.notes:
        print_status(f"note: {note}")
    return graph


def open_own_graph(store: str, *, in_memory: bool = True) -> "Graph":
    """Return a graph that uses the terms of this project; raises ForeignGraphError.

    Raises ReadError if its assertions have another form than ours.
    """
    from graph_builder.store.assertion_checks import check_assertions
    from graph_builder.store.own_terms import check_uses_terms

    graph = open_any_graph(store, in_memory=in_memory)
    check_uses_terms(graph)
    if store != SHIPPED_GRAPH:
        check_assertions(graph, store)
    return graph


def selection_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that select a graph; the command gets them as ``selection``."""

    @wraps(command)
    def command_with_selection(
        *arguments: object, store: str, at: str | None, verified: str | None, **options: object
    ) -> None:
        command(*arguments, selection=GraphSelection(store, at, verified), **options)

    at = click.option(
        "--at",
        metavar="DATE",
        help="Show the graph as it was on a day, or in a month or year: 2025-02-10, 2025-02, 2025.",
    )
    verified = click.option(
        "--verified",
        type=click.Choice(VERIFICATION_LEVELS),
        help="Use only facts that were checked at least this well. The best level is primary: the "
        "official text was read. The lowest is press: only a press report was read.",
    )
    return store_option(at(verified(command_with_selection)))


def edge_options(command: F) -> F:
    """Add the options that select the edges of a network."""
    options = (
        click.option(
            "--kind",
            default="",
            help="Use only edges from things of this class, such as Country.",
        ),
        click.option(
            "--modality",
            default="",
            help="Use only edges from facts with this modality (how strongly a source states a "
            "fact), such as intended.",
        ),
        click.option(
            "--basis",
            default="",
            help="Use only edges from facts with this basis, such as stated: the source says the "
            "fact in words.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def facts_options(command: F) -> F:
    """Add the options that select fact files."""
    facts = click.option(
        "--facts",
        type=PATH,
        multiple=True,
        help="Add this fact file, or all fact files of a folder, to the shipped facts. You can "
        "repeat this option.",
    )
    only = click.option(
        "--only",
        is_flag=True,
        help="Use only the facts given, not the shipped ones; they can still use all shipped ids.",
    )
    return facts(only(command))


map_option = click.option(
    "--map",
    "map_file",
    type=PATH,
    help="Read a table (a CSV file) by the map in this fact file: which column gives what.",
)


def format_option(formats: tuple[str, ...]) -> Callable[[F], F]:
    """Return the option for the format, whose default follows from the extension of the output.

    Where there is csv, there is also excel, which ``write_formatted`` makes of it.
    """
    help_ = "Output format. Without this option, the ending of the output file's name decides."
    if "csv" in formats:
        formats = (*formats, SPREADSHEET_FORMAT)
        help_ += " excel is csv that Excel shows with all letters and without running formulas."
    return click.option("-F", "--format", "extension", type=click.Choice(formats), help=help_)


def choose_format(extension: str | None, output: str, formats: tuple[str, ...]) -> str | None:
    """Return the given format, or the one of the output's extension, or None for standard output.

    Raises ReadError if the extension is not that of a format.
    """
    if extension or output == "-":
        return extension
    suffix = Path(output).suffix.removeprefix(".").lower()
    plain_text = "text" if "text" in formats else "table"
    format_ = {"txt": plain_text, "markdown": "md"}.get(suffix, suffix)
    if not suffix:
        ending = f"the name {quote(output)} has no ending that says its format"
        raise ReadError(f"{ending}; add --format with {join_alternatives(formats)}")
    if format_ not in formats:
        raise ReadError(f"unknown format {quote(suffix)}; use {join_alternatives(formats)}")
    return format_
