"""What chance says of a network, in words that cannot be taken for more, and as rows."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from graph_builder.analysis.reports import report_data
from graph_builder.analysis.reports.network_report_text import about, values
from graph_builder.analysis.reports.significance_tests import PAIRS, Chance
from graph_builder.core.text import escape_controls, escape_markdown
from graph_builder.query.result_format import TextTable, format_table

#: The columns whose values are IRIs, in the order in which they come.
IRIS = ("left_out", "one", "other", "group")
#: What a table leaves to the other formats.
_LEFT = ("of", "least", "validated", "outside")
_SIDES = {"either": "more or less", "more": "more", "fewer": "less"}
_NULLS = {
    "bicm": "on average ({}; Saracco and others 2017)",
    "fixed": "exactly ({}; Strona and others 2014)",
}
_CORRECTIONS = {"bh": "Benjamini and Hochberg 1995", "by": "Benjamini and Yekutieli 2001"}


def told(found: Chance, extension: str, top: int = 0) -> str:
    """Return what chance says as text to read or in Markdown, the ``top`` rows of it or all.

    Of one pair that is its sentence alone, with all that the sentence depends on.
    """
    say = escape_markdown if extension == "md" else escape_controls
    if found.asked.pair and not found.asked.each_left_out:
        return "".join(f"{say(each)}.\n" for each in sentences(found))
    parts = [
        "\n".join(map(say, [*about(found.report), *_left_out(found), method(found)])),
        "\n".join(f"{say(each[:1].upper() + each[1:])}." for each in found.sentences),
    ]
    if found.rows:
        parts.append(format_table(_table(found, top), extension).rstrip("\n"))
        if top and len(found.rows) > top:
            parts[-1] += f"; {len(found.rows) - top:,} more follow, and -n 0 shows all"
    parts.append("\n".join(("- " if extension == "md" else "") + say(each) for each in read(found)))
    return "\n\n".join(parts) + "\n"


def sentences(found: Chance) -> list[str]:
    """Return the sentences; that of one pair says for which part of the graph it holds."""
    if not found.asked.pair:
        return [*found.sentences]
    only = [f"{name} {value}" for name, value in found.report.filters.items()]
    only += [f"without {found.report.graph.label(each)}" for each in found.asked.without]
    limits = f" ({', '.join(only)})" if only else ""
    return [each + limits for each in found.sentences]


def method(found: Chance) -> str:
    """Return in a sentence what is taken for chance, what is asked, and at which level."""
    asked, settings = found.asked, found.asked.settings
    drawn = f"{settings.samples:,} samples, seed {settings.seed}"
    how = _NULLS[settings.null].format("exact" if settings.null == "bicm" else drawn)
    rate = f"false-discovery rate {settings.level:g} ({_CORRECTIONS[settings.correction]})"
    level = rate if asked.of != "whole" else f"level {settings.level:g} (Roberts and Stone 1990)"
    return (
        f"Chance: tables that keep how many {found.what} each node has and how many nodes share "
        f"each of them, {how}. Asked: what is {_SIDES[settings.tail]} than that; {level}."
    )


def read(found: Chance) -> Iterator[str]:
    """Yield how to read the figures, and what they do not say."""
    yield (
        "p: how likely chance alone gives what is seen or what is more extreme; it is not how "
        "likely chance is the reason."
    )
    if found.asked.of != "whole":
        yield "q: the share of false finds to expect if all with a p so small are taken for finds."
    if found.asked.of in PAIRS and not (found.asked.each_left_out or found.asked.pair):
        yield (
            "Those that stand out come first, then the smallest p. Of many pairs some have a small "
            "p by chance alone, so that the first of the list are no finds unless they are "
            "validated."
        )
    yield (
        f"To share {found.what} is no agreement between two. The model takes each of the "
        f"{found.what} to be open to all: leave out what few could join (--without), and see what "
        "rests on one alone (--each-left-out)."
    )


def columns(found: Chance) -> list[str]:
    """Return the columns of the rows."""
    return [*found.rows[0]] if found.rows else []


def separated(found: Chance, extension: str) -> str:
    """Return all rows as csv or tsv, things as IRIs and, beside them, as labels."""
    label = found.report.graph.label
    names = [
        name
        for column in columns(found)
        for name in ((column, f"{column}_label") if column in IRIS else (column,))
    ]
    rows = (
        {name: str(each).lower() if isinstance(each, bool) else each for name, each in row.items()}
        | {f"{name}_label": label(row[name]) if row[name] else "" for name in IRIS if name in row}
        for row in found.rows
    )
    return report_data.separated(names, rows, extension)


def tree(found: Chance) -> dict[str, Any]:
    """Return what chance says for JSON: network, settings, sentences, how to read, all rows."""
    asked = found.asked
    return {
        **report_data.about(found.report),
        "test": {
            "of": asked.of,
            "without": [*asked.without],
            "each_left_out": asked.each_left_out,
            **asdict(asked.settings),
        },
        "method": method(found),
        "sentences": sentences(found),
        "rows": [*found.rows],
        "reading": [*read(found)],
    }


def _left_out(found: Chance) -> Iterator[str]:
    if found.asked.without:
        yield "Left out: " + "; ".join(map(found.report.graph.label, found.asked.without)) + "."


def _table(found: Chance, top: int) -> TextTable:
    rows = found.rows[: top or None]
    shown = [name for name in columns(found) if name not in _LEFT]
    cells = [_column(name, [row[name] for row in rows], found) for name in shown]
    return TextTable([name.replace("_", " ") for name in shown], [*zip(*cells, strict=True)])


def _column(name: str, cells: Sequence[Any], found: Chance) -> list[str]:
    if name in IRIS:
        return [found.report.graph.label(each) if each else "nothing" for each in cells]
    if name in ("p", "q"):
        return [f"{each:.2g}" for each in cells]
    return [*cells] if name == "verdict" else values(cells)
