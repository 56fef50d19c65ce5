"""Documents rehearsed, so that all they import and read is there: workers can open no file."""

from pyoxigraph import RdfFormat, Store

from graph_builder.pages import answers, rendering
from graph_builder.server.documents import document
from graph_builder.store import Graph
from graph_builder.vocabulary import PREFIXES

_PLAY = """
actor:one a aigg:Country ; skos:prefLabel "one"@en .
event:two a aigg:Event ; skos:prefLabel "two"@en .
assertion:three a aigg:Assertion , aigg:Affirmation ;
  rdf:subject actor:one ; rdf:predicate aigg:hosted ; rdf:object event:two ;
  aigg:modality modality:reported ; aigg:basis basis:stated ; aigg:section "1" ;
  aigg:verification verification:press ; prov:wasDerivedFrom source:four .
"""
_SCENES = (
    *("", "ns", "find", "nothing/onee", "actor.html", "actor.ttl", "actor.rdf", "actor.jsonld"),
    *("actor/one.html", "assertion/three.html", "picture/actor/one"),
)


def rehearse() -> None:
    """Make a document of each sort for a graph of one fact."""
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    store = Store()
    store.load(prefixes + _PLAY, format=RdfFormat.TURTLE)
    graph = Graph(store)
    rendering.prepare()
    answers.known()
    for path in _SCENES:
        document(graph, {"accept": "", "asked": "onee", "path": path, "up": ""}, 1 << 30)
