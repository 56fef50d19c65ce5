"""HTML rendering: templates with autoescaping, one style sheet, no script."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from markupsafe import Markup, escape
from pyoxigraph import Literal, NamedNode

from graph_builder.core.content_security import format_hash_source
from graph_builder.core.templating import create_environment, read_template
from graph_builder.core.text import MAX_TEXT, escape_controls, shorten
from graph_builder.core.vocabulary import BASE, NS, compact, expand
from graph_builder.pages.iri_paths import DOCUMENT_FORMATS, KIND_PLURALS, PageLinks
from graph_builder.pictures.palette import (
    SHAPE_PATHS,
    EdgeStyle,
    NodeStyle,
    build_stylesheet,
    get_class_style,
    get_fact_style,
)
from graph_builder.query.named_questions import OptionalTerm, to_text
from graph_builder.store.graph import Graph

if TYPE_CHECKING:
    from jinja2 import Environment

_PACKAGE = "graph_builder.pages"
_EXTERNAL_SITES = {
    "http://www.wikidata.org/entity/": "Wikidata ",
    "http://eurovoc.europa.eu/": "EuroVoc ",
}


@dataclass(frozen=True)
class PageContext:
    """What templates call to show terms of a graph; ``to`` has the links of the page."""

    graph: Graph
    to: PageLinks

    def href(self, iri: str) -> str:
        """Return the URL of an IRI, or "" if it has none."""
        return self.to.of(iri)

    def name(self, term: OptionalTerm) -> str:
        """Return the text of a literal, or the label of an entity."""
        return self.graph.format_term(term)

    def label(self, iri: str) -> str:
        """Return the label of an entity given by IRI."""
        return self.graph.label(iri)

    def inverse_label(self, iri: str) -> str:
        """Return the words by which a relation is read from its object."""
        return self.graph.inverse_label(iri)

    def language(self, term: OptionalTerm | str) -> str:
        """Return the language of a literal or of an entity's label, "" for English."""
        if isinstance(term, Literal):
            found = term.language or ""
        else:
            labels = self.graph.labels(term if isinstance(term, str) else to_text(term))
            found = "" if "en" in labels else next(iter(labels), "")
        return "" if found == "en" else found

    def language_of_source(self, source: str) -> str:
        """Return the language of a source, "" if unknown or English."""
        found = self.graph.value(source, expand("dcterms:language"))
        return "" if found in ("en", "und") else found

    def short_name(self, iri: str) -> str:
        """Return the label of an entity, or a short name for an IRI of another site."""
        known = iri.startswith(BASE) or self.graph.labels(iri)
        start = "" if known else next(filter(iri.startswith, _EXTERNAL_SITES), "")
        if start:
            return _EXTERNAL_SITES[start] + iri.removeprefix(start)
        return self.graph.label(iri).removeprefix("https://").removeprefix("http://")

    def is_outside(self, iri: str) -> bool:
        """Return whether an IRI is not one of ours."""
        return not iri.startswith(BASE)

    def format_link(self, iri: str, words: str = "") -> Markup:
        """Return the HTML of a link to an IRI, with its short name or other words."""
        shown, url = _escape(words or self.short_name(iri)), self.to.of(iri)
        if not url:
            return _join(f'<span dir="auto">{shown}</span>')
        outside = ' rel="noreferrer"' if self.is_outside(iri) else ""
        language = self.format_language(self.language(iri))
        return _join(f'<a href="{_escape(url)}"{language}{outside}>{shown}</a>')

    def format_term(self, term: OptionalTerm) -> Markup:
        """Return the HTML of a term: a link to an IRI, or a text in its language."""
        if isinstance(term, NamedNode):
            return self.format_link(self.term_text(term))
        language = self.format_language(self.language(term))
        return _join(f"<span{language}>{_escape(self.name(term))}</span>")

    def format_end(self, term: OptionalTerm) -> Markup:
        """Return the HTML of a term at an end of a fact: an entity has the mark of its kind."""
        shown = self.format_term(term)
        if isinstance(term, NamedNode):
            return self.format_mark(self.group(self.term_text(term))) + shown
        return shown

    def format_mark(self, style: NodeStyle) -> Markup:
        """Return the HTML of a node style as an image."""
        return _format_mark(style)

    def format_language(self, language: str) -> Markup:
        """Return the HTML attributes of a text in a language, "" for that of the page."""
        known = f' lang="{_escape(language)}"' if language else ""
        return _join(f'{known} dir="auto"')

    def fragment(self, name: str) -> str:
        """Return a name as a URL fragment."""
        return quote(name, safe="")

    def slug(self, iri: str) -> str:
        """Return a prefixed name in a form valid as an HTML id."""
        return re.sub(r"[^\w-]", "-", compact(iri))

    def is_iri(self, term: OptionalTerm) -> bool:
        """Return whether a term is an IRI."""
        return isinstance(term, NamedNode)

    def term_text(self, term: OptionalTerm) -> str:
        """Return a term as text, an IRI in full."""
        return shorten(to_text(term), MAX_TEXT)

    def compact(self, iri: str) -> str:
        """Return the prefixed name of an IRI."""
        return compact(iri)

    def node(self, iri: str) -> NamedNode:
        """Return an IRI as a term."""
        return NamedNode(iri)

    def class_of(self, iri: str) -> str:
        """Return the IRI of the class of an entity, or ""."""
        return self.graph.class_of(iri)

    def group(self, iri: str) -> NodeStyle:
        """Return the node style of an entity in pictures."""
        return get_class_style(self.graph.class_of(iri).removeprefix(NS))

    def group_of_class(self, iri: str) -> NodeStyle:
        """Return the node style of a class in pictures."""
        return get_class_style(iri.removeprefix(NS))

    def edge_style(self, modality: str, basis: str, *, is_set_aside: bool) -> EdgeStyle:
        """Return the edge style of a fact in pictures."""
        names = modality.rpartition("/")[2], basis.rpartition("/")[2]
        return get_fact_style(*names, is_set_aside=is_set_aside)


@cache
def _format_mark(style: NodeStyle) -> Markup:
    return _join(
        f'<svg class="mark g-{_escape(style.name)}" viewBox="0 0 16 16" aria-hidden="true" '
        f'focusable="false"><path d="{_escape(SHAPE_PATHS[style.shape])}"/></svg>'
    )


def _escape(text: str) -> Markup:
    return escape(escape_controls(text))


def _join(html: str) -> Markup:
    """Return HTML, of which each part is escaped, as Jinja takes it."""
    return Markup(html)  # noqa: S704


def render_page(name: str, shown: PageContext, **values: Any) -> str:
    """Return a page: a template rendered with values, navigation and style."""
    page: str = _get_template(name).render(
        values,
        at=shown.graph.at,
        base=BASE,
        media=DOCUMENT_FORMATS,
        paths=SHAPE_PATHS,
        plurals=KIND_PLURALS,
        style=get_page_style(),
        t=shown,
        to=shown.to,
    )
    return page


def preload_templates() -> None:
    """Read all templates, for a process that cannot open files later."""
    get_page_policy()
    for each in (files(_PACKAGE) / "templates").iterdir():
        if each.name.endswith(".html"):
            _get_template(each.name)


@cache
def get_page_style() -> str:
    """Return the style sheet of all pages."""
    return build_stylesheet() + read_template(_PACKAGE, "page.css")


@cache
def get_page_policy() -> str:
    """Return the content security policy (CSP 3) of all pages, which allows only their style."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src {format_hash_source(get_page_style())}",
            "img-src data:",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


@cache
def _get_template(name: str) -> Any:
    return _get_environment().get_template(name)


@cache
def _get_environment() -> "Environment":
    return create_environment(
        _PACKAGE,
        finalize=lambda value: escape_controls(value) if type(value) is str else value,
        keep_trailing_newline=True,
    )
