"""The command that draws pictures: a group with one command for each view."""

import shlex
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from graph_builder.cli.options import GraphSelection, selection_options
from graph_builder.cli.output import print_status, write_output
from graph_builder.core.option_values import NETWORK_FORMATS

if TYPE_CHECKING:
    from graph_builder.pictures.view_definition import Argument, Option, View

F = Callable[..., None]

#: What is written without a view.
_DEFAULT_PAGE = "roundtable.html"


class _ViewGroup(click.Group):
    """The views as commands; the error for an unknown view suggests similar ones."""

    def list_commands(self, _: click.Context) -> list[str]:
        from graph_builder.pictures.view_registry import load_views

        return list(load_views())

    def get_command(self, _: click.Context, cmd_name: str) -> click.Command:
        from graph_builder.pictures.view_registry import get_view

        return _build_command(get_view(cmd_name))

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        from graph_builder.pictures.view_registry import load_views

        with formatter.section("Views"):
            formatter.write_dl([(each.usage, each.summary) for each in load_views().values()])


def _add_page_options(command: F, default: str) -> F:
    """Return a command with the options that all views share; ``default`` names the output."""
    open_ = click.option("--open", "open_", is_flag=True, help="Open the page in the browser.")
    output = click.option(
        "-o",
        "--output",
        default="",
        help="File to write. A name that ends in .gexf or .graphml gets the whole network from "
        f"which the picture is drawn; any other name gets an HTML page.  [default: {default}]",
    )
    return selection_options(open_(output(command)))


@click.group(cls=_ViewGroup, invoke_without_command=True, subcommand_metavar="[VIEW [TERM]...]")
@partial(_add_page_options, default=f"{_DEFAULT_PAGE}, or VIEW.html")
@click.option("--source", help="Draw what this source says; the same as: aigg draw source ID.")
@click.option(
    "--inferred",
    is_flag=True,
    help="Also draw facts that no source states (inferred or background).",
)
@click.pass_context
def draw(
    ctx: click.Context,
    /,
    *,
    selection: GraphSelection,
    open_: bool,
    output: str,
    **options: str | bool | None,
) -> None:
    """Draw a view of the graph as one HTML page.

    The page works offline and shows the evidence of each fact.
    Without a view, the page shows what a press article says about the India-France AI roundtable of
    2025; --source chooses another source. Each view has its own help: aigg draw ego --help.
    """
    given = {name: value for name, value in options.items() if value}
    if ctx.invoked_subcommand is None:
        _write_page(selection, "source", (), given, open_=open_, output=output or _DEFAULT_PAGE)
        return
    if "source" in given:
        raise click.UsageError("--source cannot be combined with a view; use: aigg draw source ID")
    # options before the view apply to it too
    typed = {name: value for name, value in ctx.params.items() if _is_given(ctx, name)}
    ctx.default_map = {ctx.invoked_subcommand: typed}


def _is_given(ctx: click.Context, name: str) -> bool:
    return ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE


def _build_command(view: "View") -> click.Command:
    """Return the command of a view, with the arguments and options that it declares."""

    def draw_view(*, selection: GraphSelection, open_: bool, output: str, **given: Any) -> None:
        values = (given.pop(_get_parameter_name(term)) for term in view.arguments)
        terms = [each for value in values for each in _flatten(value)]
        _write_page(
            selection, view.name, terms, given, open_=open_, output=output or f"{view.name}.html"
        )

    for option in reversed(view.options):
        draw_view = _build_option(option)(draw_view)
    for term in reversed(view.arguments):
        draw_view = click.argument(
            _get_parameter_name(term), metavar=_format_metavar(term), **_get_arity(term)
        )(draw_view)
    arguments = "\n\n".join(f"{term.name}: {term.help}" for term in view.arguments)
    example = " ".join(shlex.quote(word) for word in ("aigg", "draw", view.name, *view.example))
    help_ = f"{view.summary}\n\n{arguments}\n\nFor example: {example}"
    command = _add_page_options(draw_view, f"{view.name}.html")
    return click.command(view.name, help=help_)(command)


def _build_option(option: "Option") -> Callable[[F], F]:
    """Return the option of a command: a flag, a choice, or a value of the type of its default."""
    name = option.name.replace("_", "-")
    if isinstance(option.default, bool):
        flag = f"--{name}/--no-{name}" if option.default else f"--{name}"
        return click.option(
            flag, option.name, is_flag=True, default=option.default, help=option.help
        )
    kind = click.Choice(option.choices) if option.choices else type(option.default)
    return click.option(
        f"--{name}",
        option.name,
        type=kind,
        default=option.default,
        show_default=option.default != "",
        help=option.help,
    )


def _get_parameter_name(term: "Argument") -> str:
    return f"term_{term.name.lower()}"


def _format_metavar(term: "Argument") -> str:
    word = term.name if term.required else f"[{term.name}]"
    return f"{word}..." if term.many else word


def _get_arity(term: "Argument") -> dict[str, Any]:
    return {"required": term.required, "nargs": -1 if term.many else 1}


def _flatten(value: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else () if value is None else (value,)


def _write_page(
    selection: GraphSelection, view: str, terms: Any, options: Any, *, open_: bool, output: str
) -> None:
    """Write the page of a view, or the network behind it, and print the name of the file."""
    from graph_builder.pictures.view_registry import draw, export_picture_network, get_view

    scope = get_view(view).scope
    graph = selection.open_graph(in_memory=not (scope and (terms or scope.default)))
    extension = Path(output).suffix.removeprefix(".").lower()
    if extension in NETWORK_FORMATS:
        text = export_picture_network(graph, extension, view, *terms, **options)
    else:
        text = draw(graph, view, *terms, **options)
    write_output(text, output)
    if output == "-":
        return
    if open_:
        click.launch(output)
    print_status(f"{output}: written")
