"""Validation: the shipped graph is sound, and each check finds what it is for and nothing else."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import process_time

import pytest
from pyoxigraph import Dataset, RdfFormat, Store, parse

from graph_builder.core.resources import find_data_folder
from graph_builder.core.vocabulary import PREFIXES, compact
from graph_builder.query.named_questions import questions
from graph_builder.query.validation import GraphFinding, format_findings, validate
from graph_builder.store.graph import Graph
from graph_builder.store.loading import open_graph
from graph_builder.store.serialization import write_turtle
from tests.conftest import ROOT, Run

CHECKS = questions(find_data_folder("queries") / "checks")
EVENT = "event:india-france-ai-policy-roundtable-2"
RECORD = """
  assertion:x a aigg:Assertion , aigg:Affirmation ; rdf:subject {subject} ;
    rdf:predicate {predicate} ; rdf:object {object} ;
    prov:wasDerivedFrom source:india-france-roundtable-2025 ;
    aigg:modality modality:reported ;
    aigg:basis basis:stated ; aigg:verification verification:press ; aigg:section "lead" .
"""
SOUND = RECORD.format(subject=EVENT, predicate="aigg:hasTheme", object="theme:ai")
ASIDE = SOUND.replace("aigg:Affirmation", "aigg:SetAside")
FACT = f"{EVENT} aigg:hasTheme theme:ai . "
HELD = (
    'assertion:x aigg:validFrom "{}"^^xsd:gYear ; aigg:validTo "{}"^^xsd:gYear ;'
    " prov:wasDerivedFrom source:x ."
)
COPY = "source:copy dcterms:source source:india-france-roundtable-2025"
SERIES = "event:india-france-ai-policy-roundtables"


def _date(value: str, datatype: str = "xsd:date") -> str:
    literal = f'"{value}"^^{datatype}'
    record = RECORD.format(subject=SERIES, predicate="schema:startDate", object=literal)
    return f"{SERIES} schema:startDate {literal} . {record}"


def _period(first: str, kind: str, last: str, last_kind: str, other: str = "source:one") -> str:
    """Return assertions by which a series starts, as one source says, and ends, as another does."""
    return "".join(
        f"assertion:{name} rdf:subject {SERIES} ; rdf:predicate schema:{name} ;"
        f' rdf:object "{value}"^^xsd:{datatype} ; prov:wasDerivedFrom {source} . '
        for name, value, datatype, source in (
            ("startDate", first, kind, "source:one"),
            ("endDate", last, last_kind, other),
        )
    )


#: For each check, statements that it finds wrong, and the thing that it names first.
FAILING = {
    "fact-without-assertion": [
        (FACT, EVENT),
        (FACT + SOUND.replace(", aigg:Affirmation", ""), EVENT),
        (f"GRAPH graph:inferred {{ {FACT} }}", EVENT),
        (f"GRAPH graph:inferred {{ {FACT} }} {SOUND}", EVENT),
        (f"{FACT} GRAPH graph:inferred {{ {SOUND} }}", EVENT),
    ],
    "affirmation-without-fact": [
        (SOUND, "assertion:x"),
        (f"{FACT} GRAPH graph:inferred {{ {SOUND} }}", "assertion:x"),
        (f"GRAPH graph:set-aside {{ {ASIDE} }}", "assertion:x"),
    ],
    "merged-though-set-aside": [
        (FACT + ASIDE, "assertion:x"),
    ],
    "affirmation-too-strong": [
        (SOUND.replace("modality:reported", "modality:denied"), "assertion:x"),
        (SOUND.replace("modality:reported", "modality:discussed"), "assertion:x"),
        (
            f"GRAPH graph:inferred {{ {SOUND.replace('modality:reported', 'modality:intended')} }}",
            "assertion:x",
        ),
    ],
    "merged-though-kept-apart": [
        (SOUND.replace("basis:stated", "basis:inferred"), "assertion:x"),
        (SOUND.replace("basis:stated", "basis:background"), "assertion:x"),
    ],
    "assertion-incomplete": [
        (SOUND.replace("aigg:modality modality:reported ;", ""), "assertion:x"),
        (SOUND.replace("theme:ai", "theme:ai, theme:ai-governance"), "assertion:x"),
        (
            f"GRAPH graph:inferred {{ {SOUND.replace('aigg:section', 'aigg:anchor')} }}",
            "assertion:x",
        ),
    ],
    "assertion-of-unknown-relation": [
        (SOUND.replace("aigg:hasTheme", "aigg:hasTeme"), "assertion:x"),
    ],
    "label-missing": [(SOUND.replace("theme:ai ", "theme:unknown "), "theme:unknown")],
    "date-invalid": [
        (_date("2025-02-30"), SERIES),
        (_date("2023-02-29"), SERIES),
        (_date("1900-02-29"), SERIES),
        (_date("2025-13-01"), SERIES),
        (_date("2025-04-31"), SERIES),
        (_date("2025-13", "xsd:gYearMonth"), SERIES),
        (_date("2025-02"), SERIES),
        (_date("soon", "xsd:gYear"), SERIES),
    ],
    "ends-before-it-begins": [
        (_period("2025-02-10", "date", "2025-01", "gYearMonth"), SERIES),
        (HELD.format("2025", "2024"), "assertion:x"),
    ],
    "origins-differ": [(f"{COPY} ; aigg:origin 'Somebody else' .", "source:copy")],
    "rests-on-itself": [
        ("source:copy dcterms:source source:copy .", "source:copy"),
    ],
}
PASSING = {
    "merged-though-set-aside": [
        f"GRAPH graph:set-aside {{ {FACT} {ASIDE} }} {ASIDE}",
        FACT + SOUND + ASIDE.replace("assertion:x", "assertion:y"),
    ],
    "fact-without-assertion": [
        FACT + SOUND,
        f"GRAPH graph:set-aside {{ {FACT} {ASIDE} }}",
        f"GRAPH graph:inferred {{ {FACT} {SOUND} }}",
    ],
    "affirmation-without-fact": [FACT + SOUND, SOUND.replace(", aigg:Affirmation", "")],
    "affirmation-too-strong": [
        SOUND,
        SOUND.replace("aigg:hasTheme", "aigg:discussed").replace(":reported", ":discussed"),
    ],
    "merged-though-kept-apart": [
        SOUND,
        f"GRAPH graph:inferred {{ {SOUND.replace('basis:stated', 'basis:inferred')} }}",
    ],
    "assertion-incomplete": [SOUND],
    "assertion-of-unknown-relation": [SOUND],
    "label-missing": [SOUND],
    "date-invalid": [
        _date("2024-02-29"),
        _date("2000-02-29"),
        _date("2025-12-31"),
        _date("2025-02", "xsd:gYearMonth"),
        _date("2025", "xsd:gYear"),
    ],
    "ends-before-it-begins": [
        _period("2025-02-10", "date", "2025", "gYear"),
        HELD.format("2024", "2024"),
        _period("2025-02-10", "date", "2025-01-01", "date", other="source:other"),
    ],
    "origins-differ": [f"{COPY} ; aigg:origin 'Hit and Hot News' ."],
    "rests-on-itself": [f"{COPY} ."],
}
CASES = [(check, case) for check, cases in FAILING.items() for case in cases]


@pytest.fixture(scope="module")
def copy(graph: Graph) -> Store:
    """Return a store of the shipped quads, to which a test adds others for a while."""
    store = Store()
    store.bulk_extend(graph.quads())
    return store


@contextmanager
def _with(store: Store, statements: str) -> Iterator[Graph]:
    prefixes = "".join(f"PREFIX {name}: <{space}>\n" for name, space in PREFIXES.items())
    read = Dataset(parse((prefixes + statements).encode(), RdfFormat.TRIG))
    more = [quad for quad in read if quad not in store]
    store.extend(more)
    yield Graph(store)
    for quad in more:
        store.remove(quad)


def _ask(graph: Graph, check: str) -> list[str]:
    from graph_builder.core.vocabulary import compact
    from graph_builder.query.named_questions import list_text_rows

    found = list_text_rows(graph.query(CHECKS[check].text))  # type: ignore[arg-type]
    return [compact(next(iter(row.values()))) for row in found]


def test_every_check_has_a_passing_and_a_failing_case() -> None:
    assert set(FAILING) == set(PASSING) == set(CHECKS)


@pytest.mark.parametrize(("check", "case"), CASES)
def test_a_check_finds_what_it_is_for(check: str, case: tuple[str, str], copy: Store) -> None:
    statements, thing = case
    with _with(copy, statements) as graph:
        assert set(_ask(graph, check)) == {thing}


@pytest.mark.parametrize(
    ("check", "case"), [(c, case) for c, cases in PASSING.items() for case in cases]
)
def test_a_check_finds_nothing_in_what_is_sound(check: str, case: str, copy: Store) -> None:
    with _with(copy, case) as graph:
        assert _ask(graph, check) == []


@pytest.mark.parametrize("check", CHECKS)
def test_the_shipped_graph_passes_each_check(check: str, graph: Graph) -> None:
    assert _ask(graph, check) == []


@pytest.fixture(scope="module")
def findings(graph: Graph) -> list[GraphFinding]:
    """Return what is found in the shipped graph."""
    return validate(graph)


@pytest.mark.slow
def test_the_shipped_graph_has_one_shared_acronym_and_dates_that_nobody_gives(
    graph: Graph, findings: list[GraphFinding]
) -> None:
    found: dict[str, list[str]] = {}
    for finding in findings:
        assert finding.severity in ("info", "warning")
        found.setdefault(finding.rule.rpartition("/")[2], []).append(finding.thing)
    assert found.pop("duplicate-candidate") == ["actor:canadian-ai-safety-institute"]
    assert found.keys() == {"EventDate-known"}
    started = "ASK {{ {} schema:startDate ?date }}"
    assert not any(graph.query(started.format(event)) for event in found["EventDate-known"])


@pytest.mark.slow
def test_in_an_exported_file_only_what_is_broken_is_a_violation(
    article: Graph, run: Run, tmp_path: Path
) -> None:
    turtle = write_turtle(article.quads())
    file = tmp_path / "graph.ttl"
    file.write_text(
        turtle.replace("aigg:venue place:", "aigg:venue actor:FRA , place:"), encoding="utf-8"
    )
    result = run("validate", "-s", file)
    assert result.exit_code == 1
    assert all(finding.message in result.stdout for finding in validate(article))
    assert (
        "violation: event:india-france-ai-policy-roundtable-2: "
        "No source affirms this fact in its graph: aigg:venue actor:FRA."
    ) in result.stdout
    broken = set(re.findall("^violation: (.*?): ", result.stdout, re.MULTILINE))
    held = article.query("SELECT ?event { ?event aigg:venue ?place }")
    assert broken == {"actor:FRA", *(compact(row[0].value) for row in held)}  # type: ignore[union-attr]
    assert run("validate", "-s", tmp_path / "missing.ttl").exit_code == 2


@pytest.mark.parametrize(
    ("statement", "threshold", "code"),
    [
        ('skos:prefLabel "X"@en', "violation", 0),
        ('skos:prefLabel "X"@en', "warning", 1),
        ("rdfs:seeAlso event:y", "violation", 1),
        ("rdfs:seeAlso event:y", "none", 0),
    ],
)
def test_the_threshold_decides_the_exit_code(
    run: Run, tmp_path: Path, statement: str, threshold: str, code: int
) -> None:
    """An event without a date is a warning, a thing without a label a violation."""
    prefixes = (f"@prefix {name}: <{iri}> ." for name, iri in PREFIXES.items())
    file = tmp_path / "event.ttl"
    file.write_text(f"{' '.join(prefixes)} event:x a aigg:Event ; {statement} .", encoding="utf-8")
    assert run("validate", "-s", file, "--fail-on", threshold).exit_code == code


def test_what_is_said_of_many_things_is_one_line_but_for_violations() -> None:
    def make(severity: str, number: int) -> list[GraphFinding]:
        return [GraphFinding(severity, "rule", f"event:{n}", "no day.") for n in range(number)]

    assert format_findings(make("warning", 5)) == [
        "warning: event:0, event:1, event:2 and 2 more: no day. [rule]"
    ]
    assert format_findings(make("warning", 3)) == [*map(str, make("warning", 3))]
    assert len(format_findings(make("violation", 5))) == 5


@pytest.mark.slow
def test_validation_grows_with_the_facts(tmp_path: Path) -> None:
    """Four times the facts take about four times as long; a quadratic step would take sixteen."""

    def measure(quads: int) -> float:
        file = tmp_path / "graph.nq"
        made = [sys.executable, *map(str, (ROOT / "benchmarks" / "synthetic.py", quads, file))]
        subprocess.run(made, check=True)
        graph = open_graph(file)
        times = []
        for _ in range(3):
            begin = process_time()
            assert validate(graph)
            times.append(process_time() - begin)
        return min(times)

    assert measure(24_000) < 8 * measure(6_000)
