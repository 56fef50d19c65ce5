"""A graph whose texts, and the ids of some things, would each be code if a page let them."""

from itertools import count
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Quad

from graph_builder.core.vocabulary import BASE, expand
from graph_builder.pages.index_pages import list_entities_by_kind
from graph_builder.store.graph import Graph
from tests.pictures.views import HOSTILE, TEXTS

#: What no file can be called by everywhere, or what leads out of a folder.
IDS = (
    *("con", "aux.ttl", "index", "COM1", "..", ".", "../../x", "a/b", "-rf", ".hidden", "dot."),
    *("IND", "ind", "Ind", "%2e%2e%2f", "a:b", "a'b", "a&b;c", "~x", "x" * 300, "é", "नमस्ते"),
    *("javascript:window.ran=1", "x.html", "a=b,c", "$(x)", "*", "a@b", "!", "(a)"),
)
_SAFE = "!$&'()*+,;=:@~/"
_KINDS = ("actor/", "theme/", "event/", "position/")


def ids() -> list[str]:
    """Return the hostile texts as ids, which an IRI holds escaped, then ids that are hostile."""
    return [*(quote(text, safe=_SAFE) for text in HOSTILE), *IDS]


def worse(graph: Graph) -> Graph:
    """Return a graph of which each text ends with a hostile one, and whose things have such ids."""
    quads = sorted(graph.quads(), key=str)
    texts = {expand(each) for each in TEXTS}
    renamed = _renamed(graph)
    number = count()
    return Graph.wrap([_worse(quad, texts, renamed, number) for quad in quads])


def _renamed(graph: Graph) -> dict[str, NamedNode]:
    """Return new ids for things that have a page, by their old IRIs."""
    pages = (iri for iris in list_entities_by_kind(graph).values() for iri in iris)
    things = sorted(iri for iri in pages if iri.removeprefix(BASE).startswith(_KINDS))
    made = (
        NamedNode(f"{iri.rpartition('/')[0]}/{new}")
        for iri, new in zip(things, ids(), strict=False)
    )
    return dict(zip(things, made, strict=False))


def _worse(
    quad: Quad, texts: set[str], renamed: dict[str, NamedNode], number: "count[int]"
) -> Quad:
    ends = [renamed.get(getattr(end, "value", ""), end) for end in (quad.subject, quad.object)]
    if isinstance(quad.object, Literal) and quad.predicate.value in texts:
        text = f"{quad.object.value} {HOSTILE[next(number) % len(HOSTILE)]}"
        language = quad.object.language
        ends[1] = Literal(text, language=language) if language else Literal(text)
    return Quad(ends[0], quad.predicate, ends[1], quad.graph_name)  # type: ignore[arg-type]
