"""`aigg measure`: figures with what they mean, in each format, of which graph, and over time."""

import csv
import io
import json
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

import pytest

from graph_builder.analysis.measures.measure_definition import Measure
from graph_builder.analysis.networks.edge_assertions import EdgeAssertion
from graph_builder.analysis.networks.edge_dates import list_edge_dates
from graph_builder.analysis.networks.network_builder import to_networkx
from graph_builder.analysis.networks.network_definition import load_network_definitions
from graph_builder.analysis.reports import measure_registry as registry
from graph_builder.analysis.reports import network_report
from graph_builder.analysis.reports.growth import LATER_STAGE, Growth, StageUnit, measure_growth
from graph_builder.analysis.reports.growth_report import build_growth_json
from graph_builder.analysis.reports.network_report import NetworkReport, build_network_report
from graph_builder.analysis.reports.network_report_text import format_network_report, format_values
from graph_builder.analysis.reports.report_formats import format_report
from graph_builder.analysis.reports.report_tables import measure
from graph_builder.core.errors import QueryError, UnknownNameError
from graph_builder.core.option_values import MEASURE_FORMATS as FORMATS
from graph_builder.core.vocabulary import expand
from graph_builder.store.graph import Graph
from graph_builder.store.snapshot import select
from tests.conftest import Run

if TYPE_CHECKING:
    from pathlib import Path

    import networkx as nx

pytestmark = pytest.mark.slow

IND = expand("actor:IND")


def _rows(text: str, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), delimiter=delimiter))


@pytest.fixture
def extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Register a measure of the network, one of groups, one of few nodes and one that fails."""

    def halves(graph: "nx.Graph[str]") -> Mapping[str, float]:
        return {node: float(place % 2) for place, node in enumerate(sorted(graph))}

    def figures(graph: "nx.Graph[str]") -> Mapping[str, float]:
        return {"edges": float(graph.number_of_edges()), "odd": float("nan")}

    some = (
        Measure("halves", "nodes", "One or the other.", "nobody 2020", halves, is_categorical=True),
        Measure("figures", "network", "Two figures.", "nobody 2021", figures),
        Measure("large", "network", "For many.", "nobody 2022", figures, min_nodes=10**6),
        Measure("some", "nodes", "Only of India.", "nobody 2023", lambda _: {IND: 0.25}),
    )
    known = {**registry.MEASURES, **{each.name: each for each in some}}
    monkeypatch.setattr(network_report, "MEASURES", known)


def test_without_a_name_the_networks_are_listed(run: Run) -> None:
    listed = run("measure", "-F", "csv").stdout
    assert [row["network"] for row in _rows(listed)] == list(load_network_definitions())
    assert all(row["asks"] and row["an edge means"] for row in _rows(listed))
    assert "Who stands behind which text" in run("measure").stdout


def test_groups_are_shown_with_their_names(run: Run) -> None:
    asked = ("measure", "co-participation", "-m", "community", "-m", "core-member")
    table = run(*asked).stdout
    assert "1 France" in table
    assert "2 United Kingdom" in table
    assert "0 periphery" in table
    community, core = json.loads(run(*asked, "-F", "json").stdout)["measures"]
    assert community["groups"] == {"1": "France", "2": "United Kingdom"}
    assert core["groups"] == {"1": "core", "0": "periphery"}


def test_the_measures_are_listed_with_readings_and_sources(run: Run) -> None:
    rows = json.loads(run("measure", "--list", "-F", "json").stdout)
    assert [row["measure"] for row in rows] == list(registry.MEASURES)
    assert all(row["reading"].endswith(".") and row["source"] for row in rows)


def test_a_table_says_what_it_rests_on_and_how_to_read_it(run: Run) -> None:
    text = run("measure", "co-endorsement", "-n", 3, "-m", "degree").stdout
    assert "An edge means: both countries endorsed, signed or ratified the same text." in text
    assert "how many texts they share" in text
    assert "assertions, dated from 2023-11-01 to" in text
    assert "without a date)." in text
    assert "3 rows; 106 more follow, and -n 0 shows all" in text
    assert text.endswith(f"degree: {registry.MEASURES['degree'].reading} (Freeman 1978)\n")
    assert "strength" not in text


def test_all_nodes_are_shown_if_wanted(run: Run) -> None:
    assert "more follow" not in run("measure", "co-participation", "-n", 0).stdout
    assert "more follow" not in run("measure", "co-endorsement", "-m", "degree", "-F", "md").stdout


def test_filters_are_applied_and_said(run: Run, graph: Graph) -> None:
    words = ("--kind", "Country", "--basis", "stated", "--verified", "primary", "--at", "2025")
    found = json.loads(run("measure", "co-endorsement", *words, "-F", "json").stdout)
    assert found["options"] == {
        "weighting": "count",
        "kind": "Country",
        "basis": "stated",
        "verified": "primary",
        "at": "2025",
    }
    narrowed = select(graph, verified="primary", at="2025")
    made = to_networkx(narrowed, "co-endorsement", kind="Country", basis="stated")
    assert found["size"] == {"nodes": len(made), "edges": made.number_of_edges()}
    text = run("measure", "co-endorsement", "-m", "degree", *words).stdout
    assert "Only: kind Country, basis stated, verified primary, at 2025." in text
    day = run("measure", "co-endorsement", "-m", "degree", "--at", "2024").stdout
    assert "edges it is not known whether they held at that time" in day


def test_newman_weighs_differently_and_is_explained(run: Run) -> None:
    text = run("measure", "co-endorsement", "--weighting", "newman").stdout
    assert "the sum of 1/(k-1) over the texts they share, where k share each (Newman 2001)" in text
    direct = json.loads(run("measure", "hierarchy", "--weighting", "newman", "-F", "json").stdout)
    assert "weighting" not in direct["options"]


@pytest.mark.parametrize(("extension", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_rows_hold_every_node_with_values_to_calculate_with(
    extension: str, delimiter: str, run: Run, graph: Graph
) -> None:
    rows = _rows(run("measure", "actor-event", "-F", extension).stdout, delimiter)
    made = to_networkx(graph, "actor-event")
    assert {row["node"]: float(row["degree"]) for row in rows} == dict(made.degree())
    assert {row["label"] for row in rows} == {held["label"] for held in made.nodes.values()}


@pytest.mark.usefixtures("extra")
def test_what_has_no_value_is_blank_and_what_is_no_number_null(run: Run) -> None:
    rows = _rows(run("measure", "co-endorsement", "-m", "some", "-F", "csv").stdout)
    assert [row["some"] for row in rows if row["some"]] == ["0.25"]
    assert rows[0]["node"] == IND
    found = json.loads(run("measure", "co-endorsement", "-m", "figures", "-F", "json").stdout)
    assert [row["value"] for row in found["figures"] if row["figure"] == "odd"] == [None]


@pytest.mark.usefixtures("extra")
def test_figures_of_the_whole_network_have_a_table_of_their_own(run: Run) -> None:
    done = run("measure", "co-endorsement", "-m", "figures", "-m", "degree")
    assert "figures: edges" in done.stdout
    rows = _rows(run("measure", "co-endorsement", "-m", "figures", "-F", "csv").stdout)
    assert [row["figure"] for row in rows] == ["edges", "odd"]
    both = run("measure", "co-endorsement", "-m", "figures", "-m", "degree", "-F", "csv")
    assert both.stderr == "figures of the whole network are left out; -F json and -F md show them\n"


@pytest.mark.usefixtures("extra")
def test_what_would_mean_nothing_is_said_in_place_of_a_number(run: Run) -> None:
    text = run("measure", "co-endorsement", "-m", "large").stdout
    assert "large: not meaningful for 109 nodes; at least 1000000 are needed." in text
    assert "For many." not in text


@pytest.mark.usefixtures("extra")
def test_all_measures_can_be_asked_for_and_groups_do_not_rank(run: Run) -> None:
    found = json.loads(run("measure", "co-participation", "-m", "all", "-F", "json").stdout)
    extra = ["halves", "figures", "large", "some"]
    assert [each["name"] for each in found["measures"]] == [*registry.MEASURES, *extra]
    grouped = build_network_report(Graph.wrap([]), "co-participation", ["halves", "degree"])
    assert grouped.nodes == []


def test_hostile_names_do_not_steer_the_terminal(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = build_network_report(graph, "co-participation")
    monkeypatch.setattr(Graph, "label", lambda *_: "\x1b[31m|`x`\u202e")
    assert "\\x1b[31m|`x`\\u202e" in format_network_report(found, "table")
    assert r"\\x1b\[31m\|\`x\`\\u202e" in format_network_report(found, "md")


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("co-endorsment",), 2, "unknown network 'co-endorsment'; did you mean co-endorsement?\n"),
        (("hierarchy", "-m", "degre"), 2, "unknown measure 'degre'; did you mean degree?\n"),
        (("posts", "--kind", "Persn"), 2, "unknown kind 'Persn'; did you mean Person?\n"),
        (("posts", "--kind", "Country"), 1, "posts has no edge with kind Country; nothing to"),
        (("posts", "--at", "soon"), 2, "'soon' is not a date; write 2025-02-10, 2025-02 or 2025\n"),
        (("posts", "-o", "x.doc"), 2, "unknown format 'doc'; use table, csv, tsv, json, md, "),
        (("-s", "missing.ttl"), 2, "Usage: "),
        (("-F", "gexf"), 2, "a list has no gexf; use table, csv, tsv, json or md\n"),
        (("succession", "--by", "year", "-F", "gexf"), 2, "a network over time has no gexf; use"),
        (("hierarchy", "--by", "year"), 2, "no edge of hierarchy has a date\n"),
        (("x\x1b[31m" * 1000,), 2, "unknown network 'x\\x1b[31m"),
        (("posts", "-n", "-1"), 2, "Usage: "),
        (("posts", "--by", "month"), 2, "Usage: "),
        (("posts", "--weighting", "half"), 2, "Usage: "),
    ],
)
def test_wrong_words_end_with_one_sentence(
    words: tuple[object, ...], code: int, message: str, run: Run
) -> None:
    done = run("measure", *words)
    assert (done.exit_code, done.stdout) == (code, "")
    assert done.stderr.startswith(message)
    assert len(done.stderr) < 600


@pytest.mark.parametrize("extension", FORMATS)
def test_a_file_has_the_format_of_its_name(extension: str, run: Run, tmp_path: "Path") -> None:
    target = tmp_path / f"x.{'txt' if extension == 'table' else extension}"
    done = run("-q", "measure", "co-participation", "-o", target)
    assert (done.exit_code, done.output) == (0, "")
    wanted = run("-q", "measure", "co-participation", "-F", extension).stdout_bytes
    assert target.read_bytes() == wanted
    assert wanted.endswith(b"\n")


def test_python_has_the_same_table(graph: Graph) -> None:
    found = measure(graph, "co-endorsement", "degree", kind="Country")
    assert found.columns == ("node", "kind", "degree")
    made = to_networkx(graph, "co-endorsement", kind="Country")
    assert {row["node"]: float(row["degree"]) for row in found} == dict(made.degree())
    frame = found.to_polars()
    assert frame["degree"].sum() == 2 * made.number_of_edges()
    assert repr(found).splitlines()[2].split() == ["Ukraine", "Country", "108.0"]
    with pytest.raises(UnknownNameError, match="did you mean degree"):
        measure(graph, "co-endorsement", "degre")


def test_numbers_are_shown_alike_in_a_column() -> None:
    assert format_values([1.0, 2.0, None]) == ["1", "2", ""]
    assert format_values([1.0, 0.5, 1e-6, 0.0]) == ["1.000", "0.500", "1.0e-06", "0.000"]
    assert format_values([float("inf")]) == ["inf"]


def _tie(source: str, target: str, date: str) -> EdgeAssertion:
    return EdgeAssertion(source, target, "r", 1.0, f"{source}{target}{date}", "", "", date)


def test_an_edge_is_dated_by_the_later_end_of_what_is_shared(graph: Graph) -> None:
    assert list_edge_dates(
        [_tie("a", "b", ""), _tie("a", "b", "2024"), _tie("a", "b", "2023-11")]
    ) == [
        "2023-11",
        "2024",
        "",
    ]
    edge = to_networkx(graph, "co-endorsement").edges[expand("actor:FRA"), IND]
    assert len(list_edge_dates(edge["evidence"])) == len(edge["evidence"].shared)
    assert list_edge_dates(edge["evidence"])[0] == "2023-11-01"


@cache
def _whole(graph: Graph, name: str) -> NetworkReport:
    """Return the report of a network with one measure, made once."""
    return build_network_report(graph, name, ["degree"])


@cache
def _growth(graph: Graph, name: str, by: StageUnit) -> Growth:
    """Return the growth of that network, measured once."""
    return measure_growth(_whole(graph, name), by, ["degree"])


@pytest.mark.parametrize("name", ["co-endorsement", "actor-event", "succession"])
@pytest.mark.parametrize("by", ["year", "event"])
def test_stages_add_up_and_undated_ties_are_counted(name: str, by: str, graph: Graph) -> None:
    whole = _whole(graph, name)
    found = _growth(graph, name, "year" if by == "year" else "event")
    sizes = [len(stage.report.days) for stage in found.stages]
    assert sizes == sorted(sizes)
    assert sizes[-1] + found.undated == len(whole.days)
    assert found.undated == whole.days.count("")
    years = [stage for stage in found.stages if by == "year"]
    assert all(day[:4] <= stage.name for stage in years for day in stage.report.days)


def test_a_stage_is_the_network_of_the_ties_up_to_its_end(graph: Graph) -> None:
    found = _growth(graph, "co-endorsement", "year")
    stage = next(stage for stage in found.stages if stage.name == "2023")
    assert stage.report.network.nodes[IND].items() >= {("label", "India"), ("kind", "Country")}
    for _, _, held in stage.report.network.edges(data=True):
        assert all(tie.date[:4] == "2023" for tie in held["evidence"])


def test_events_name_their_stages(graph: Graph) -> None:
    found = _growth(graph, "co-endorsement", "event")
    assert [stage.events for stage in found.stages if stage.name != LATER_STAGE][:2] == [
        "AI Safety Summit 2023",
        "AI Seoul Summit 2024",
    ]
    with pytest.raises(QueryError, match="no edge of co-membership leads to an event"):
        measure_growth(build_network_report(graph, "co-membership"), "event")


def test_equal_values_share_a_rank(graph: Graph) -> None:
    (stage, *_) = measure_growth(
        build_network_report(graph, "co-participation", ["degree"]), "year"
    ).stages
    ranks, degrees = stage.ranks("degree"), stage.values("degree")
    for node, rank in ranks.items():
        assert rank == 1 + sum(value > degrees[node] for value in degrees.values())


def test_who_rose_and_who_fell_is_said(run: Run, graph: Graph) -> None:
    text = run("measure", "co-endorsement", "--by", "event", "-m", "degree", "-n", 2).stdout
    found = _growth(graph, "co-endorsement", "event")
    rises = [change for change, _ in found.moves("degree") if change < 0]
    assert ("Rose most in rank from 2024-05-22 to" in text) is True
    assert ("nobody" in text) is (not rises)
    assert "Fell most in rank" in text
    assert "not meaningful: all edges come from only one of the texts." in text
    assert "assertions without a date are left out." in text


@pytest.mark.usefixtures("extra")
def test_growth_as_data_has_a_row_a_stage_node_and_measure(run: Run, graph: Graph) -> None:
    words = ("measure", "co-participation", "--by", "year", "-m", "degree", "-m", "figures")
    rows = _rows(run(*words, "-m", "halves", "-F", "csv").stdout)
    found = measure_growth(build_network_report(graph, "co-participation", ["degree"]), "year")
    for stage in found.stages:
        mine = [row for row in rows if (row["stage"], row["measure"]) == (stage.name, "degree")]
        values = stage.values("degree")
        assert {row["node"]: float(row["value"]) for row in mine} == values
        assert {row["node"]: int(row["rank"]) for row in mine} == stage.ranks("degree")
    assert {row["rank"] for row in rows if row["measure"] in ("halves", "figures: edges")} == {""}
    json.dumps(build_growth_json(found), allow_nan=False)
    text = run(*words, "-m", "halves").stdout
    assert "halves: groups have no ranks" in text
    assert "figures: edges" in text


def test_growth_on_a_day_ends_on_that_day(run: Run) -> None:
    done = run("measure", "co-participation", "--by", "year", "--at", "2024-12", "-F", "json")
    found = json.loads(done.stdout)
    assert [stage["stage"] for stage in found["stages"]] == ["2023", "2024"]


def test_a_report_is_the_same_each_time(graph: Graph) -> None:
    for extension in FORMATS:
        one, other = (
            format_report(build_network_report(graph, "actor-theme"), extension, 0)
            for _ in range(2)
        )
        assert one == other
