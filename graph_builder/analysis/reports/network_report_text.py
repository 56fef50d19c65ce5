"""A network report as text: what the network is, its figures, and how to read them."""

from collections.abc import Iterable, Iterator, Sequence

from graph_builder.analysis.measures.measure_definition import Measure, MeasureResult
from graph_builder.analysis.reports.network_report import NetworkReport
from graph_builder.core.text import escape_controls, escape_markdown
from graph_builder.core.validity_period import TruthValue
from graph_builder.core.vocabulary import NS
from graph_builder.query.text_table import TextTable, format_table

_WEIGHTS = {
    "count": "how many {} they share",
    "newman": "the sum of 1/(k-1) over the {} they share, where k share each (Newman 2001)",
}
_SMALLEST = 0.001


def format_network_report(found: NetworkReport, extension: str, top: int = 0) -> str:
    """Return a report as text to read or in Markdown, the table of nodes cut to the ``top``."""
    say = escape_markdown if extension == "md" else escape_controls
    parts = ["\n".join(map(say, iter_summary_sentences(found)))]
    if found.get_results("nodes"):
        parts.append(format_table(build_node_table(found, top), extension).rstrip("\n"))
        if top and len(found.nodes) > top:
            parts[-1] += f"; {len(found.nodes) - top:,} more follow, and -n 0 shows all"
    if found.get_results("network"):
        parts.append(format_table(build_figure_table(found), extension).rstrip("\n"))
    told = [
        *list_remarks(found),
        *map(format_reading, (m.measure for m in found.results if not m.missing)),
    ]
    parts.append("\n".join(("- " if extension == "md" else "") + say(line) for line in told))
    return "\n\n".join(part for part in parts if part) + "\n"


def iter_summary_sentences(found: NetworkReport) -> Iterator[str]:
    """Yield what a network is, what an edge means and weighs, its filters, its size, its dates."""
    definition, made = found.definition, found.network
    yield f"{definition.name}: {definition.question.summary}"
    yield f"An edge means: {definition.edge}."
    if definition.projected:
        weight = _WEIGHTS[found.options["weighting"]].format(definition.projected)
        yield f"Its weight: {weight}."
    if found.filters:
        yield "Only: " + ", ".join(f"{name} {value}" for name, value in found.filters.items()) + "."
    size = f"{len(made):,} nodes, {made.number_of_edges():,} edges, {len(found.days):,} assertions"
    yield f"{size}, {_describe_dates(found.days)}{_describe_uncertain_edges(found)}."


def _describe_uncertain_edges(found: NetworkReport) -> str:
    held = [held.get("holds") for *_, held in found.network.edges(data=True)]
    unsure = held.count(TruthValue.UNKNOWN)
    return (
        f"; for {unsure:,} edges it is not known whether they held at that time" if unsure else ""
    )


def _describe_dates(days: Sequence[str]) -> str:
    dated = [day for day in days if day]
    if not dated:
        return "none with a date"
    undated = len(days) - len(dated)
    span = f"dated from {dated[0]} to {dated[-1]}"
    return f"{span} ({undated:,} without a date)" if undated else span


def build_node_table(found: NetworkReport, top: int = 0) -> TextTable:
    """Return the nodes with their measures as readable text, the first ``top`` of them or all."""
    shown, results = found.nodes[: top or None], found.get_results("nodes")
    kinds = [found.graph.label(NS + found.network.nodes[node]["kind"]) for node in shown]
    columns = [
        [found.graph.label(node) for node in shown],
        kinds,
        *(_format_measure_column(m, shown) for m in results),
    ]
    return TextTable(
        ["node", "kind", *(m.measure.name for m in results)], [*zip(*columns, strict=True)]
    )


def _format_measure_column(found: MeasureResult, nodes: Sequence[str]) -> list[str]:
    """Return the values of nodes as text, with the names of groups where these have any."""
    numbers = [found.values.get(node) for node in nodes]
    names = ["" if number is None else found.category_names.get(number, "") for number in numbers]
    return [
        f"{text} {name}".rstrip() for text, name in zip(format_values(numbers), names, strict=True)
    ]


def build_figure_table(found: NetworkReport) -> TextTable:
    """Return the figures of the whole network as readable text."""
    return TextTable(
        ("of the whole network", "value"),
        [
            (format_figure_title(m.measure.name, figure), *format_values([value]))
            for m in found.get_results("network")
            for figure, value in m.values.items()
        ],
    )


def format_figure_title(measure: str, figure: str) -> str:
    """Return the name of a figure behind that of its measure, where these are two."""
    return measure if figure == measure else f"{measure}: {figure}"


def list_remarks(found: NetworkReport) -> list[str]:
    """Return for each measure without values the reason."""
    return [f"{each.measure.name}: {each.missing}." for each in found.missing]


def format_reading(measure: Measure) -> str:
    """Return how to read a measure, and the source of its method."""
    return f"{measure.name}: {measure.reading} ({measure.source})"


def format_values(column: Iterable[float | None]) -> list[str]:
    """Return numbers as text: whole ones as such if all are, else with three decimals or so."""
    numbers = [*column]
    whole = all(float(number).is_integer() for number in numbers if number is not None)
    return ["" if number is None else _format_number(number, whole=whole) for number in numbers]


def _format_number(number: float, *, whole: bool) -> str:
    if whole:
        return f"{number:.0f}"
    return f"{number:.3f}" if abs(number) >= _SMALLEST or not number else f"{number:.1e}"


def describe_empty_network(found: NetworkReport) -> str:
    """Return the sentence for a network without edges, with the filters that were set."""
    only = ", ".join(f"{name} {value}" for name, value in found.filters.items())
    return (
        f"{found.definition.name} has no edge{f' with {only}' if only else ''}; nothing to measure"
    )
