"""Measure the program beside others that do the same, and write the page of all figures.

    python benchmarks/run_benchmarks.py --results docs/benchmarks.json -o docs/benchmarks.md
    python benchmarks/run_benchmarks.py --quick --only questions

Without ``-o`` the page is printed. ``--results`` keeps the figures as JSON, after each part; parts
that such a file has already stay in it, with their day and sizes, if they are of the same machine
and versions.
``--render`` makes the page of such a file and measures nothing.
"""

import argparse
import compileall
import datetime as dt
import importlib
import sys
import time
from dataclasses import replace
from pathlib import Path

from benchmark_page import render
from child_process import ROOT
from machine_description import describe_machine, list_versions
from results import Part, Run, Scale, load_run
from timing import read_processor_time

#: The parts of the page, in its order, by the module that measures them.
PARTS = {
    "cold-start": "cold_start",
    "questions": "question_times",
    "interface": "interface_overhead",
    "loading": "load_times",
    "build": "build_times",
    "edit": "edit_times",
    "growth": "command_growth",
    "site": "site_times",
    "validation": "validation_times",
    "networks": "networks",
    "pictures": "pictures",
    "browser": "browser",
    "endpoint": "endpoint",
}


def measure_part(name: str, scale: Scale) -> Part:
    """Return what a part measures."""
    part: Part = importlib.import_module(PARTS[name]).run(scale)
    return part


def find_kept_parts(results: Path, run: Run, names: list[str]) -> list[Part]:
    """Return the parts of a file that a run does not measure, if it is of the same conditions."""
    if not results.exists() or {*PARTS} <= {*names}:
        return []
    kept = load_run(results)
    is_alike = (kept.machine, kept.versions) == (run.machine, run.versions)
    return [part for part in kept.parts if part.name not in names] if is_alike else []


def measure_parts(names: list[str], scale: Scale, results: Path | None) -> Run:
    """Return a run of some parts, and keep it after each part if there is a file for it."""
    today = dt.datetime.now(dt.UTC).date()
    run = Run(f"{today.day} {today:%B %Y}", scale, describe_machine(), list_versions())
    if results:
        run.parts = find_kept_parts(results, run, names)
    # that a process compiles modules is no part of what is measured
    compileall.compile_dir(ROOT / "graph_builder", quiet=2)
    for name in names:
        begun, used = time.monotonic(), read_processor_time()
        run.parts.append(replace(measure_part(name, scale), date=run.date, scale=scale))
        run.parts.sort(key=lambda part: [*PARTS].index(part.name))
        taken, used = time.monotonic() - begun, read_processor_time() - used
        said = f"{name}: measured in {taken:.0f} s, {used:.0f} s of the processor"
        print(said, file=sys.stderr, flush=True)
        if results:
            run.save(results)
    return run


def main() -> None:
    """Measure and write the page, or make it of what was measured before."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="PART", help=", ".join(PARTS))
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_const", const="quick", dest="scale", help="tiny")
    size.add_argument("--full", action="store_const", const="full", dest="scale", help="up to 10M")
    parser.add_argument("-o", "--output", type=Path, help="page to write; by default it is printed")
    parser.add_argument("--results", type=Path, help="file of JSON for the figures")
    parser.add_argument("--render", type=Path, help="make the page of such a file")
    asked = parser.parse_args()
    if asked.render:
        run = load_run(asked.render)
    else:
        run = measure_parts(asked.only or [*PARTS], asked.scale or "normal", asked.results)
    if asked.output:
        asked.output.write_text(render(run), encoding="utf-8")
    else:
        print(render(run))


if __name__ == "__main__":
    main()
