"""Name blank nodes by what is said of them, so that two versions of a graph can be compared.

Blank nodes that triples join are one group. In a group, each node is told from the others by its
neighbours, their neighbours and so on (colour refinement: B. Weisfeiler and A. Leman, 1968). Where
that leaves nodes that look alike, a small group is put into the canonical form of RDFC-1.0
(https://www.w3.org/TR/rdf-canon/); its time grows exponentially, so a large one is refused.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, NamedNode, Quad, Triple

from graph_builder.core.errors import DiffError
from graph_builder.core.text import shorten
from graph_builder.core.vocabulary import compact, expand

#: The beginning of the IRIs that stand for blank nodes.
BLANK_PREFIX = "urn:blank:"
#: Nodes of a group up to which the canonical form takes no time, even if all look alike.
_MAX_ALIKE = 5
#: Digests that telling the nodes of a group apart may take: seconds.
_MAX_DIGESTS = 50_000
_MAX_DESCRIPTION = 100
_NAME_LENGTH = 12
_TYPE = expand("rdf:type")
_Group = list[Triple]


def name_blank_nodes(quads: Iterable[Quad]) -> list[Triple]:
    """Return the triples of quads with IRIs in the place of blank nodes, equal for equal groups.

    Groups that are equal are numbered. Raises DiffError for a group whose nodes cannot be told
    apart in reasonable time.
    """
    triples = [*dict.fromkeys(quad.triple for quad in quads)]
    found = [triple for triple in triples if not any(map(_is_blank, triple))]
    seen: Counter[str] = Counter()
    for group in map(_canonicalize, _split_groups(triples)):
        digest = _hash(sorted(map(str, group)))
        seen[digest] += 1
        iris = {
            node: NamedNode(BLANK_PREFIX + _hash([digest, node, seen[digest]])[:_NAME_LENGTH])
            for triple in group
            for node in _list_blank(triple)
        }
        found += [_rename(triple, iris) for triple in group]
    return found


def describe_blank_nodes(triples: Iterable[Triple]) -> dict[str, str]:
    """Return how Turtle would begin to write each named blank node, shortened, by its IRI."""
    said: dict[str, list[str]] = defaultdict(list)
    for triple in sorted(triples, key=lambda each: (each.predicate.value != _TYPE, str(each))):
        subject = getattr(triple.subject, "value", "")
        if subject.startswith(BLANK_PREFIX):
            relation = "a" if triple.predicate.value == _TYPE else compact(triple.predicate.value)
            said[subject].append(f"{relation} {_format_object(triple.object)}")
    return {iri: f"[{shorten(' ; '.join(each), _MAX_DESCRIPTION)}]" for iri, each in said.items()}


def _format_object(term: Any) -> str:
    value = str(getattr(term, "value", term))
    return "[]" if value.startswith(BLANK_PREFIX) else compact(value)


def _is_blank(term: object) -> bool:
    return isinstance(term, BlankNode)


def _split_groups(triples: Iterable[Triple]) -> Iterator[_Group]:
    """Yield the triples with blank nodes, those of nodes that triples join together."""
    joined: dict[BlankNode, BlankNode] = {}

    def find(node: BlankNode) -> BlankNode:
        while (above := joined.setdefault(node, node)) != node:
            joined[node] = node = joined[above]
        return node

    anchored = [(triple, nodes) for triple in triples if (nodes := _list_blank(triple))]
    for _, nodes in anchored:
        joined[find(nodes[0])] = find(nodes[-1])
    groups: dict[BlankNode, _Group] = defaultdict(list)
    for triple, nodes in anchored:
        groups[find(nodes[0])].append(triple)
    yield from groups.values()


def _list_blank(triple: Triple) -> list[BlankNode]:
    return [term for term in (triple.subject, triple.object) if isinstance(term, BlankNode)]


def _canonicalize(group: _Group) -> _Group:
    """Return a group with labels of blank nodes that depend on what it says alone."""
    colours = _refine_colours(group)
    size = len(colours)
    if len({*colours.values()}) == size:
        labels = {node: BlankNode(colour) for node, colour in colours.items()}
        return [_rename(triple, labels) for triple in group]
    if size > _MAX_ALIKE:
        raise DiffError(_format_refusal(size, "several of them look alike"))
    dataset = Dataset(Quad(*triple) for triple in group)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return [quad.triple for quad in dataset]


def _format_refusal(size: int, reason: str) -> str:
    return (
        f"the versions cannot be compared: {size:,} blank nodes (things without a name) belong "
        f"together, and {reason}; give them IRIs"
    )


def _refine_colours(group: _Group) -> dict[BlankNode, str]:
    """Return for each blank node a digest of what is said of it, of its neighbours and so on."""
    mentions: dict[BlankNode, list[Triple]] = defaultdict(list)
    for triple in group:
        for node in {*_list_blank(triple)}:
            mentions[node].append(triple)
    colours = dict.fromkeys(mentions, "")
    number = digests = 0
    while number < len({*colours.values()}):
        number = len({*colours.values()})
        digests += len(colours)
        if digests > max(_MAX_DIGESTS, 2 * len(colours)):
            raise DiffError(_format_refusal(len(colours), "they are joined in a chain too long"))
        colours = {node: _hash_mentions(node, mentions[node], colours) for node in mentions}
    return colours


def _hash_mentions(
    node: BlankNode, triples: Iterable[Triple], colours: Mapping[BlankNode, str]
) -> str:
    names = {each: BlankNode(f"c{colours[each]}") for t in triples for each in _list_blank(t)}
    names[node] = BlankNode("self")
    return _hash([colours[node], *sorted(str(_rename(triple, names)) for triple in triples)])


def _rename(triple: Triple, names: Mapping[BlankNode, Any]) -> Triple:
    subject, predicate, object_ = triple
    return Triple(names.get(subject, subject), predicate, names.get(object_, object_))


def _hash(parts: Iterable[object]) -> str:
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()
