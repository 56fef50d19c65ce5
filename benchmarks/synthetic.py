"""Write a governance graph that is made up, of any size, always the same for a seed, as N-Quads.

    python benchmarks/synthetic.py 200000 graph.nq

It has the shape of what the facts compile to: actors and events with labels, and for each fact a
triple and an assertion, both in the graph of its source and in the merged default graph. Who takes
part in what is skewed, as it is in the world: few actors are everywhere.
"""

import argparse
import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

SEED = 20250210
COUNTRIES = 200
_BASE = "https://w3id.org/aigg/"
_NS = f"{_BASE}ns#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_PROV = "http://www.w3.org/ns/prov#"
_LABEL = "http://www.w3.org/2004/02/skos/core#prefLabel"
_RELATIONS = ("attended", "coChaired", "hosted", "spokeAt")
#: About how many quads come of one fact, with its share in actors, events and sources.
_QUADS_A_FACT = 21
_FACTS_AN_ACTOR, _FACTS_AN_EVENT, _FACTS_A_SOURCE = 8, 40, 50


def lines(number: int, seed: int = SEED) -> Iterator[str]:
    """Return so many different quads as lines of N-Quads; the seed alone decides which.

    Memory holds a number for each fact, not the lines: 10 million quads take 0.1 GB.
    """
    return islice(_statements(number // _QUADS_A_FACT + 1, seed), number)


def _statements(facts: int, seed: int) -> Iterator[str]:
    chance = random.Random(seed)  # noqa: S311 -- not a secret
    actors, events = facts // _FACTS_AN_ACTOR + 2, facts // _FACTS_AN_EVENT + 2
    for kind, count in (("actor", actors), ("event", events)):
        for number in range(count):
            thing = f"<{_BASE}{kind}/x{number}>"
            yield f"{thing} <{_RDF}type> <{_NS}{_class(kind, number)}> ."
            yield f'{thing} <{_LABEL}> "{kind.title()} {number}"@en .'
    sources = facts // _FACTS_A_SOURCE + 1
    merged: set[int] = set()
    said: set[int] = set()
    for number in range(2 * facts):
        actor = min(int(chance.paretovariate(0.7)) - 1, actors - 1)
        relation, event = chance.choice(_RELATIONS), chance.randrange(events)
        source = chance.randrange(sources)
        fact = (actor * len(_RELATIONS) + _RELATIONS.index(relation)) * events + event
        names = (f"actor/x{actor}", relation, f"event/x{event}")
        in_default_graph, in_source_graph, *assertion = _fact(number, names, source)
        if fact not in merged:
            merged.add(fact)
            yield in_default_graph
        if (statement := fact * sources + source) not in said:
            said.add(statement)
            yield in_source_graph
        yield from assertion


def _class(kind: str, number: int) -> str:
    """Return the class of a thing: of the actors, the few that are everywhere are countries."""
    return "Event" if kind == "event" else "Country" if number < COUNTRIES else "Institution"


def _fact(number: int, fact: tuple[str, str, str], source: int) -> Iterator[str]:
    subject, relation, object_ = f"<{_BASE}{fact[0]}>", f"<{_NS}{fact[1]}>", f"<{_BASE}{fact[2]}>"
    assertion = f"<{_BASE}assertion/x{number}>"
    triples = (
        f"{subject} {relation} {object_}",
        f"{assertion} <{_RDF}type> <{_NS}Affirmation>",
        f"{assertion} <{_RDF}type> <{_NS}Assertion>",
        f"{assertion} <{_RDF}subject> {subject}",
        f"{assertion} <{_RDF}predicate> {relation}",
        f"{assertion} <{_RDF}object> {object_}",
        f"{assertion} <{_NS}modality> <{_BASE}modality/reported>",
        f"{assertion} <{_NS}basis> <{_BASE}basis/stated>",
        f"{assertion} <{_PROV}wasDerivedFrom> <{_BASE}source/x{source}>",
        f'{assertion} <{_NS}section> "paragraph {number % 40}"',
    )
    for triple in triples:
        yield f"{triple} ."
        yield f"{triple} <{_BASE}graph/x{source}> ."


def write(number: int, path: Path, seed: int = SEED) -> None:
    """Write so many quads to a file."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines(number, seed))


def main() -> None:
    """Write the graph that is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("number", type=int, help="quads")
    parser.add_argument("path", type=Path, help="file to write")
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args()
    write(asked.number, asked.path, asked.seed)


if __name__ == "__main__":
    main()
