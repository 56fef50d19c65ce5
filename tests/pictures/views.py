"""The pictures that are checked: each registered view by its example, and stages by a made-up one.

A new view is checked by being registered; its declaration names an example of the shipped graph,
of which a sample is drawn.
"""

import pickle
from collections.abc import Callable
from functools import cache

from pyoxigraph import Literal, Quad

from graph_builder.core.vocabulary import expand
from graph_builder.pictures.view_definition import Picture
from graph_builder.pictures.view_registry import build_picture, load_views
from graph_builder.store.graph import Graph
from tests.conftest import once, open_sample

#: Names that stand for the views: the tests are parametrised over them.
NAMES = tuple(load_views())

HOSTILE = (
    "<script>window.ran = 1</script>",
    "</script><script>window.ran = 1</script>",
    "<img src=x onerror='window.ran = 1'>",
    '" autofocus onfocus="window.ran = 1',
    "' onmouseover='window.ran = 1' x='",
    "javascript:window.ran=1",
    "<a href='javascript:window.ran=1'>href</a>",
    "{{ 7 * 7 }}{% raw %}",
    "${window.ran = 1}`",
    "<!--<script>",
    "]]></style></title><svg onload=window.ran=1>",
    "&lt;b&gt; &amp;#60;",
    "\\u003cscript\\u003e\\",
    "__proto__",
    "constructor",
    "line\u2028one\u2029two \u202eright to left %00 %3Cb%3E #&=?",
    '=HYPERLINK("javascript:window.ran=1")',
    "@import url(javascript:window.ran=1);",
    "</textarea><iframe srcdoc='<script>parent.ran=1</script>'>",
    "<math><mtext><img src=x onerror=window.ran=1></mtext></math>",
    "<svg><script>window.ran=1</script></svg>",
    "data:text/html,<script>window.ran=1</script>",
    "<template><script>window.ran=1</script></template>",
    "<details open ontoggle=window.ran=1>",
    "<object data=javascript:window.ran=1>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=javascript:window.ran=1'>",
    "\U0001f600 \u0000 \ufffe",
    ";node=x;only=agreed;embed",
    "toString",
    "hasOwnProperty",
    "' UNION SELECT 1 --",
)
TEXTS = (
    "skos:prefLabel",
    "skos:altLabel",
    "rdfs:label",
    "dcterms:title",
    "aigg:name",
    "skos:note",
    "aigg:publisherName",
    "aigg:section",
    "aigg:anchor",
    "aigg:reason",
    "dcterms:rights",
)


@cache
def example(name: str) -> Picture:
    """Return the picture of a view's example."""
    terms = load_views()[name].example
    return _made_once(f"picture-{name}", lambda: build_picture(open_sample(), name, *terms))


@cache
def hostile(name: str) -> Picture:
    """Return the same picture of a graph in which every text ends with one that would be code."""
    terms = map(_known, load_views()[name].example)
    return _made_once(f"hostile-{name}", lambda: build_picture(_hostile_graph(), name, *terms))


def _made_once(name: str, make: Callable[[], Picture]) -> Picture:
    """Return a picture that one process of a run makes for all."""
    folder = once(name, lambda made: (made / "pickle").write_bytes(pickle.dumps(make())))
    found: Picture = pickle.loads((folder / "pickle").read_bytes())  # noqa: S301
    return found


@cache
def _hostile_graph() -> Graph:
    wanted = {expand(each) for each in TEXTS}
    quads = (
        _worse(quad, at) if quad.predicate.value in wanted else quad
        for at, quad in enumerate(sorted(open_sample().quads(), key=str))
    )
    return Graph.wrap(list(quads))


def _worse(quad: Quad, at: int) -> Quad:
    if not isinstance(quad.object, Literal):
        return quad
    text = f"{quad.object.value} {HOSTILE[at % len(HOSTILE)]}"
    worse = Literal(text, language=quad.object.language) if quad.object.language else Literal(text)
    return Quad(quad.subject, quad.predicate, worse, quad.graph_name)


def _known(term: str) -> str:
    """Return the IRI of what a term names in the sample, since labels change."""
    found = sorted({name.iri for name in open_sample().label_index.find_exact(term)})
    return found[0] if len(found) == 1 else term
