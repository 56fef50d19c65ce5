"""Networks for Gephi and its like: GEXF 1.3 (https://gexf.net), the same bytes for equal networks.

The writer of networkx sets the day of today into the file.
"""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from graph_builder.pictures.safety import plain

if TYPE_CHECKING:
    import networkx as nx

#: What XML 1.0 has no way to write (section 2.2).
_UNLAWFUL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_OF_LINES = ("relation", "modality", "source")


def gexf(network: "nx.MultiDiGraph[str]") -> str:
    """Return a network as GEXF: things with their kind, lines with relation, modality, source."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<gexf xmlns="http://gexf.net/1.3" version="1.3">',
        '<graph defaultedgetype="directed" mode="static">',
        *_attributes("node", ("kind",)),
        *_attributes("edge", _OF_LINES),
        "<nodes>",
        *_nodes(network),
        "</nodes>",
        "<edges>",
        *_edges(network),
        "</edges>",
        "</graph>",
        "</gexf>",
    ]
    return "\n".join(lines) + "\n"


def _attributes(of: str, names: tuple[str, ...]) -> Iterator[str]:
    yield f'<attributes class="{of}">'
    yield from (f'<attribute id="{name}" title="{name}" type="string"/>' for name in names)
    yield "</attributes>"


def _nodes(network: "nx.MultiDiGraph[str]") -> Iterator[str]:
    for name in sorted(network.nodes):
        held = network.nodes[name]
        label, kind = held.get("label", name), held.get("kind_label", "")
        yield f"<node{_written({'id': name, 'label': label})}>{_values({'kind': kind})}</node>"


def _edges(network: "nx.MultiDiGraph[str]") -> Iterator[str]:
    for at, (source, target, relation) in enumerate(sorted(network.edges(keys=True))):
        held = network.edges[source, target, relation]
        facts = held.get("facts", [])
        said = {
            name: " ".join(sorted({str(f.get(name, "")) for f in facts} - {""}))
            for name in ("modality", "source")
        }
        ends = {
            "id": f"e{at}",
            "source": source,
            "target": target,
            "label": held.get("relation", relation),
            "weight": held.get("weight", 1),
        }
        yield f"<edge{_written(ends)}>{_values({'relation': relation, **said})}</edge>"


def _values(values: Mapping[str, Any]) -> str:
    inner = (
        f"<attvalue{_written({'for': name, 'value': text})}/>" for name, text in values.items()
    )
    return f"<attvalues>{''.join(inner)}</attvalues>"


def _written(attributes: Mapping[str, Any]) -> str:
    pairs = ((name, _UNLAWFUL.sub("\ufffd", str(plain(str(v))))) for name, v in attributes.items())
    return "".join(f" {name}={quoteattr(text)}" for name, text in pairs)
