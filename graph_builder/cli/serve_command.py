"""The command that serves the graph over HTTP."""

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import click

from graph_builder.cli.options import is_given, ontology_option, open_any_graph, store_option
from graph_builder.cli.output import print_status

if TYPE_CHECKING:
    from graph_builder.server.limits import Limits

_KIB, _MIB = 1024, 1024 * 1024
#: Limits of which the first has no effect beyond the second: a part of a whole, a query in a body,
#: an answer in the memory of its query.
_BOUNDED = (
    ("long_each", "long"),
    ("connections_per_client", "connections"),
    ("query_length", "body"),
    ("answer", "memory"),
)


class _Option(click.Option):
    """An option under a heading of the help."""

    def __init__(self, *words: Any, heading: str, **options: Any) -> None:
        super().__init__(*words, **options)
        self.heading = heading


class _GroupedCommand(click.Command):
    """A command whose help lists options under headings."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, each under its heading."""
        records: dict[str, list[tuple[str, str]]] = {}
        for option in self.get_params(ctx):
            if record := option.get_help_record(ctx):
                records.setdefault(getattr(option, "heading", "Options"), []).append(record)
        for heading, those in records.items():
            with formatter.section(heading):
                formatter.write_dl(those)


class _Seconds(click.FloatRange):
    """A time in seconds."""

    name = "seconds"

    def __init__(self) -> None:
        super().__init__(0.1, 3600)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number; nan is in no range and is refused."""
        seconds = super().convert(value, param, ctx)
        if math.isnan(seconds):
            self.fail("nan is not a number of seconds", param, ctx)
        return seconds


class _Size(click.IntRange):
    """A size in bytes, given in a larger unit."""

    def __init__(self, unit: int, least: int, most: int) -> None:
        super().__init__(least, most)
        self.name = {_KIB: "KiB", _MIB: "MiB"}[unit]
        self._unit = unit

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number of bytes."""
        return super().convert(value, param, ctx) * self._unit


class _Parsed(click.ParamType):  # type: ignore[type-arg]  # generic in newer click alone
    """What a function makes of a text; its ValueError says what is wrong."""

    def __init__(self, name: str, parse: Callable[[str], Any]) -> None:
        self.name = name
        self._parse = parse

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the value."""
        try:
            return self._parse(value)
        except ValueError as error:
            return self.fail(f"{value!r}: {error}.", param, ctx)


def _parse_host(text: str) -> str:
    from graph_builder.server.request_address import parse_host_name

    return parse_host_name(text)


def _parse_url(text: str) -> str:
    from graph_builder.server.request_address import parse_public_url

    return parse_public_url(text)


def _parse_network(text: str) -> Any:
    from graph_builder.server.request_address import parse_network

    return parse_network(text)


_reach, _per_query, _per_client = (
    partial(click.option, cls=_Option, heading=heading, show_default=True)
    for heading in ("Who reaches the server", "Limits of a query", "Limits of a client")
)


@click.command(cls=_GroupedCommand)
@store_option
@ontology_option
@click.option(
    "--watch",
    is_flag=True,
    help="Reload the graph when its file or folder changes; kill -HUP reloads it in any case.",
)
@_reach("--host", default="127.0.0.1", help="Address to listen on; :: is all of this machine.")
@_reach(
    "--port",
    type=click.IntRange(0, 65535),
    default=7878,
    help="Port to listen on; 0 picks a free one.",
)
@_reach(
    "--public-url",
    type=_Parsed("URL", _parse_url),
    help="Address at which people know the server, such as https://example.org/graph. The service "
    "description and saved pages name it.",
)
@_reach(
    "--allowed-host",
    "hosts",
    type=_Parsed("NAME", _parse_host),
    multiple=True,
    help="Answer to this host name and those of this machine, and to no others. You can repeat "
    "this option.",
)
@_reach(
    "--behind-proxy",
    is_flag=True,
    help="Believe what a proxy on this machine says of its clients in the headers X-Forwarded-For, "
    "-Proto, -Host and -Prefix.",
)
@_reach(
    "--trusted-proxy",
    "proxies",
    type=_Parsed("ADDRESS", _parse_network),
    multiple=True,
    help="Believe these headers of a proxy with this address, or of any in this network, such as "
    "172.17.0.0/16. You can repeat this option.",
)
@_reach("--cors", is_flag=True, help="Allow queries from the web pages of other sites.")
@_per_query(
    "--timeout", "query_seconds", type=_Seconds(), default=10, help="Time that a query may take."
)
@_per_query(
    "--memory",
    type=_Size(_MIB, 16, 1 << 20),
    default=512,
    help="Memory that a query may use.",
)
@_per_query(
    "--max-query",
    "query_length",
    type=click.IntRange(1, 10_000_000),
    metavar="CHARACTERS",
    default=100_000,
    help="Length of a query.",
)
@_per_query(
    "--max-answer", "answer", type=_Size(_MIB, 1, 2048), default=16, help="Size of an answer."
)
@_per_query(
    "--long-queries",
    "long",
    type=click.IntRange(1, 1024),
    metavar="NUMBER",
    show_default="one a processor, at least 2",
    help="Queries of more than 0.1 seconds that run at a time; others wait.",
)
@_per_query(
    "--long-queries-per-client",
    "long_each",
    type=click.IntRange(1, 1024),
    metavar="NUMBER",
    show_default="half of them",
    help="Of these, how many of one client.",
)
@_per_client(
    "--patience",
    type=_Seconds(),
    default=10,
    help="Time that a client may take to send the head of a request, to send its body, and to read "
    "what it is sent.",
)
@_per_client(
    "--max-head",
    "head",
    type=_Size(_KIB, 4, 1024),
    default=64,
    help="Size of a request's head, and so of a query in an address.",
)
@_per_client(
    "--max-body",
    "body",
    type=_Size(_KIB, 1, 16 * 1024),
    default=1024,
    help="Size of a request's body, and so of a query that is posted.",
)
@_per_client(
    "--max-connections",
    "connections",
    type=click.IntRange(1, 100_000),
    metavar="NUMBER",
    default=1024,
    help="Connections, and requests in progress, of all clients.",
)
@_per_client(
    "--max-connections-per-client",
    "connections_per_client",
    type=click.IntRange(1, 100_000),
    metavar="NUMBER",
    default=256,
    help="Connections, and requests in progress, of one client: an IPv4 address, or an IPv6 /64 "
    "network.",
)
@click.pass_context
def serve(
    ctx: click.Context,
    /,
    *,
    store: str,
    with_ontology: bool,
    behind_proxy: bool,
    watch: bool,
    **options: Any,
) -> None:
    """Serve the graph as a read-only SPARQL endpoint and as web pages.

    The endpoint is at /sparql. By default only this machine can use the server. Of an RDF file,
    what it holds is served and nothing else; --with-ontology adds the ontology with its labels.
    docs/running-the-server.md says how to run it for others.
    """
    from graph_builder.server.limits import Limits
    from graph_builder.server.request_address import LOOPBACK_NETWORKS, AddressPolicy
    from graph_builder.server.startup import ServerOptions
    from graph_builder.server.startup import serve as run
    from graph_builder.store.loading import stamp_files

    if watch and not stamp_files(store):
        raise click.UsageError(f"--watch needs a file or folder of this machine, not {store}")
    if watch:
        options["watch"] = partial(stamp_files, store)
    if behind_proxy:
        options["proxies"] += LOOPBACK_NETWORKS
    options["addresses"] = _choose(AddressPolicy, options)
    limits = _choose(Limits, options)
    _check_bounds(ctx, limits)
    run(
        lambda: open_any_graph(store, with_ontology=with_ontology).to_memory(),
        _choose(ServerOptions, options),
        limits,
        tell=print_status,
    )


def _check_bounds(ctx: click.Context, limits: "Limits") -> None:
    """Raise UsageError if a limit that was given lies beyond one that bounds it."""
    option = {each.name: each.opts[0] for each in ctx.command.params}
    for part, whole in _BOUNDED:
        if is_given(ctx, part) and getattr(limits, part) > getattr(limits, whole):
            raise click.UsageError(
                f"{option[part]} is more than {option[whole]} allows; lower it, or raise "
                f"{option[whole]}."
            )


_T = TypeVar("_T")


def _choose(kind: Callable[..., _T], options: Mapping[str, Any]) -> _T:
    """Return a data class with the options that are named as its fields, where they are given."""
    names = kind.__annotations__
    return kind(**{name: options[name] for name in names if options.get(name) is not None})
