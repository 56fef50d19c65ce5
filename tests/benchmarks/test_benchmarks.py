"""The benchmarks: the page is made of what was measured, and each part measures something."""

import hashlib
import json
import re
import runpy
import subprocess
import sys
import tracemalloc
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from graph_builder.store.loading import build
from tests.conftest import ROOT

SCRIPT = ROOT / "benchmarks" / "run_benchmarks.py"
SAMPLE = ROOT / "tests" / "data" / "benchmarks"
PAGE = ROOT / "docs" / "benchmarks.md"
#: The parts that need neither a browser nor a server.
PARTS = (
    *("cold-start", "questions", "interface", "loading", "build", "edit", "growth"),
    *("site", "validation", "networks", "pictures"),
)


def run(*words: str | Path) -> str:
    """Return what the script prints."""
    command = [sys.executable, str(SCRIPT), *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def measure(folder: Path, *parts: str) -> Mapping[str, Any]:
    """Return what a quick run of some parts measures, by part, and check that it has a page."""
    results = folder / "results.json"
    page = run("--quick", "--only", *parts, "--results", results)
    found = {part["name"]: part for part in json.loads(results.read_text())["parts"]}
    assert [*found] == [*parts]
    assert all(f"## {part['title']}\n" in page for part in found.values())
    return found


def list_rows(part: Mapping[str, Any]) -> list[Any]:
    return [*part["rows"], *(cells for grid in part["grids"] for cells in grid["rows"].values())]


@pytest.mark.parametrize("kept", [SAMPLE / "run.json", PAGE.with_suffix(".json")], ids=["a", "b"])
def test_a_page_is_what_is_made_of_its_results(kept: Path) -> None:
    assert run("--render", kept) == kept.with_suffix(".md").read_text(encoding="utf-8") + "\n"


@pytest.mark.parametrize("page", [SAMPLE / "run.md", PAGE], ids=["sample", "docs"])
def test_the_page_names_machine_versions_and_date(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.search(r"measured on \d+ [A-Z][a-z]+ \d{4},", text)
    for name in ("processor", "memory", "system", "Python"):
        assert re.search(rf"^\| {name} \| \S.* \|$", text, re.MULTILINE)
    for name in ("pyoxigraph", "rdflib", "kglab", "maplib", "Virtuoso", "oxigraph", "pyvis"):
        assert re.search(rf"^\| {name} \| (?:\d[\w.-]*|not installed) \|$", text, re.MULTILINE)


def change_row(tmp_path: Path, name: str, **values: Any) -> str:
    """Return the page of the sample in which a row has other values."""
    sample = json.loads((SAMPLE / "run.json").read_text(encoding="utf-8"))
    (row,) = (row for part in sample["parts"] for row in part["rows"] if row["name"] == name)
    row |= values
    changed = tmp_path / "run.json"
    changed.write_text(json.dumps(sample), encoding="utf-8")
    return run("--render", changed)


@pytest.mark.parametrize("text", ["[", "{}", '{"parts": 7}', None], ids=repr)
def test_a_file_without_results_is_refused_in_a_sentence(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "other.json"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    command = [sys.executable, str(SCRIPT), "--render", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert re.fullmatch(rf"{re.escape(str(file))}: .+\n", done.stderr)


@pytest.mark.parametrize(("theirs", "is_said"), [([1.0, 3.0, 3.0], False), ([5.0, 1.0, 1.0], True)])
def test_a_reason_stands_where_the_other_side_takes_less_time(
    theirs: list[float], *, is_said: bool, tmp_path: Path
) -> None:
    """By the median of three runs."""
    name, reason = "page of the roundtable", "because it does less."
    page = change_row(tmp_path, name, ours=[2.0, 2.0, 2.0], theirs=theirs, reason=reason)
    assert (f"- Less time: **pyvis** for {name}. {reason}" in page) == is_said


@pytest.mark.parametrize(("goal", "is_missed"), [(0.5, False), (0.1, True)])
def test_a_missed_goal_stands_with_its_reason(
    goal: float, *, is_missed: bool, tmp_path: Path
) -> None:
    name, miss = "page of the roundtable", "because it does more."
    times = {"ours": [2.0], "theirs": [8.0]}
    page = change_row(tmp_path, name, **times, target=goal, miss=miss)
    assert (f"- Goal missed beside **pyvis**: {name}. {miss}" in page) == is_missed
    assert (f"at most {goal}: missed |" in page) == is_missed


def test_what_is_not_installed_is_named(tmp_path: Path) -> None:
    absent = {"ours": [], "theirs": [], "missing": "not installed"}
    page = change_row(tmp_path, "page of the roundtable", **absent)
    assert "| page of the roundtable | pyvis | - | not installed | - | - |" in page
    assert "Not installed: pyvis." in page


@pytest.mark.slow
def test_each_part_measures_something(tmp_path: Path) -> None:
    found = measure(tmp_path, *PARTS)
    assert [name for name, part in found.items() if not list_rows(part)] == []
    for part in found.values():
        for row in part["rows"]:
            assert row["missing"] or (min(row["ours"]) > 0 and len(row["theirs"]) > 0)
            assert row["reason"] or row["missing"]
    engines = {row["peer"] for row in found["questions"]["rows"]}
    assert engines == {"pyoxigraph", "oxrdflib", "rdflib", "kglab", "maplib"}


@pytest.mark.slow
def test_parts_of_the_same_conditions_stay_beside_new_ones(tmp_path: Path) -> None:
    results = tmp_path / "results.json"

    def list_parts(*words: str) -> list[str]:
        run("--only", "interface", "--results", results, *words)
        return [part["name"] for part in json.loads(results.read_text())["parts"]]

    assert list_parts("--quick") == ["interface"]
    kept = json.loads(results.read_text())
    kept["parts"][0] |= {"name": "pictures", "date": "1 May 2026", "scale": "full"}
    results.write_text(json.dumps(kept), encoding="utf-8")
    assert list_parts("--quick") == ["interface", "pictures"]
    page = run("--render", results)
    assert page.count("\nMeasured on 1 May 2026, with the full sizes.\n") == 1
    assert page.count("Measured on") == 1
    kept["machine"]["memory"] = "1 GB"
    results.write_text(json.dumps(kept), encoding="utf-8")
    assert list_parts("--quick") == ["interface"]


@pytest.mark.slow
@pytest.mark.server
def test_servers_are_measured(tmp_path: Path) -> None:
    (part,) = measure(tmp_path, "endpoint").values()
    assert {row["peer"] for row in part["rows"]} == {"oxigraph serve", "Virtuoso"}
    assert len(part["grids"][0]["rows"]) == 3


@pytest.mark.slow
@pytest.mark.browser
def test_pages_are_measured(tmp_path: Path) -> None:
    (part,) = measure(tmp_path, "browser").values()
    assert len(part["rows"]) == 2


def load_script(name: str) -> Mapping[str, Any]:
    """Return what a module of the benchmarks defines, which is no package."""
    return runpy.run_path(str(ROOT / "benchmarks" / f"{name}.py"))


def test_the_generator_holds_no_quads() -> None:
    """Ten times the quads take a few bytes a fact, where keeping the lines took 150 a quad."""
    lines = load_script("synthetic")["lines"]
    tracemalloc.start()
    try:
        assert sum(1 for _ in lines(100_000)) == 100_000
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2_000_000


def test_the_generator_repeats_no_quad_and_makes_the_same_ones_each_time() -> None:
    made = [*load_script("synthetic")["lines"](10_000)]
    assert len({*made}) == 10_000
    text = "".join(f"{line}\n" for line in made).encode()
    assert hashlib.sha256(text).hexdigest().startswith("c24e3d0995e92ee7")


@pytest.mark.slow
def test_a_long_list_has_as_many_facts_as_are_asked_for(tmp_path: Path) -> None:
    load_script("fact_folder")["write_list"](100, tmp_path)
    graph = build(tmp_path, only=True)
    answer: Any = graph.query("SELECT (COUNT(*) AS ?n) { ?s aigg:attended ?o }")
    assert [row[0].value for row in answer] == ["100"]


def test_a_command_that_may_refuse_has_a_cell_that_says_so(tmp_path: Path) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path;"
        "from child_process import run_command;"
        "words = (sys.executable, '-c', 'raise SystemExit(2)');"
        "print(run_command(words, Path(sys.argv[2]), may_refuse=True).missing);"
        "run_command(words, Path(sys.argv[2]))"
    )
    command = [sys.executable, "-c", code, str(SCRIPT.parent), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.returncode) == ("refused\n", 1)
    assert "exit code 2" in done.stderr
