"""Convert assertions between RDF 1.1 reification and RDF 1.2 triple terms.

An assertion names its fact by ``rdf:subject``, ``rdf:predicate`` and ``rdf:object``. RDF 1.2 uses
``rdf:reifies`` and a triple term instead (RDF 1.2 Concepts, section 1.5). The IRI of the assertion
becomes the reifier, so that other triples about it do not change.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, Triple

from graph_builder.core.errors import ReadError
from graph_builder.core.vocabulary import expand

_REIFIES = NamedNode(expand("rdf:reifies"))
_STATEMENT_PARTS = [NamedNode(expand(f"rdf:{name}")) for name in ("subject", "predicate", "object")]


def reify(quads: Iterable[Quad]) -> list[Quad]:
    """Return quads with each complete RDF 1.1 statement turned into an RDF 1.2 reifier.

    A statement with a missing or repeated part does not change.
    """
    others: list[Quad] = []
    parts: dict[object, list[Quad]] = defaultdict(list)
    for quad in quads:
        if quad.predicate in _STATEMENT_PARTS:
            parts[quad.subject, quad.graph_name].append(quad)
        else:
            others.append(quad)
    for statement in parts.values():
        others += [_build_reifier(statement)] if _is_complete(statement) else statement
    return others


def _is_complete(parts: list[Quad]) -> bool:
    values = {quad.predicate: quad.object for quad in parts}
    subject, predicate, _ = map(values.get, _STATEMENT_PARTS)
    whole = len(parts) == len(values) == len(_STATEMENT_PARTS)
    return whole and isinstance(predicate, NamedNode) and not isinstance(subject, Literal)


def _build_reifier(parts: list[Quad]) -> Quad:
    values: dict[NamedNode, Any] = {quad.predicate: quad.object for quad in parts}
    triple = Triple(*(values[part] for part in _STATEMENT_PARTS))
    return Quad(parts[0].subject, _REIFIES, triple, parts[0].graph_name)


def unreify(quads: Iterable[Quad]) -> Iterator[Quad]:
    """Yield quads with RDF 1.2 reifiers turned into RDF 1.1 statements: the inverse of ``reify``.

    Raises ReadError for a reifier of several triples, and for a triple term in another place.
    """
    seen: Counter[object] = Counter()
    for quad in quads:
        if not isinstance(quad.object, Triple):
            yield quad
            continue
        seen[quad.subject, quad.graph_name] += 1
        if quad.predicate != _REIFIES or seen[quad.subject, quad.graph_name] > 1:
            raise ReadError(
                f"a triple term is read only after rdf:reifies, one for each reifier: {quad}"
            )
        for part, value in zip(_STATEMENT_PARTS, quad.object, strict=True):
            yield Quad(quad.subject, part, value, quad.graph_name)
