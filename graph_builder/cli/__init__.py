"""The command ``aigg``: each command parses its options, calls the library once, and prints."""

import sys
from importlib import import_module
from typing import Any

import click

from graph_builder.cli.standard_streams import open_complete_streams
from graph_builder.core.errors import AiggError, FactsError, ForeignGraphError
from graph_builder.core.resources import VERSION
from graph_builder.core.text import format_message

_COMMANDS_BY_MODULE = {
    "draw_command": ("draw",),
    "facts_commands": ("build", "check", "load", "new", "schema", "sources", "validate"),
    "network_commands": ("chance", "measure"),
    "publish_commands": ("export", "push", "site"),
    "query_commands": (
        *("changes", "diff", "disagreements", "explain", "facts", "find", "queries", "query"),
    ),
    "serve_command": ("serve",),
}
_MODULES = {name: module for module, names in _COMMANDS_BY_MODULE.items() for name in names}
#: What pyo3, the bridge to the engine, raises for a failure within it; it is no Exception.
_PANIC = "PanicException"


class _PanicReporter:
    """Prints a failure within the engine as a message and ends with exit code 2."""

    def __enter__(self) -> None:
        """Do nothing before."""

    def __exit__(self, kind: type[BaseException] | None, error: object, _: object) -> None:
        if kind and kind.__name__ == _PANIC:
            click.echo(format_message(f"the engine failed: {error}"), err=True)
            sys.exit(2)


class _ErrorReportingGroup(click.Group):
    """A group that prints an error of the library as a message, with exit code 2.

    A graph that has nothing for a command is a finding, with exit code 1.
    """

    def main(self, *args: Any, **kwargs: Any) -> Any:
        try:
            with _PanicReporter():
                return super().main(*args, **kwargs)
        except AiggError as error:
            for line in error.lines if isinstance(error, FactsError) else [str(error)]:
                click.echo(format_message(line), err=True)
            sys.exit(1 if isinstance(error, ForeignGraphError) else 2)
        except (OSError, RuntimeError) as error:
            # the engine may find that a store is damaged whenever a block of it is first read
            from graph_builder.store.query_errors import describe_damage

            message = describe_damage(error)
            if not message:
                raise
            click.echo(format_message(message), err=True)
            sys.exit(2)
        except MemoryError:
            click.echo("not enough memory; ask for less, or raise ulimit -v", err=True)
            sys.exit(2)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, sorted."""
        return sorted({*_MODULES, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, which is imported now; all are if none has the name, to suggest one."""
        for name in [cmd_name] if cmd_name in _MODULES else _MODULES:
            module = import_module(f"{__name__}.{_MODULES[name]}")
            self.add_command(getattr(module, name))
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an option of the group that is given after it is told from others."""
        try:
            return super().invoke(ctx)
        except click.NoSuchOption as error:
            own = (name for option in self.get_params(ctx) for name in option.opts)
            if error.option_name not in own or not error.ctx:
                raise
            advice = f"{ctx.command_path} {error.option_name} {error.ctx.info_name}"
            message = f"{error.option_name} goes before the command: {advice}"
            raise click.UsageError(message, error.ctx) from error


@click.group(cls=_ErrorReportingGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="aigg")
@click.option(
    "-q",
    "--quiet",
    is_flag=True,
    help="Do not print notes and progress; results and errors are still printed.",
)
@click.pass_context
def aigg(ctx: click.Context, *, quiet: bool) -> None:
    """Query, check, draw and export a knowledge graph of AI governance actors.

    Every fact comes with its source, the passage, and how strongly the source states it.
    """
    ctx.obj = quiet


def main() -> None:
    """Run the command line with output in UTF-8 that is complete or an error."""
    open_complete_streams()
    aigg.main(prog_name="aigg")
