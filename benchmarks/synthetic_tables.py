"""Write tables of assertions that are made up, of any number, always the same for a seed.

    python benchmarks/synthetic_tables.py 1000000 folder

The tables are those that a graph is written as (``write_tables``), a million rows at a time. Who
takes part in what is skewed, as it is in the world: few actors are everywhere. Three sources in a
hundred repeat another, an assertion in fifty comes twice, one in a hundred is a denial, and sources
differ on the days of events.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from graph_builder.cluster.parquet_tables import ASSERTION_PROPERTIES, EDGE_COLUMNS
from graph_builder.core.vocabulary import BASE, NS, PREFIXES

SEED = 20250210
COUNTRIES = 200
RELATIONS = ("attended", "coChaired", "hosted", "spokeAt")
LEVELS = ("primary", "official-copy", "cross-checked", "press")
_ROWS = 1_000_000
_FACTS_AN_ACTOR, _FACTS_AN_EVENT, _FACTS_A_SOURCE = 8, 40, 50
_SOURCES_AN_ORIGIN = 1.03
_DATE = PREFIXES["schema"] + "startDate"
#: One assertion in so many gives the day of an event, denies, or comes again.
_DATES, _DENIALS, _COPIES = 40, 100, 50


def write(number: int, folder: Path, seed: int = SEED) -> None:
    """Write the tables of so many assertions to a folder."""
    chunks = range(0, number, _ROWS)
    for part, start in enumerate(chunks):
        rows = _make_assertions(start, min(_ROWS, number - start), number, seed)
        _write(rows, folder / "assertions", part)
        is_edge = pc.invert(pc.starts_with(rows["object"], '"'))
        _write(rows.filter(is_edge).select(list(EDGE_COLUMNS)), folder / "edges", part)
    for name, tables in (("things", _make_things(number)), ("sources", _make_sources(number))):
        for part, table in enumerate(tables):
            _write(table, folder / name, part)
    quad = ("subject", "predicate", "object", "graph")
    empty = {name: pa.array([], pa.string()) for name in quad}
    _write(pa.table(empty), folder / "rest", 0)


def _write(rows: pa.Table, folder: Path, part: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(rows, folder / f"part-{part:05}.parquet", compression="zstd")


def _make_assertions(start: int, rows: int, number: int, seed: int) -> pa.Table:
    """Return some rows; the last of each fifty is the same as the one before it."""
    chance = np.random.default_rng([seed, start])
    actors, events = number // _FACTS_AN_ACTOR + 2, number // _FACTS_AN_EVENT + 2
    draws = {
        "actor": np.minimum(chance.pareto(0.7, rows), actors - 1).astype(np.int64),
        "relation": chance.integers(0, len(RELATIONS), rows),
        "event": chance.integers(0, events, rows),
        "source": chance.integers(0, number // _FACTS_A_SOURCE + 1, rows),
        "day": chance.integers(10, 13, rows),
    }
    numbers = np.arange(start, start + rows)
    copies = np.flatnonzero(numbers % _COPIES == _COPIES - 1)
    copies = copies[copies > 0]
    for column in (numbers, *draws.values()):
        column[copies] = column[copies - 1]
    is_date, is_denied = numbers % _DATES == 0, numbers % _DENIALS == 1
    event = _name("event/x", draws["event"])
    end = f'"^^<{PREFIXES["xsd"]}date>'
    day = pc.binary_join_element_wise('"2025-02-', _text(draws["day"]), end, "")
    relation = _choose([f"<{NS}{name}>" for name in RELATIONS], draws["relation"])
    denied = pa.array(is_denied)
    columns: dict[str, Any] = {
        "assertion": _name("assertion/x", numbers),
        "subject": pc.if_else(pa.array(is_date), event, _name("actor/x", draws["actor"])),
        "relation": pc.if_else(pa.array(is_date), f"<{_DATE}>", relation),
        "object": pc.if_else(pa.array(is_date), day, event),
        "source": _name("source/x", draws["source"]),
        "section": pc.binary_join_element_wise('"paragraph ', _text(numbers % 40), '"', ""),
        "modality": _decide(denied, "modality/denied", "modality/reported"),
        "basis": pa.repeat(pa.scalar(f"<{BASE}basis/stated>"), rows),
        "verification": _choose(
            [f"<{BASE}verification/{level}>" for level in LEVELS], draws["source"] % len(LEVELS)
        ),
        "standing": pc.if_else(denied, pa.scalar(None, pa.string()), f"<{NS}Affirmation>"),
        "graph": _name("graph/x", draws["source"]),
    }
    names = ["assertion", *ASSERTION_PROPERTIES, "standing", "graph"]
    nothing = pa.nulls(rows, pa.string())
    return pa.table({name: columns.get(name, nothing) for name in names})


def _make_things(number: int) -> Iterator[pa.Table]:
    """Yield the classes of actors, the first of which are countries, and of events."""
    kinds = (("actor", number // _FACTS_AN_ACTOR + 2), ("event", number // _FACTS_AN_EVENT + 2))
    for kind, count in kinds:
        for start in range(0, count, _ROWS):
            numbers = np.arange(start, min(start + _ROWS, count))
            names = ("Country", "Institution") if kind == "actor" else ("Event", "Event")
            classes = _decide(pa.array(numbers < COUNTRIES), *(f"ns#{name}" for name in names))
            yield pa.table({"thing": _name(f"{kind}/x", numbers), "class": classes})


def _make_sources(number: int) -> Iterator[pa.Table]:
    """Yield the origins of sources, of which some have the same."""
    count = number // _FACTS_A_SOURCE + 1
    for start in range(0, count, _ROWS):
        numbers = np.arange(start, min(start + _ROWS, count))
        origin = (numbers / _SOURCES_AN_ORIGIN).astype(np.int64)
        yield pa.table(
            {
                "source": _name("source/x", numbers),
                "origin": pc.binary_join_element_wise('"Publisher ', _text(origin), '"', ""),
                "issued": pa.nulls(len(numbers), pa.string()),
            }
        )


def _text(numbers: Any) -> Any:
    return pa.array(numbers).cast(pa.string())


def _name(kind: str, numbers: Any) -> Any:
    """Return the IRIs of things by number, as N-Triples writes them."""
    return pc.binary_join_element_wise(f"<{BASE}{kind}", _text(numbers), ">", "")


def _choose(values: list[str], numbers: Any) -> Any:
    return pa.array(values).take(pa.array(numbers))


def _decide(condition: Any, yes: str, no: str) -> Any:
    return pc.if_else(condition, f"<{BASE}{yes}>", f"<{BASE}{no}>")


def main() -> None:
    """Write the tables that are asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("number", type=int, help="assertions")
    parser.add_argument("path", type=Path, help="folder to write")
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args()
    write(asked.number, asked.path, asked.seed)


if __name__ == "__main__":
    main()
