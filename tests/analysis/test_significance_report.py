"""`aigg chance`: what could be found comes first, and no sentence can be taken for more."""

import csv
import io
import json
from math import comb
from typing import TYPE_CHECKING

import pytest
import xmlschema

from graph_builder.analysis.networks.network_builder import to_networkx
from graph_builder.analysis.reports import network_report, significance_analysis
from graph_builder.analysis.reports.network_report import build_network_report
from graph_builder.analysis.reports.report_formats import format_report
from graph_builder.analysis.reports.report_tables import chance
from graph_builder.analysis.reports.significance_analysis import analyse_significance
from graph_builder.analysis.significance.pair_tests import MAY_BE_CHANCE, UNDECIDABLE
from graph_builder.analysis.significance.validated_projection import validate_projection
from graph_builder.core.errors import MeasureError, UnknownNameError
from graph_builder.core.vocabulary import expand
from graph_builder.store.graph import Graph
from tests.analysis.small_networks import network, random_table
from tests.analysis.test_network_export import SCHEMAS
from tests.conftest import Run

if TYPE_CHECKING:
    from pathlib import Path

OECD = "oecd-ai-principles"


def _rows(text: str, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), delimiter=delimiter))


@pytest.fixture
def twins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every network one of chance but for India and France, which always act alike."""
    rows = random_table(20, 80, seed=1, low=0.2, high=0.6)
    rows = {**rows, expand("actor:IND"): rows["r00"], expand("actor:FRA"): rows["r00"]}
    monkeypatch.setattr(network_report, "build_network", lambda *_, **__: network(rows))


def test_power_comes_first_then_the_verdict_then_pairs_by_p(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    text = run("chance", "co-endorsement", "-n", 3).stdout
    places = [
        text.index(said)
        for said in (
            "The data cannot show for any of the ",
            "This is no evidence for or against a link between any two.",
            "one  ",
            f"verdict, in every row: {UNDECIDABLE}",
            "3 rows; ",
            "p: the probability that chance alone gives this result",
        )
    ]
    assert places == sorted(places)
    assert "explains" not in text
    p = [float(row["p"]) for row in _rows(run("chance", "co-endorsement", "-F", "csv").stdout)]
    assert p == sorted(p)


@pytest.mark.usefixtures("twins")
def test_pairs_that_stand_out_come_first(run: Run) -> None:
    rows = _rows(run("chance", "co-endorsement", "-F", "csv").stdout)
    assert {rows[0]["one_label"], rows[0]["other_label"]} == {"India", "France"}
    found = [row["validated"] for row in rows]
    assert found == sorted(found, reverse=True)
    assert rows[0]["verdict"] == "more than chance explains"
    assert rows[-1]["verdict"] == MAY_BE_CHANCE
    text = run("chance", "co-endorsement", "-n", 1).stdout
    assert " if tested one by one; " in text
    assert "for the others the data show neither a link nor its absence." in text


@pytest.mark.slow
def test_a_pair_is_one_line_that_says_what_it_rests_on(run: Run) -> None:
    done = run("chance", "co-endorsement", "--pair", "india", "actor:FRA")
    assert done.stdout.startswith("India and France share ")
    assert f". {UNDECIDABLE.capitalize()}; p = " in done.stdout
    assert done.stdout.count("\n") == 1
    words = ("--pair", "India", "France", "--without", OECD, "--at", "2025", "--kind", "Country")
    narrowed = run("chance", "co-endorsement", *words).stdout
    assert narrowed.endswith(" (kind Country, at 2025, without OECD AI Principles).\n")


def test_two_texts_are_a_pair_too(run: Run) -> None:
    words = ("--of", "targets", "--pair", "Bletchley Declaration", "Seoul Ministerial Statement")
    done = run("chance", "co-endorsement", *words)
    assert done.stdout.startswith("Bletchley Declaration and Seoul Ministerial Statement share ")


def test_what_is_left_out_is_said_and_changes_the_figures(run: Run, graph: Graph) -> None:
    text = run("chance", "co-endorsement", "--without", OECD, "-n", 1).stdout
    assert "Left out: OECD AI Principles." in text
    number = len(to_networkx(graph, "co-endorsement").graph["incidence"].by_target)
    assert f"{number - 1} texts; " in text


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ((), {"left_out", "pairs", "possible", "above", "below", "verdict"}),
        (("--pair", "India", "France"), {"left_out", "one", "other", "p", "q", "verdict"}),
        (("--of", "groups", "--samples", "20"), {"left_out", "group", "p", "verdict"}),
        (("--of", "whole", "--samples", "20"), {"left_out", "shared", "p", "verdict"}),
    ],
)
def test_each_text_is_left_out_in_turn(
    words: tuple[str, ...], keys: set[str], run: Run, graph: Graph
) -> None:
    done = run("chance", "co-endorsement", "--each-left-out", *words, "-F", "json")
    found = json.loads(done.stdout)
    shared = to_networkx(graph, "co-endorsement").graph["incidence"].by_target
    assert {row["left_out"] for row in found["rows"]} == {"", *shared}
    assert all(row.keys() >= keys for row in found["rows"])
    assert f" the {len(shared)} texts " in found["sentences"][-1]


@pytest.mark.slow
@pytest.mark.usefixtures("twins")
def test_a_verdict_that_rests_on_one_text_is_told() -> None:
    found = analyse_significance(Graph.wrap([]), "co-endorsement", pair=None, each_left_out=True)
    changed = found.sentences[-1].startswith("Some verdicts change ")
    verdicts = {row["verdict"] for row in found.rows}
    assert changed == (len(verdicts) > 1)


def test_groups_and_the_whole_have_a_verdict(run: Run) -> None:
    groups = run("chance", "co-endorsement", "--of", "groups", "--samples", 50).stdout
    assert "groups with two or more members in co-endorsement, the data " in groups
    assert "exactly (50 samples, seed 1; Strona and others 2014)" in groups
    whole = run("chance", "co-endorsement", "--of", "whole", "--samples", 10).stdout
    assert "Not enough samples to show anything: the smallest p that 10 can show is 0.18" in whole


def test_planted_ties_are_told_of_after_the_power_of_the_data(run: Run) -> None:
    found = json.loads(run("chance", "co-participation", "--power", "-F", "json").stdout)
    assert found["sentences"][1].startswith(
        "not enough data: of 20 simulated pairs of each strength the test "
    )
    assert len(found["sentences"]) == 3


@pytest.mark.parametrize(("extension", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_rows_hold_every_pair_that_shares(
    extension: str, delimiter: str, run: Run, graph: Graph
) -> None:
    rows = _rows(run("chance", "co-participation", "-F", extension).stdout, delimiter)
    pairs = [*validate_projection(to_networkx(graph, "co-participation"))]
    assert {(r["one"], r["other"]): float(r["p"]) for r in rows} == {
        (pair.source, pair.target): pair.p for pair in pairs
    }
    assert all(row["one_label"] == graph.label(row["one"]) for row in rows)


def test_json_has_settings_sentences_and_readings(run: Run) -> None:
    words = ("--correction", "by", "--tail", "more", "--level", "0.1", "--seed", "7")
    found = json.loads(run("chance", "co-participation", *words, "-F", "json").stdout)
    settings = {"null": "bicm", "tail": "more", "level": 0.1, "correction": "by", "seed": 7}
    assert found["test"].items() >= {**settings, "of": "sources", "without": []}.items()
    asked = (
        "Tested: whether two share more than chance would give; false-discovery rate 0.1 "
        "(Benjamini and Yekutieli 2001)."
    )
    assert found["method"].endswith(asked)
    assert len(found["sentences"]) == 2
    assert len(found["reading"]) == 4


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("co-endorsment",), 2, "unknown network 'co-endorsment'; did you mean co-endorsement?\n"),
        (("hierarchy",), 2, "hierarchy does not record what nodes share, so it cannot be tested"),
        (("co-membership", "--of", "groups"), 2, "co-membership is built from these groups"),
        (("co-endorsement", "--pair", "India", "Narnia"), 2, "unknown thing 'Narnia'; did you"),
        (("co-endorsement", "--pair", "India", "IND"), 2, "a pair is two different nodes\n"),
        (
            ("co-endorsement", "--pair", "India", "Bletchley Declaration"),
            2,
            "Bletchley Declaration shares no texts in co-endorsement\n",
        ),
        (
            ("co-endorsement", "--without", "India"),
            2,
            "India is not one of the texts of co-endorse",
        ),
        (("co-endorsement", "--without", "x\x1b[31m" * 1000), 2, "unknown thing 'x\\x1b[31m"),
        (("co-endorsement", "--without", 'x" } DROP ALL'), 2, "unknown thing 'x\" } DROP ALL'"),
        (("co-endorsement", "--of", "whole", "--tail", "more"), 2, "the whole network is tested"),
        (("co-endorsement", "--of", "whole", "--null", "bicm"), 2, "the whole network is tested"),
        (("co-endorsement", "--of", "groups", "--power"), 2, "simulated pairs can be tested among"),
        (
            ("co-endorsement", "--of", "groups", "--pair", "India", "France"),
            2,
            "a pair can be tested among sources or targets, not among groups\n",
        ),
        (("co-endorsement", "--modality", "intended"), 1, "co-endorsement has no edge with modali"),
        (("co-endorsement", "--level", "1"), 2, "Usage: "),
        (("co-endorsement", "--samples", "0"), 2, "Usage: "),
        (("co-endorsement", "-F", "ttl"), 2, "Usage: "),
        (("co-endorsement", "-o", "x.gexf"), 2, "unknown format 'gexf'; use table, csv, tsv, json"),
    ],
)
def test_wrong_words_end_with_one_sentence(
    words: tuple[str, ...], code: int, message: str, run: Run
) -> None:
    done = run("chance", *words)
    assert (done.exit_code, done.stdout) == (code, "")
    assert done.stderr.startswith(message)
    assert len(done.stderr) < 600


def test_nothing_is_left_where_all_is_left_out(graph: Graph) -> None:
    shared = to_networkx(graph, "co-participation").graph["incidence"].by_target
    with pytest.raises(MeasureError, match="with these left out, no events are left to share"):
        chance(graph, "co-participation", without=shared)


def test_python_has_the_same_table_with_the_text(graph: Graph, run: Run) -> None:
    found = chance(graph, "co-participation", tail="more")
    text = run("chance", "co-participation", "--tail", "more").stdout
    assert repr(found) == text.rstrip("\n")
    frame = found.to_polars()
    assert frame["p"].is_sorted()
    assert frame["validated"].sum() == 0
    (row,) = chance(graph, "co-endorsement", pair=("India", "France"))
    assert row["verdict"] == UNDECIDABLE
    for wrong in ({"null": "bcm"}, {"of": "target"}, {"correction": "b"}):
        with pytest.raises(UnknownNameError, match="did you mean"):
            chance(graph, "co-participation", **wrong)
    for wrong_number in ({"level": 5.0}, {"samples": 0}):
        with pytest.raises(MeasureError, match=r"the level must|the number of samples must"):
            chance(graph, "co-participation", **wrong_number)


def test_hostile_names_do_not_steer_the_terminal(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Graph, "label", lambda *_: "\x1b[31m|`x`\u202e")
    for asked in ({}, {"each_left_out": True}, {"of": "targets"}):
        found = analyse_significance(graph, "co-participation", **asked)
        for extension in ("table", "md"):
            text = format_report(found, extension, 3)
            assert "\x1b" not in text
            assert "\u202e" not in text


@pytest.mark.parametrize("extension", ["graphml", "gexf"])
def test_edges_of_a_projection_carry_what_chance_says(
    extension: str, graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = build_network_report(graph, "co-participation", ["degree"])
    text = format_report(found, extension, 0)
    xmlschema.XMLSchema(SCHEMAS / f"{extension}.xsd").validate(text)
    pairs = [*validate_projection(found.network)]
    assert len(pairs) == found.network.number_of_edges() <= comb(len(found.network), 2)
    assert all(repr(pair.p) in text for pair in pairs)
    assert "Against chance: " in text
    monkeypatch.setattr(significance_analysis, "_MAX_EDGES_TESTED", 1)
    assert "Against chance: " not in format_report(found, extension, 0)
    assert "validated" not in format_report(
        build_network_report(graph, "hierarchy", ["degree"]), extension, 0
    )


def test_a_file_has_the_format_of_its_name(run: Run, tmp_path: "Path") -> None:
    target = tmp_path / "x.md"
    assert run("-q", "chance", "co-participation", "-o", target).exit_code == 0
    assert target.read_text().startswith("co\\-participation:") or "| one |" in target.read_text()
