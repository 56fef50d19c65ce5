"""Significance of a network as text, rows or JSON."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from graph_builder.analysis.reports import network_report_data
from graph_builder.analysis.reports.network_report_text import format_values, iter_summary_sentences
from graph_builder.analysis.reports.significance_analysis import PAIR_SUBJECTS, SignificanceResult
from graph_builder.core.text import capitalize, escape_controls, escape_markdown
from graph_builder.query.plain_rows import format_separated_rows
from graph_builder.query.text_table import TextTable, format_table

#: The columns whose values are IRIs, in the order in which they come.
IRI_COLUMNS = ("left_out", "one", "other", "group")
#: What a table leaves to the other formats.
_OMITTED_COLUMNS = ("of", "least", "validated", "outside")
_TAIL_WORDS = {"either": "more or fewer", "more": "more", "fewer": "fewer"}
_NULL_MODEL_WORDS = {
    "bicm": "on average ({}; Saracco and others 2017)",
    "fixed": "exactly ({}; Strona and others 2014)",
}
_CORRECTION_SOURCES = {"bh": "Benjamini and Hochberg 1995", "by": "Benjamini and Yekutieli 2001"}


def format_significance(found: SignificanceResult, extension: str, top: int = 0) -> str:
    """Return a significance result as text or Markdown, with its ``top`` rows or all.

    Of one pair that is its sentence alone, with all that the sentence depends on.
    """
    say = escape_markdown if extension == "md" else escape_controls
    if found.request.pair and not found.request.each_left_out:
        return "".join(f"{say(each)}.\n" for each in list_sentences(found))
    parts = [
        "\n".join(
            map(
                say,
                [
                    *iter_summary_sentences(found.report),
                    *_describe_exclusions(found),
                    describe_method(found),
                ],
            )
        ),
        "\n".join(f"{say(capitalize(each))}." for each in found.sentences),
    ]
    if found.rows:
        parts.append(format_table(_build_table(found, top), extension).rstrip("\n"))
        if top and len(found.rows) > top:
            parts[-1] += f"; {len(found.rows) - top:,} more follow, and -n 0 shows all"
    parts.append(
        "\n".join(
            ("- " if extension == "md" else "") + say(each) for each in iter_reading_notes(found)
        )
    )
    return "\n\n".join(parts) + "\n"


def list_sentences(found: SignificanceResult) -> list[str]:
    """Return the sentences; that of one pair says for which part of the graph it holds."""
    if not found.request.pair:
        return [*found.sentences]
    only = [f"{name} {value}" for name, value in found.report.filters.items()]
    only += [f"without {found.report.graph.label(each)}" for each in found.request.without]
    limits = f" ({', '.join(only)})" if only else ""
    return [each + limits for each in found.sentences]


def describe_method(found: SignificanceResult) -> str:
    """Return in a sentence what is taken for chance, what is asked, and at which level."""
    request, settings = found.request, found.request.settings
    drawn = f"{settings.samples:,} samples, seed {settings.seed}"
    how = _NULL_MODEL_WORDS[settings.null].format(
        "computed exactly" if settings.null == "bicm" else drawn
    )
    rate = f"false-discovery rate {settings.level:g} ({_CORRECTION_SOURCES[settings.correction]})"
    level = (
        rate if request.subject != "whole" else f"level {settings.level:g} (Roberts and Stone 1990)"
    )
    return (
        f"Chance here means random tables in which each node has as many {found.what} as in the "
        f"data, and each of the {found.what} as many nodes, {how}. "
        f"Tested: whether two share {_TAIL_WORDS[settings.tail]} than chance would give; {level}."
    )


def iter_reading_notes(found: SignificanceResult) -> Iterator[str]:
    """Yield how to read the figures, and what they do not say."""
    yield (
        "p: the probability that chance alone gives this result or a more extreme one; it is not "
        "the probability that chance is the reason."
    )
    if found.request.subject != "whole":
        yield (
            "q: if this result and all with a smaller p are accepted, the share of them that is "
            "expected to be false."
        )
    if found.request.subject in PAIR_SUBJECTS and not (
        found.request.each_left_out or found.request.pair
    ):
        yield (
            "Pairs that chance does not explain come first, then the smallest p. Among many pairs "
            "some have a small p by chance alone, so a row is a finding only if the verdict says "
            "so."
        )
    yield (
        f"To share {found.what} is not to agree with each other. The model assumes that all of the "
        f"{found.what} were open to everybody: leave out those that few could join (--without), "
        "and see which results depend on a single one (--each-left-out)."
    )


def get_significance_columns(found: SignificanceResult) -> list[str]:
    """Return the columns of the rows."""
    return [*found.rows[0]] if found.rows else []


def format_significance_rows(found: SignificanceResult, extension: str) -> str:
    """Return all rows as csv or tsv, things as IRIs and, beside them, as labels."""
    label = found.report.graph.label
    names = [
        name
        for column in get_significance_columns(found)
        for name in ((column, f"{column}_label") if column in IRI_COLUMNS else (column,))
    ]
    rows = (
        {name: str(each).lower() if isinstance(each, bool) else each for name, each in row.items()}
        | {
            f"{name}_label": label(row[name]) if row[name] else ""
            for name in IRI_COLUMNS
            if name in row
        }
        for row in found.rows
    )
    return format_separated_rows(names, rows, extension)


def build_significance_json(found: SignificanceResult) -> dict[str, Any]:
    """Return what chance says for JSON: network, settings, sentences, how to read, all rows."""
    request = found.request
    return {
        **network_report_data.build_network_summary(found.report),
        "test": {
            "of": request.subject,
            "without": [*request.without],
            "each_left_out": request.each_left_out,
            **asdict(request.settings),
        },
        "method": describe_method(found),
        "sentences": list_sentences(found),
        "rows": [*found.rows],
        "reading": [*iter_reading_notes(found)],
    }


def _describe_exclusions(found: SignificanceResult) -> Iterator[str]:
    if found.request.without:
        yield "Left out: " + "; ".join(map(found.report.graph.label, found.request.without)) + "."


def _build_table(found: SignificanceResult, top: int) -> TextTable:
    rows = found.rows[: top or None]
    shown = [name for name in get_significance_columns(found) if name not in _OMITTED_COLUMNS]
    cells = [_format_column(name, [row[name] for row in rows], found) for name in shown]
    return TextTable([name.replace("_", " ") for name in shown], [*zip(*cells, strict=True)])


def _format_column(name: str, cells: Sequence[Any], found: SignificanceResult) -> list[str]:
    if name in IRI_COLUMNS:
        return [found.report.graph.label(each) if each else "nothing" for each in cells]
    if name in ("p", "q"):
        return [f"{each:.2g}" for each in cells]
    return [*cells] if name == "verdict" else format_values(cells)
