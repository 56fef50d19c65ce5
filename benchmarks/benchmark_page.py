"""The page of a run: its tables as Markdown, with what the figures mean."""

import statistics
from collections.abc import Iterable

from results import Cell, Grid, Part, Row, Run

NOTHING = "-"
_INTRODUCTION = """\
# Benchmarks

How long the program takes, how much memory it needs, and how both grow, beside other programs that
do the same. `make bench` writes this page. All was measured on {date}, with the {scale} sizes,
unless a part names another day or other sizes, on the machine that is named at the end with all
versions; both sides of a line in one run.

**What was measured.** Generators in [benchmarks/](../benchmarks) make up the graphs, of any size up
to 10 million quads and more, and the same bytes from the same seed. Lines on the graph that is
shipped say so. Each part below says what both sides did. Where both sides answer a question, the
answers were compared first; the run ends if they differ.

**How.** Both sides ran in turn, ours, theirs, ours, theirs, after one run each that does not count,
so that a busy machine slows both. A time of a short call is the mean of many calls. Times are
seconds of the processor, of all threads and processes together, unless a part says otherwise. They
are medians. The memory is the most that a process held, in MB of a million bytes.

**How to read a ratio.** It is our time divided by that of the other side, as the median over the
runs; the smallest and the largest follow in brackets. 0.1 means that ours takes a tenth of the
time; 2 means that it takes twice as long. Under each table stands where the other side takes less
time, and why. A goal is a ratio that is not to be passed. Times differ from machine to
machine; ratios differ less. A difference of a fifth may be chance. A power says how the time grows
between the two largest sizes: 0 not at all, 1 as the size, 2 as its square.

**How to repeat it.** `make bench` sets up an environment of its own with the other Python programs
and writes this page, within an hour on two processors. `make bench SIZES=--quick` takes two minutes
and proves only that all runs. `make bench SIZES=--full` goes up to 10 million quads and 5,000
sources and takes some hours.
`python benchmarks/run_benchmarks.py --only questions` prints one part. Virtuoso and Chromium are
used where they are installed. What is not installed is named as such.

{summary}
"""
_MACHINE = """\
## Machine and versions
{date}, {scale} sizes.

{machine}

{versions}
"""


def render(run: Run) -> str:
    """Return the page of a run as Markdown."""
    begin = _INTRODUCTION.format(date=run.date, scale=run.scale, summary=summarize(run.parts))
    head = unwrap(begin) + "\n"
    machine = format_table(["machine", ""], [[*each] for each in run.machine.items()])
    versions = format_table(["program", "version"], [[*each] for each in run.versions.items()])
    end = _MACHINE.format(date=run.date, scale=run.scale, machine=machine, versions=versions)
    return "\n".join((head, *(format_part(part, run) for part in run.parts), end))


def summarize(parts: Iterable[Part]) -> str:
    """Return in a sentence or two how often the other side takes less time, or misses."""
    rows = [row for part in parts for row in part.rows]
    measured = [row for row in rows if row.ratios]
    lost = sum(row.is_lost for row in measured)
    missed = sum(row.is_missed for row in measured)
    goals = sum(row.target is not None for row in measured)
    absent = sorted({row.peer for row in rows if row.missing == "not installed"})
    said = (
        f"**In short.** The other side takes less time in {lost} of {len(measured)} comparisons; "
        "in some it is a part of ours, such as the engine alone, and can only take less. "
        f"Goals missed: {missed} of {goals}."
    )
    return f"{said} Not installed: {', '.join(absent)}." if absent else said


def format_part(part: Part, run: Run) -> str:
    """Return a part: its tables, and below them where the other side takes less time."""
    blocks = [f"## {part.title}\n{unwrap(part.text)}"]
    if (part.date, part.scale) != (run.date, run.scale):
        blocks.append(f"Measured on {part.date}, with the {part.scale} sizes.")
    if part.rows:
        blocks.append(_format_rows(part.rows))
    if notes := [*_list_lost(part.rows), *_list_missed(part.rows)]:
        blocks.append("\n".join(notes))
    for grid in part.grids:
        blocks.append(_format_grid(grid))
        if grid.notes:
            blocks.append("\n".join(f"- {note}" for note in grid.notes))
    return "\n\n".join(blocks) + "\n"


def _format_rows(rows: list[Row]) -> str:
    has_memory = any(row.our_memory is not None for row in rows)
    head = ["what", "beside", "ours", "theirs", "ratio", "goal"]
    if has_memory:
        head += ["our MB", "their MB"]
    lines = []
    for row in rows:
        line = [row.name, row.peer, *_format_sides(row), _format_goal(row)]
        memory = [_format_memory(row.our_memory), _format_memory(row.their_memory)]
        lines.append(line + memory if has_memory else line)
    return format_table(head, lines)


def _format_sides(row: Row) -> list[str]:
    ours = format_duration(statistics.median(row.ours)) if row.ours else NOTHING
    if not row.theirs:
        return [ours, row.missing, NOTHING]
    least, most = format_ratio(min(row.ratios)), format_ratio(max(row.ratios))
    ratio = f"{format_ratio(statistics.median(row.ratios))} ({least} to {most})"
    return [ours, format_duration(statistics.median(row.theirs)), ratio]


def _format_goal(row: Row) -> str:
    if row.target is None:
        return NOTHING
    goal = f"at most {format_ratio(row.target)}"
    return f"{goal}: missed" if row.is_missed else goal


def _list_lost(rows: list[Row]) -> list[str]:
    by_reason: dict[tuple[str, str], list[str]] = {}
    for row in filter(lambda row: row.is_lost, rows):
        by_reason.setdefault((row.peer, row.reason), []).append(row.name)
    return [
        f"- Less time: **{peer}** for {'; '.join(names)}. {reason}"
        for (peer, reason), names in by_reason.items()
    ]


def _list_missed(rows: list[Row]) -> list[str]:
    missed = [row for row in rows if row.is_missed and not row.is_lost]
    return [f"- Goal missed beside **{row.peer}**: {row.name}. {row.miss}" for row in missed]


def _format_grid(grid: Grid) -> str:
    has_power = bool(grid.sizes[1:])
    head = [grid.heading, *grid.columns, *(["power"] if has_power else [])]
    lines = []
    for name, cells in grid.rows.items():
        power = grid.compute_power(name)
        shown = [NOTHING if power is None else f"{power:.2f}"] if has_power else []
        lines.append([name, *map(_format_cell, cells), *shown])
    return format_table(head, lines)


def _format_cell(cell: Cell) -> str:
    if cell.seconds is None:
        return cell.missing
    time = format_duration(cell.seconds)
    return time if cell.memory is None else f"{time}, {cell.memory:,.0f} MB"


def _format_memory(memory: float | None) -> str:
    return NOTHING if memory is None else f"{memory:,.0f}"


def unwrap(text: str) -> str:
    """Return a text with a line for each heading and paragraph."""
    paragraphs = (each.replace("\n", " ") for each in text.strip().split("\n\n"))
    return "\n\n".join(paragraphs)


def format_duration(seconds: float) -> str:
    """Return seconds as text, with the unit in which there are whole ones."""
    if seconds >= 1:
        return f"{seconds:,.2f} s"
    milliseconds = seconds * 1000
    return f"{milliseconds:.1f} ms" if milliseconds >= 1 else f"{milliseconds * 1000:.0f} µs"


def format_ratio(ratio: float) -> str:
    """Return a ratio with two significant digits, and more from 100 on."""
    return f"{ratio:.0f}" if ratio >= 10 else f"{ratio:.2g}"  # noqa: PLR2004


def format_table(head: list[str], rows: list[list[str]]) -> str:
    """Return a table in Markdown, the first column aligned left."""
    lines = (head, ["---"] * len(head), *rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
