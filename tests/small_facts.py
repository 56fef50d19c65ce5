"""Small graphs and fact files, made in a test: what a source says, when, and how well verified."""

from collections.abc import Iterable
from itertools import count
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from graph_builder.core import vocabulary as v

FACT = "  - {{subject: {0}, relation: {1}, object: {2}, section: lead, modality: {3}{4}}}\n"
_PREFIXES = "".join(f"PREFIX {name}: <{iri}> " for name, iri in v.PREFIXES.items())


def node(name: str) -> NamedNode:
    """Return the node of a prefixed name."""
    return NamedNode(v.expand(name))


def read(turtle: str, graph: str = "") -> list[Quad]:
    """Return the triples of some Turtle with the prefixes of the house, in a graph or the merge."""
    name = (node(graph),) if graph else ()
    return [Quad(*q.triple, *name) for q in parse(_PREFIXES + turtle, format=RdfFormat.TURTLE)]


class FactMaker:
    """Makes assertions ``assertion:1``, ``assertion:2`` and so on, each with its plain triple."""

    def __init__(self) -> None:
        """Begin to count."""
        self._numbers = count(1)

    def say(
        self,
        fact: str,
        *,
        source: str = "s",
        modality: str = "reported",
        verification: str = "press",
        graph: str = "",
        from_: str = "",
        to: str = "",
        as_of: str = "",
    ) -> list[Quad]:
        """Return an assertion of a fact, given as subject, relation and object in Turtle.

        It affirms the fact where that is reported.
        """
        affirmed = modality == "reported"
        subject, relation, object_ = fact.split(" ", 2)
        dates = {"validFrom": from_, "validTo": to, "asOf": as_of}
        said = "".join(f'aigg:{name} "{day}" ; ' for name, day in dates.items() if day)
        text = f"""assertion:{next(self._numbers)} rdf:subject {subject} ;
          rdf:predicate {relation} ; rdf:object {object_} ; prov:wasDerivedFrom source:{source} ;
          {said} aigg:modality modality:{modality} ; aigg:section "lead" ;
          aigg:verification verification:{verification} ;
          a aigg:Assertion {", aigg:Affirmation" if affirmed else ""} ."""
        return read(text + (f" {fact} ." if affirmed else ""), graph)


def write_fact_file(folder: Path, facts: Iterable[str], head: str) -> Path:
    """Write a file with facts: terms with an optional modality, and further keys after a bar."""
    lines = []
    for fact in facts:
        terms, _, more = fact.partition(" | ")
        subject, relation, object_, *modality = terms.split(" ")
        keys = f", {more}" if more else ""
        lines.append(
            FACT.format(subject, relation, f'"{object_}"', *(modality or ["reported"]), keys)
        )
    file = folder / "mine.yaml"
    file.write_text(f"{head}facts:\n{''.join(lines)}", encoding="utf-8")
    return file
