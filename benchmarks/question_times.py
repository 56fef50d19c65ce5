"""Twelve typical questions, answered by each engine in Python with equal rows."""

import statistics
import tempfile
from functools import partial
from pathlib import Path

from engines import ENGINES, ON_DISK, OURS, Ask, simplify, write_graph
from results import Cell, Grid, Part, Row, Scale
from timing import Comparison, measure

TITLE = "Twelve questions in every Python engine"
TEXT = """\
All engines hold the same made-up graph and answer the same twelve questions in one process; their
rows are equal, else the run ends. A time is that of an answer with all its rows as Python objects.
The first table compares geometric means over the twelve questions."""
#: The most runs of a question by itself, of which there are many.
MOST_RUNS = 3
QUADS = {"quick": 3_000, "normal": 10_000, "full": 10_000}
RUNS = {"quick": 1, "normal": 5, "full": 9}
MISS = (
    "Where an answer has few rows, most of our time goes into reading and planning the query, "
    "which a faster join does not shorten."
)
_TOOK_PART = "aigg:attended|aigg:coChaired|aigg:hosted|aigg:spokeAt"
_ACTOR, _EVENT = "<https://w3id.org/aigg/actor/x0>", "<https://w3id.org/aigg/event/x1>"
QUESTIONS = {
    "name of an actor": f"SELECT ?name {{ {_ACTOR} skos:prefLabel ?name }}",
    "who took part in an event": f"""
SELECT DISTINCT ?actor ?name {{ ?actor {_TOOK_PART} {_EVENT} ; skos:prefLabel ?name }}""",
    "events of an actor": f"""
SELECT ?relation ?name {{
  VALUES ?relation {{ aigg:attended aigg:hosted aigg:spokeAt }}
  {_ACTOR} ?relation ?event . ?event skos:prefLabel ?name
}}""",
    "participants of each event": """
SELECT ?event (COUNT(?actor) AS ?actors) { ?actor aigg:attended ?event } GROUP BY ?event""",
    "who took part together": f"""
SELECT ?one ?other (COUNT(DISTINCT ?event) AS ?events) {{
  ?one {_TOOK_PART} ?event . ?other {_TOOK_PART} ?event .
  FILTER (STR(?one) < STR(?other))
}} GROUP BY ?one ?other""",
    "who says so, and where": f"""
SELECT ?source ?section {{
  ?assertion rdf:subject {_ACTOR} ; rdf:predicate aigg:attended ; rdf:object ?event ;
             prov:wasDerivedFrom ?source ; aigg:section ?section
}}""",
    "sources of each relation": """
SELECT ?relation (COUNT(DISTINCT ?source) AS ?sources) {
  ?assertion rdf:predicate ?relation ; prov:wasDerivedFrom ?source
} GROUP BY ?relation""",
    "facts of several sources": """
SELECT ?s ?p ?o (COUNT(DISTINCT ?source) AS ?sources) {
  ?assertion rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; prov:wasDerivedFrom ?source
} GROUP BY ?s ?p ?o HAVING (COUNT(DISTINCT ?source) > 1)""",
    "hosts who never spoke": """
SELECT DISTINCT ?actor {
  ?actor aigg:hosted ?event FILTER NOT EXISTS { ?actor aigg:spokeAt ?other }
}""",
    "things by a part of a name": """
SELECT ?thing ?name { ?thing skos:prefLabel ?name FILTER CONTAINS(LCASE(STR(?name)), "or 1") }""",
    "all edges": """
SELECT ?s ?p ?o { ?s ?p ?o . ?s skos:prefLabel ?one . ?o skos:prefLabel ?other }""",
    "all assertions, with what may be missing": """
SELECT ?assertion ?s ?source ?section {
  ?assertion a aigg:Affirmation ; rdf:subject ?s ; prov:wasDerivedFrom ?source
  OPTIONAL { ?assertion aigg:section ?section }
}""",
}


def run(scale: Scale) -> Part:
    """Return the geometric means beside each engine, and the times of each question."""
    quads = QUADS[scale]
    asks: dict[str, Ask] = {}
    with tempfile.TemporaryDirectory() as name:
        write_graph(quads, Path(name))
        for engine, made in ENGINES.items():
            if made.is_installed and engine != ON_DISK:
                asks[engine] = made.load(Path(name))
        for text in QUESTIONS.values():
            check_answers_are_equal(asks, text)
        what = f"{len(QUESTIONS)} questions, {quads:,} quads"
        rows = [
            compare(what, engine, asks, scale)
            if engine in asks
            else Row(what, engine, missing="not installed")
            for engine in ENGINES
            if engine not in (OURS, ON_DISK)
        ]
        grid = measure_each(asks, scale)
    return Part("questions", TITLE, TEXT, rows, [grid])


def check_answers_are_equal(asks: dict[str, Ask], text: str) -> None:
    """End the run if an engine has other rows than ours, or if nobody has rows."""
    expected = simplify(asks[OURS](text))
    if not expected:
        raise SystemExit(f"a question has no rows:{text}")
    for engine, ask in asks.items():
        if simplify(ask(text)) != expected:
            raise SystemExit(f"{engine} has other rows than ours:{text}")


def compare(what: str, engine: str, asks: dict[str, Ask], scale: Scale) -> Row:
    """Return our times and those of an engine, geometric means over the questions."""
    pairs = [
        (partial(asks[OURS], text), partial(asks[engine], text)) for text in QUESTIONS.values()
    ]
    target = {"rdflib": 1 / 50, "pyoxigraph": None}.get(engine, 1.0)
    reason = ENGINES[engine].reason
    comparison = Comparison(what, engine, pairs, reason, target, miss=MISS)
    return measure(comparison, RUNS[scale])


def measure_each(asks: dict[str, Ask], scale: Scale) -> Grid:
    """Return the median time of each question in each engine."""
    found: dict[str, list[Cell]] = {}
    lost = []
    others = [engine for engine in asks if engine != OURS]
    for name, text in QUESTIONS.items():
        compared = {}
        for engine in others:
            pairs = [(partial(asks[OURS], text), partial(asks[engine], text))]
            comparison = Comparison(name, engine, pairs, "")
            compared[engine] = measure(comparison, min(RUNS[scale], MOST_RUNS))
        ours = [time for row in compared.values() for time in row.ours]
        found[name] = [_median(ours), *(_median(row.theirs) for row in compared.values())]
        for engine, row in compared.items():
            if row.is_lost:
                lost.append((engine, name))
    return Grid("question", [OURS, *others], found, notes=list_winners(others, lost))


def list_winners(engines: list[str], lost: list[tuple[str, str]]) -> list[str]:
    """Return a sentence on each engine that takes less time than ours, with the reason."""
    said = []
    for engine in engines:
        names = [name for other, name in lost if other == engine]
        which = "all questions" if len(names) == len(QUESTIONS) else ", ".join(names)
        if names:
            said.append(f"**{engine}** takes less time for: {which}. {ENGINES[engine].reason}")
    return said


def _median(times: list[float]) -> Cell:
    return Cell(statistics.median(times))
