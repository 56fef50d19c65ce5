"""Growth of a network as text, rows or JSON: its stages, and which nodes rose and fell."""

from collections.abc import Iterator
from math import inf
from typing import Any

from graph_builder.analysis.reports import network_report_data, network_report_text
from graph_builder.analysis.reports.growth import Growth, GrowthStage, select_largest_moves
from graph_builder.analysis.reports.network_report import NetworkReport
from graph_builder.core.text import escape_controls, escape_markdown, format_count
from graph_builder.query.text_table import TextTable, format_table

GROWTH_COLUMNS = ("stage", "events", "node", "label", "kind", "measure", "value", "rank")
_MAX_NAMED_NODES = 3


def format_growth(found: Growth, extension: str, top: int = 0) -> str:
    """Return the growth of a network as text to read or in Markdown.

    The nodes shown are those that come first at the end, ``top`` of them or all.
    """
    say = escape_markdown if extension == "md" else escape_controls
    lines = [*network_report_text.iter_summary_sentences(found.whole), _describe_stages(found)]
    parts = [
        "\n".join(map(say, lines)),
        _format_nonempty_table(_build_stage_table(found), extension),
    ]
    for name in found.ranked:
        shown = _format_nonempty_table(_build_rank_table(found, name, top), extension)
        parts.append("\n".join((shown, *map(say, _describe_moves(found, name)))))
    readings = [
        network_report_text.format_reading(m.measure) for m in found.whole.results if not m.missing
    ]
    mark = "- " if extension == "md" else ""
    parts.append("\n".join(mark + say(line) for line in (*_iter_remarks(found), *readings)))
    return "\n\n".join(part for part in parts if part) + "\n"


def iter_growth_rows(found: Growth) -> Iterator[dict[str, Any]]:
    """Yield a row for each stage, measure and node, then for each figure of the whole network."""
    for stage in found.stages:
        for row in _iter_stage_values(stage):
            yield {"stage": stage.name, "events": stage.events, **row}


def build_growth_json(found: Growth) -> dict[str, Any]:
    """Return the growth for JSON: the whole network, then each stage with its values and ranks."""
    stages = [
        {
            "stage": stage.name,
            "events": stage.events,
            **{
                key: network_report_data.build_network_summary(stage.report)[key]
                for key in ("size", "assertions")
            },
            "missing": {m.measure.name: m.missing for m in stage.report.missing},
            "values": [*_iter_stage_values(stage)],
        }
        for stage in found.stages
    ]
    return {
        **network_report_data.build_network_summary(found.whole),
        "by": found.by,
        "undated": found.undated,
        "stages": stages,
    }


def _iter_stage_values(stage: GrowthStage) -> Iterator[dict[str, Any]]:
    nodes = network_report_data.build_node_rows(stage.report)
    for m in stage.report.get_results("nodes"):
        name = m.measure.name
        ranks = {} if m.measure.is_categorical else stage.ranks(name)
        for row in nodes:
            named = {key: row[key] for key in ("node", "label", "kind")}
            rank = ranks.get(row["node"])
            yield {**named, "measure": name, "value": row[name], "rank": rank}
    for figure in network_report_data.build_figure_rows(stage.report):
        name = network_report_text.format_figure_title(figure["measure"], figure["figure"])
        empty = dict.fromkeys(("node", "label", "kind", "rank"))
        yield {**empty, "measure": name, "value": figure["value"]}


def _describe_stages(found: Growth) -> str:
    each = "year" if found.by == "year" else "row, named by events that added edges,"
    undated = format_count(found.undated, "assertion")
    are = "is" if found.undated == 1 else "are"
    left = f"{undated} without a date {are} left out"
    return f"Each {each} includes all edges up to its end; {left}."


def _build_stage_table(found: Growth) -> TextTable:
    figures = [_format_figures(stage.report) for stage in found.stages]
    names = [*dict.fromkeys(name for held in figures for name in held)]
    events = ["events"] if found.by == "event" else []
    return TextTable(
        [
            found.by if found.by == "year" else "until",
            *events,
            "nodes",
            "edges",
            "new assertions",
            *names,
        ],
        [
            (
                stage.name,
                *([stage.events] if events else []),
                *_format_stage_size(stage, before),
                *(held.get(name, "") for name in names),
            )
            for stage, held, before in zip(
                found.stages, figures, (None, *found.stages), strict=False
            )
        ],
    )


def _format_stage_size(stage: GrowthStage, before: GrowthStage | None) -> tuple[str, str, str]:
    new = len(stage.report.days) - (len(before.report.days) if before else 0)
    made = stage.report.network
    return str(len(made)), str(made.number_of_edges()), str(new)


def _format_figures(found: NetworkReport) -> dict[str, str]:
    return {
        network_report_text.format_figure_title(
            m.measure.name, figure
        ): network_report_text.format_values([value])[0]
        for m in found.get_results("network")
        for figure, value in m.values.items()
    }


def _build_rank_table(found: Growth, measure: str, top: int) -> TextTable:
    """Return value and rank in each stage, the nodes in the order of the last one."""
    last = found.stages[-1]
    order = sorted(last.report.network, key=lambda n: (-last.values(measure).get(n, -inf), n))
    cells = [_format_ranked_values(stage, measure) for stage in found.stages]
    return TextTable(
        [measure, *(stage.name for stage in found.stages)],
        [
            (found.whole.graph.label(node), *(column.get(node, "") for column in cells))
            for node in order[: top or None]
        ],
    )


def _format_ranked_values(stage: GrowthStage, measure: str) -> dict[str, str]:
    values, ranks = stage.values(measure), stage.ranks(measure)
    texts = network_report_text.format_values(values.values())
    return {node: f"{text} (#{ranks[node]})" for node, text in zip(values, texts, strict=True)}


def _describe_moves(found: Growth, measure: str) -> Iterator[str]:
    """Yield who rose and who fell by the most ranks from the first to the last stage."""
    stages = [stage for stage in found.stages if stage.values(measure)]
    if len(stages) < 2:  # noqa: PLR2004 -- a first and a last
        return
    old, new = (stage.ranks(measure) for stage in (stages[0], stages[-1]))
    span = f"from {stages[0].name} to {stages[-1].name}"
    for word, up in (("Rose", True), ("Fell", False)):
        nodes = select_largest_moves(found.moves(measure), up=up, most=_MAX_NAMED_NODES)
        names = [f"{found.whole.graph.label(n)} (#{old[n]} to #{new[n]})" for n in nodes]
        yield f"{word} most in rank {span}: {', '.join(names) or 'nobody'}."


def _iter_remarks(found: Growth) -> Iterator[str]:
    for stage in found.stages:
        for each in stage.report.missing:
            yield f"{stage.name}, {each.measure.name}: {each.missing}."
    for m in found.whole.get_results("nodes"):
        if m.measure.is_categorical:
            yield f"{m.measure.name}: groups have no ranks; csv, tsv and json show the groups."


def _format_nonempty_table(held: TextTable, extension: str) -> str:
    return format_table(held, extension).rstrip("\n") if held.cells else ""
