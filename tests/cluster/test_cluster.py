"""Sail, and Spark with two workers, find what this process finds in the same assertions."""

import os
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from pyoxigraph import RdfFormat, Store

from graph_builder.analysis.networks.network_builder import to_networkx
from graph_builder.analysis.networks.network_definition import load_network_definitions
from graph_builder.cluster.assertion_tables import (
    FACT,
    Tables,
    corroborate_facts,
    deduplicate_assertions,
    find_ambiguous_assertions,
    make_term,
    mark_standing,
    name_assertions,
    read_tables,
)
from graph_builder.cluster.conflict_tables import (
    find_count_differences,
    find_date_conflicts,
    find_denials,
    find_list_differences,
    find_plans_beside_acts,
    find_value_conflicts,
)
from graph_builder.cluster.network_algorithms import (
    compute_core_numbers,
    compute_pagerank,
    find_components,
    mirror_edges,
    propagate_labels,
)
from graph_builder.cluster.network_tables import (
    count_facts_between,
    project_edges,
    select_network_edges,
)
from graph_builder.cluster.nquads_shards import write_nquads
from graph_builder.cluster.parquet_tables import write_tables
from graph_builder.cluster.spark_session import WorkFolder, open_session, start_sail
from graph_builder.core.errors import LibraryError, ReadError, UnknownNameError
from graph_builder.query.named_questions import ask_for_rows
from graph_builder.store.graph import Graph
from tests.cluster.spark_servers import find_spark, run_spark
from tests.conftest import ROOT
from tests.facts_sample import build_sample
from tests.peak_memory import OWN_PEAK
from tests.small_facts import FactMaker, read

Edge = tuple[str, str, float]
CODES = ("BRA", "CAN", "DEU", "FRA", "IND", "ITA", "JPN", "KEN", "KOR", "USA")


@pytest.fixture(
    scope="module",
    params=["sail-cluster", pytest.param("spark", marks=[pytest.mark.slow, pytest.mark.server])],
)
def session(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Iterator[Any]:
    """Return a session of Sail, a driver and workers, and of Spark, a master and two workers."""
    pytest.importorskip("pyspark", reason="no pyspark-client, so nothing ran on a cluster")
    if request.param == "spark":
        with (
            run_spark(find_spark(), tmp_path_factory.mktemp("spark")) as address,
            open_session(address) as opened,
        ):
            yield opened
        return
    pytest.importorskip("pysail", reason="no pysail, so nothing ran on Sail")
    with open_session(request.param) as opened:
        yield opened


@pytest.fixture(scope="module")
def told(sample: Graph) -> Graph:
    """Return the sample with what it lacks: a denial, two lists and a number of names."""
    say = FactMaker().say
    text, event = "instrument:paris-statement", "event:ai-summit-2027"
    made = read("source:s aigg:origin 'one' . source:t aigg:origin 'one' .")
    made += read(f"{text} a aigg:Declaration .")
    made += [quad for code in CODES for quad in read(f"actor:{code} a aigg:Country .")]
    for number, code in enumerate(CODES):
        for source in ("s", "t", "u")[: 1 + number % 3 + (number < 6)]:
            day = f"2025-02-{number + 10}"
            made += say(f"actor:{code} aigg:endorsed {text}", source=source, from_=day)
    made += say(f"{text} aigg:statedEndorserCount 12", source="s", as_of="2025-02")
    made += say(f"{text} aigg:statedEndorserCount 9", source="u", as_of="2025-02-15")
    made += say(f"actor:KEN aigg:hosted {event}", source="s")
    made += say(f"actor:KEN aigg:hosted {event}", source="t", modality="denied")
    based = {
        quad
        for each in made
        if str(each.predicate) == make_term("aigg:modality")
        for quad in read(f"{each.subject} aigg:basis basis:stated .")
    }
    return Graph.wrap({*sample.quads(), *made, *based})


@pytest.fixture(scope="module")
def folder(told: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("pyarrow", reason="no pyarrow, so no Parquet was written")
    made = tmp_path_factory.mktemp("tables")
    write_tables(told, made)
    return made


@pytest.fixture
def built(session: Any, built_folder: Path) -> Tables:
    """Return the tables of a graph that was built of fact files."""
    return read_tables(session, str(built_folder))


@pytest.fixture(scope="module")
def built_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("pyarrow", reason="no pyarrow, so no Parquet was written")
    made = tmp_path_factory.mktemp("built")
    write_tables(build_sample(), made)
    return made


@pytest.fixture
def tables(session: Any, folder: Path) -> Tables:
    return read_tables(session, str(folder))


@pytest.fixture
def work(session: Any, tmp_path: Path) -> WorkFolder:
    return WorkFolder(session, str(tmp_path / "work"))


def rows(table: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table.toArrow().to_pylist()
    return found


def pairs(table: Any) -> dict[Any, Any]:
    """Return a table of two columns as a mapping."""
    return dict(tuple(row.values()) for row in rows(table))


def test_an_assertion_has_the_iri_and_graph_that_the_build_gives_it(built: Tables) -> None:
    known = built.assertions
    named = name_assertions(known.drop("assertion", "graph"))
    assert known.count() > 1000
    assert pairs(named.select("assertion", "graph")) == pairs(known.select("assertion", "graph"))


def test_of_assertions_that_come_twice_one_stays(tables: Tables) -> None:
    from pyspark.sql import functions as f

    some = tables.assertions.where("modality IS NOT NULL").orderBy("assertion").limit(50)
    again = some.orderBy("assertion").limit(5).withColumn("note", f.lit('"seen again"@en'))
    other = some.orderBy("assertion").limit(2).withColumn("section", f.lit('"elsewhere"'))
    every = some.unionByName(some).unionByName(again).unionByName(other)
    kept = rows(deduplicate_assertions(every))
    assert len(kept) == 52
    assert len([row for row in rows(some) if row in kept]) >= 45
    found = rows(find_ambiguous_assertions(every))
    assert {(row["subject"], row["object"]) for row in found} == {
        (row["subject"], row["object"]) for row in rows(again)
    }
    assert {row["rows"] for row in found} == {2}


def test_standing_follows_from_relation_modality_and_basis(built: Tables) -> None:
    from pyspark.sql import functions as f

    known = built.assertions
    aside = f.when(f.col("standing") == make_term("aigg:SetAside"), f.col("standing"))
    marked = mark_standing(known.withColumn("standing", aside))
    columns = ("assertion", "standing")
    standing = pairs(known.select(*columns))
    assert pairs(marked.select(*columns)) == standing
    assert len({*standing.values()}) == 3


def test_facts_have_the_independent_sources_that_the_question_counts(
    tables: Tables, told: Graph
) -> None:
    found = {
        tuple(row[name] for name in FACT): (row["independent"], row["sources"], row["verification"])
        for row in rows(corroborate_facts(tables.assertions, tables.sources))
    }
    things = ("actor:IND", "event:ai-action-summit-2025", "instrument:paris-statement")
    for thing in things:
        asked = {
            tuple(str(row[name]) for name in FACT): (
                int(getattr(row["independent"], "value", 0)),
                int(getattr(row["sources"], "value", 0)),
                str(row["verification"]),
            )
            for row in ask_for_rows(told, "corroboration", thing=thing)
        }
        about = {fact: counts for fact, counts in found.items() if make_term(thing) in fact}
        assert about == asked
    assert (2, 3) in {counts[:2] for counts in found.values()}


MEMORY = f"""
import sys
from pathlib import Path
import synthetic_tables
from graph_builder.cluster.assertion_tables import corroborate_facts, read_tables
from graph_builder.cluster.conflict_tables import find_value_conflicts
from graph_builder.cluster.spark_session import open_session
synthetic_tables.write(100_000, Path(sys.argv[1]))
with open_session("sail") as session:
    tables = read_tables(session, sys.argv[1])
    support = corroborate_facts(tables.assertions, tables.sources)
    most = support.groupBy().max("independent", "sources").first()
    differ = find_value_conflicts(tables.assertions).count()
print(*most, differ, {OWN_PEAK} // 1024)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured by /proc")
def test_different_values_are_counted_in_little_memory(tmp_path: Path) -> None:
    """Sail takes 2.3 GB where it counts the different sources of each of these facts at once."""
    for library in ("numpy", "pysail", "pyspark"):
        pytest.importorskip(library, reason=f"no {library}, so no memory was measured")
    path = os.pathsep.join((str(ROOT), str(ROOT / "benchmarks")))
    program = tmp_path / "program.py"  # PySpark takes what runs by -c for its own doctests
    program.write_text(MEMORY, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, program, tmp_path / "tables"],
        env={**os.environ, "PYTHONPATH": path, "SAIL_EXECUTION__DEFAULT_PARALLELISM": "2"},
        stdout=subprocess.PIPE,
        check=True,
    )
    origins, sources, differ, megabytes = map(int, done.stdout.split())
    assert 1 < origins <= sources
    assert differ > 1_000
    assert megabytes < 1_000, megabytes


#: The names of columns that questions call otherwise.
NAMES = {"from": "valid_from", "to": "valid_to", "asOf": "as_of"}
NAMES |= {"notIn": "not_in", "otherListed": "other_listed"}
CONFLICTS: dict[str, Callable[[Tables], Any]] = {
    "disagreements": lambda t: find_value_conflicts(t.assertions),
    "disagreements-denials": lambda t: find_denials(t.assertions),
    "disagreements-dates": lambda t: find_date_conflicts(t.assertions),
    "disagreements-plans": lambda t: find_plans_beside_acts(t.assertions, t.things),
    "disagreements-lists": lambda t: find_list_differences(t.assertions),
    "disagreements-counts": lambda t: find_count_differences(t.assertions, t.things),
}


@pytest.mark.parametrize("question", CONFLICTS)
def test_conflicts_are_those_that_the_question_finds(
    question: str, tables: Tables, told: Graph
) -> None:
    table = CONFLICTS[question](tables)
    columns = sorted(table.columns)
    found = Counter(tuple(row[name] for name in columns) for row in rows(table))
    asked = Counter(
        tuple(_value(name, renamed[name]) for name in columns)
        for row in ask_for_rows(told, question)
        if (renamed := {NAMES.get(name, name): term for name, term in row.items()})
    )
    assert found == asked
    assert len(found) > 1


def _value(column: str, term: Any) -> Any:
    """Return the value that a table has for a term of an answer."""
    if term is None:
        return None
    if column in ("affirmed", "own"):
        return term.value == "yes"
    return int(term.value) if column in ("listed", "other_listed") else str(term)


@pytest.mark.parametrize("weighting", ["count", "newman"])
@pytest.mark.parametrize("name", ["co-participation", "co-endorsement", "co-organisation"])
def test_a_projection_is_that_of_the_network(
    name: str, weighting: Any, tables: Tables, told: Graph
) -> None:
    made = project_edges(select_network_edges(tables.edges, tables.things, name), weighting)
    edges: Any = to_networkx(told, name, weighting=weighting).edges(data="weight")
    expected = {frozenset((f"<{one}>", f"<{other}>")): weight for one, other, weight in edges}
    found = {frozenset((row["source"], row["target"])): row["weight"] for row in rows(made)}
    assert len(found) > 1
    assert found.keys() == expected.keys()
    assert found == pytest.approx(expected, rel=1e-12)
    assert all(row["source"] < row["target"] for row in rows(made))


def test_the_edges_of_a_network_are_those_of_its_question(tables: Tables, told: Graph) -> None:
    plain = [name for name, each in load_network_definitions().items() if not each.projected]
    assert len(plain) > 3
    for name in plain:
        found = rows(select_network_edges(tables.edges, tables.things, name))
        edges = {(row["source"], row["target"]) for row in found}
        network = to_networkx(told, name)
        asked = {(f"<{one}>", f"<{other}>") for one, other in network.edges()}
        undirected = asked | {(other, one) for one, other in asked}
        assert len(edges) == len(found) == len(asked), name
        assert edges <= undirected, name


def test_an_unknown_network_is_named(tables: Tables) -> None:
    with pytest.raises(UnknownNameError, match="co-participation"):
        select_network_edges(tables.edges, tables.things, "co-participatoin")


def make_edges(seed: int = 1) -> list[Edge]:
    """Return edges of several components, with loops, ends without exits, and other weights."""
    made: Any = nx.gnm_random_graph(60, 110, seed=seed, directed=True)
    made.update(nx.disjoint_union(nx.path_graph(12), nx.complete_graph(6)).to_directed())
    path = [(f"p{n}", f"p{(n * 7 + 7) % 29}") for n in range(22)]
    named = [(f"n{one}", f"n{other}") for one, other in made.edges()]
    loops = [("n1", "n1"), ("alone", "alone")]
    ends = [*named, *path, *loops]
    return [(one, other, float(1 + i % 4)) for i, (one, other) in enumerate(ends)]


@pytest.fixture
def edges(session: Any, work: WorkFolder) -> Any:
    schema = "source string, target string, weight double"
    return work.keep(session.createDataFrame(make_edges(), schema), "edges")


def directed() -> "nx.DiGraph[str]":
    network: nx.DiGraph[str] = nx.DiGraph()
    network.add_weighted_edges_from(make_edges())
    return network


def undirected() -> "nx.Graph[str]":
    """Return the edges in either direction, their weights added, without loops."""
    network: nx.Graph[str] = nx.Graph()
    network.add_nodes_from(directed())
    for one, other, weight in make_edges():
        if one != other:
            before = network.get_edge_data(one, other, {"weight": 0.0})["weight"]
            network.add_edge(one, other, weight=before + weight)
    return network


def test_pagerank_is_that_of_networkx(edges: Any, work: WorkFolder) -> None:
    found = pairs(compute_pagerank(edges, work))
    expected = nx.pagerank(directed(), tol=1e-15, max_iter=1000)
    assert found.keys() == expected.keys()
    assert max(abs(found[node] - expected[node]) for node in expected) < 1e-9
    assert sum(found.values()) == pytest.approx(1, abs=1e-9)


def test_pagerank_of_an_undirected_network_is_that_of_networkx(
    session: Any, work: WorkFolder
) -> None:
    made: Any = nx.gnm_random_graph(30, 150, seed=1)
    network: nx.Graph[str] = nx.relabel_nodes(made, str)
    weights = {(one, other): 1.0 + int(one) % 3 for one, other in network.edges}
    nx.set_edge_attributes(network, weights, "weight")
    schema = "source string, target string, weight double"
    edges = session.createDataFrame([*network.edges(data="weight")], schema)
    found = pairs(compute_pagerank(mirror_edges(edges), work))
    expected = nx.pagerank(network, tol=1e-15, max_iter=1000)
    assert found.keys() == expected.keys()
    assert max(abs(found[node] - expected[node]) for node in expected) < 1e-9


def test_components_are_those_of_networkx(edges: Any, work: WorkFolder) -> None:
    found = pairs(find_components(edges, work))
    components = [*nx.connected_components(undirected())]
    assert len(components) > 4
    assert found == {node: min(nodes) for nodes in components for node in nodes}


def test_core_numbers_are_those_of_networkx(edges: Any, work: WorkFolder) -> None:
    expected = nx.core_number(undirected())
    assert len({*expected.values()}) > 3
    assert pairs(compute_core_numbers(edges, work)) == expected


@pytest.mark.parametrize(
    "compute", [compute_pagerank, find_components, propagate_labels, compute_core_numbers]
)
def test_a_network_without_edges_has_no_nodes(
    compute: Callable[..., Any], edges: Any, work: WorkFolder
) -> None:
    none = work.keep(edges.where("weight < 0"), "none")
    found = compute(none, work)
    assert found.columns[0] == "node"
    assert rows(found) == []


@pytest.mark.parametrize("rounds", [1, 20])
def test_labels_spread_as_in_a_plain_loop(rounds: int, edges: Any, work: WorkFolder) -> None:
    expected = spread_labels(undirected(), rounds)
    assert pairs(propagate_labels(edges, work, rounds)) == expected


def spread_labels(network: "nx.Graph[str]", rounds: int) -> dict[str, str]:
    """Return what each node is labelled after some rounds, in each of which all nodes change."""
    labels = {node: node for node in network}
    for _ in range(rounds):
        after = {}
        for node in network:
            votes: Counter[str] = Counter()
            for other, held in network[node].items():
                votes[labels[other]] += held["weight"]
            best = [label for label in votes if votes[label] == max(votes.values())]
            after[node] = labels[node] if labels[node] in best or not best else min(best)
        if after == labels:
            break
        labels = after
    return labels


def test_the_network_of_facts_counts_facts_and_not_assertions(tables: Tables, told: Graph) -> None:
    made = rows(count_facts_between(tables.edges))
    found = {(row["source"], row["target"]): row["weight"] for row in made}
    asked = {
        tuple(str(row[name]) for name in FACT)
        for row in ask_for_rows(told, "network", source="all")
        if str(row["object"]).startswith("<")
    }
    triples = {fact for fact in asked if _is_triple(told, fact)}
    expected = Counter((subject, object_) for subject, _, object_ in triples)
    assert found == expected
    assert max(found.values()) > 1


def _is_triple(graph: Graph, fact: tuple[str, ...]) -> bool:
    return bool(graph.query(f"ASK {{ {' '.join(fact)} }}"))


def test_shards_load_as_the_graph_that_the_build_makes_of_the_same_assertions(
    built: Tables, work: WorkFolder, tmp_path: Path
) -> None:
    """What two crawls found, without the names and standing that the build would give."""
    from pyspark.sql import functions as f

    aside = f.when(f.col("standing") == make_term("aigg:SetAside"), f.col("standing"))
    found = built.assertions.withColumn("standing", aside).drop("assertion", "graph")
    named = deduplicate_assertions(name_assertions(found.unionByName(found)))
    kept = replace(built, assertions=work.keep(named, "named"))
    files = write_nquads(kept, tmp_path / "shards")
    store = Store()
    for file in files:
        store.bulk_load(path=str(file), format=RdfFormat.N_QUADS)
    assert {*store} == {*build_sample().store}
    assert sum(len(file.read_bytes().splitlines()) for file in files) == len(store)
    names = [file.parent.name for file in files]
    assert [name for name, _ in groupby(names)] == ["assertions", "facts", "rest"]
    with pytest.raises(ReadError, match="is not empty"):
        write_nquads(kept, tmp_path / "shards")


def test_where_nothing_is_left_no_shards_are_written(
    built: Tables, work: WorkFolder, tmp_path: Path
) -> None:
    few = work.keep(built.assertions.where("standing IS NOT NULL").limit(3), "few")
    kept = replace(built, assertions=few, rest=work.keep(built.rest.limit(0), "rest"))
    files = write_nquads(kept, tmp_path / "shards")
    lines = {file.parent.name: file.read_text("utf-8").splitlines() for file in files}
    assert {name for name, written in lines.items() if written} == {"assertions", "facts"}


def test_a_work_folder_keeps_the_latest_table_of_a_name(work: WorkFolder, session: Any) -> None:
    table = session.createDataFrame([("a", 1)], "node string, number int")
    first = work.keep(table, "ranks")
    second = work.keep(first.withColumn("number", first["number"] + 1), "ranks")
    work.keep(table, "other")
    assert rows(second) == [{"node": "a", "number": 2}]


def test_sail_listens_on_this_machine_alone() -> None:
    pytest.importorskip("pysail", reason="no pysail, so nothing listened")
    with start_sail("local") as address:
        host, _, port = address.removeprefix("sc://").partition(":")
        assert host == "127.0.0.1"
        # the port is free at another address, which it is not where a server listens at all
        socket.create_server(("127.0.0.2", int(port))).close()


@pytest.mark.parametrize("address", ["sc://", "sc://127.0.0.1:x", "sc:/127.0.0.1"])
def test_what_is_no_address_is_refused(address: str) -> None:
    pytest.importorskip("pyspark", reason="no pyspark-client, so no address was tried")
    with pytest.raises(ReadError, match="write sc://HOST:PORT"), open_session(address):
        pass


def test_an_address_at_which_nothing_answers_is_named() -> None:
    pytest.importorskip("pyspark", reason="no pyspark-client, so no address was tried")
    with (
        pytest.raises(ReadError, match="no Spark server answers; is it running"),
        open_session("sc://127.0.0.1:1"),
    ):
        pass


def test_a_master_that_the_client_cannot_use_is_refused_with_what_to_install() -> None:
    util: Any = pytest.importorskip("pyspark.util", reason="no pyspark-client")
    if not util.is_remote_only():
        pytest.skip("the whole of Spark is installed")
    with (
        pytest.raises(LibraryError, match="install pyspark and Java in place of pyspark-client"),
        open_session("spark://127.0.0.1:7077"),
    ):
        pass


@pytest.mark.parametrize(
    ("module", "master"), [("pysail.spark", "sail"), ("pyspark.sql", "sc://127.0.0.1:1")]
)
def test_without_a_library_the_extra_is_named(
    module: str, master: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with (
        pytest.raises(LibraryError, match=r"pip install 'ai-governance-graph\[cluster\]'"),
        open_session(master),
    ):
        pass


def test_a_program_without_a_file_can_open_a_session() -> None:
    """PySpark ends such programs, which it takes for its own doctests."""
    for name in ("pyspark", "pysail"):
        pytest.importorskip(name, reason="no pyspark-client or pysail, so no session was opened")
    program = (
        "from graph_builder.cluster.spark_session import open_session\n"
        "with open_session() as session: print(session.range(3).count())\n"
        "import __main__; print(hasattr(__main__, '__file__'))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert (done.returncode, done.stdout.split()) == (0, [b"3", b"False"])
