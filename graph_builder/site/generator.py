"""Site generator: yields all files of a site; pictures first, since pages link to them."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from pyoxigraph import Quad, QueryResultsFormat

from graph_builder.compare.diff import diff
from graph_builder.compare.diff_report import group_diff_lines
from graph_builder.core.content_security import format_script_json, sanitise_url
from graph_builder.core.errors import ReadError
from graph_builder.core.templating import read_template
from graph_builder.core.text import quote
from graph_builder.core.vocabulary import BASE, ID_KINDS, expand
from graph_builder.pages import (
    conflicts_page,
    entity_facts,
    entity_page,
    index_pages,
    ontology_page,
    question_page,
    rdf_document,
)
from graph_builder.pages.html_rendering import PageContext, get_page_style, render_page
from graph_builder.pages.iri_paths import ONTOLOGY_IRI
from graph_builder.pages.paging import list_pagings, split_into_parts
from graph_builder.pictures.scripts import build_page_script
from graph_builder.pictures.view_definition import View
from graph_builder.pictures.view_registry import load_views
from graph_builder.query.result_format import format_rows
from graph_builder.site.atomic_folder import SiteFile
from graph_builder.site.cluster_map import build_cluster_map
from graph_builder.site.downloads import Download, list_downloads, render_sitemap
from graph_builder.site.figures import SharedFiles, draw_figures
from graph_builder.site.forked_map import map_in_processes
from graph_builder.site.links import Figure, FileLinks, LinkPlan, make_file_stems, number_path
from graph_builder.site.page_records import PageRecord, SiteRecords
from graph_builder.site.schema_org import CONTEXT, SchemaOrgMarkup, describe_dataset
from graph_builder.site.search_index import SEARCH_INDEX_PATH, build_search_index, is_split
from graph_builder.store.engine import parse_json_results
from graph_builder.store.graph import Graph
from graph_builder.store.serialization import export_formats
from graph_builder.store.versions import open_version

#: A file that was made: its path from the top of the site, and its text.
File = tuple[str, str]
_PICTURES_PATH = "picture/index.html"
_DOCUMENT_EXTENSIONS = tuple(FileLinks.formats)
#: The view on the start page, and the one without an example of its own.
_OVERVIEW_VIEW, _QUERY_VIEW = "overview", "query"


@dataclass(frozen=True)
class SiteOptions:
    """Options of a site: its URL (``base``) and an older version to compare with.

    ``since`` is the name of the older graph ``old``; ``say`` is called with progress messages.
    """

    base: str = ""
    since: str = ""
    old: Graph | None = None
    say: Callable[[str], None] = field(default=lambda _: None)


def resolve_options(base: str | None, since: str | None, say: Callable[[str], None]) -> SiteOptions:
    """Return the options of a site; raises ReadError for an invalid URL or unknown version."""
    address = sanitise_url(base or "")
    if base and (not address or re.search(r"[\s?#]", base)):
        raise ReadError(f"{quote(base)} is not a web address such as https://example.org/graph/")
    old = open_version(since) if since else None
    return SiteOptions(address and address.rstrip("/") + "/", since or "", old, say)


def generate_files(
    graph: Graph, wanted: SiteOptions, folder: Path | None = None
) -> Iterator[SiteFile]:
    """Yield the files of the site of a graph; the same graph gives the same files.

    Those in the folder of the site that are known to be the same have no text and are not made.
    What each page is made of is recorded in the cache for the next time. A page of a graph on a
    server, or of a day or a verification level, is always made.
    """
    members = index_pages.list_entities_by_kind(graph)
    every = [iri for kind in members.values() for iri in kind]
    shared_files = SharedFiles()
    plan = _plan_links(make_file_stems(every), wanted.base, shared_files)
    records = SiteRecords(graph, plan, folder)
    drawn: list[Figure] = []
    number = 0
    for figure, files in draw_figures(graph, plan, records):
        number += 1
        if figure:
            wanted.say(f"picture {number:,}: {figure.title}")
            drawn.append(figure)
        yield from files
    plan = replace(plan, drawn=tuple(drawn))
    site = _SiteBuilder(graph, plan, wanted, members, records)
    paths: list[str] = []
    for path, text in site.files():
        wanted.say(f"file {len(paths) + number:,}: {path}")
        paths.append(path)
        yield path, text
    yield from shared_files.files.items()
    if wanted.base:
        yield "sitemap.xml", render_sitemap(wanted.base, [*paths, *(each.path for each in drawn)])
    records.write()


def _plan_links(stems: Mapping[str, str], base: str, shared_files: SharedFiles) -> LinkPlan:
    """Return the link plan of a site without pictures; adds the shared files of pages."""
    sheet = (
        get_page_style()
        + read_template("graph_builder.pictures", "stages/overview.css")
        + read_template("graph_builder.site", "site.css")
    )
    search = shared_files.put("search.js", build_page_script("site/templates/search.js"))
    return LinkPlan(
        stems,
        base=base,
        style=shared_files.put("page.css", sheet),
        scripts=(SEARCH_INDEX_PATH, search),
        has_name_files=is_split(stems),
    )


def _number_pages(path: str, pages: Iterable[str]) -> Iterator[File]:
    """Yield the pages of a list with their paths, given that of the first."""
    for number, page in enumerate(pages, 1):
        yield number_path(path, number), page


@dataclass(frozen=True)
class FigureGroup:
    """The pictures of a view on a page: its examples, and some of those of single entities.

    ``number`` counts those of entities on all pages; ``url`` is that of the page with the first.
    """

    view: View
    examples: list[Figure]
    drawn: list[Figure]
    number: int
    url: str


class _SiteBuilder:
    """Builds the pages of a site and the files beside them; ``members`` are entities by kind."""

    def __init__(
        self,
        graph: Graph,
        plan: LinkPlan,
        wanted: SiteOptions,
        members: Mapping[str, list[str]],
        records: SiteRecords,
    ) -> None:
        self._graph = graph
        self._members = members
        self._records = records
        self._plan = plan
        self._wanted = wanted
        self._markup = SchemaOrgMarkup(graph, lambda iri: self._absolute(plan.path(iri)))

    def files(self) -> Iterator[SiteFile]:
        """Yield all files but the pictures and their shared files."""
        yield from build_search_index(self._graph, self._plan)
        yield from self._iter_entity_pages()
        yield from self._iter_index_pages()
        yield from self._iter_question_pages()
        yield from self._iter_downloads()

    def _iter_entity_pages(self) -> Iterator[SiteFile]:
        keeper = self._records.keep_pages(self._plan)
        values = (self._wanted, self._members, self._records)
        maker = _SiteBuilder(keeper.graph, keeper.plan, *values)

        def make(entity: tuple[str, str]) -> tuple[list[SiteFile], PageRecord]:
            return keeper.make(entity[1], lambda: maker.build_entity_files(*entity))

        entities = [*self._plan.stems.items()]
        made = map_in_processes(make, entities)
        for (_, stem), (files, record) in zip(entities, made, strict=True):
            self._records.put(stem, record)
            yield from files

    def build_entity_files(self, iri: str, stem: str) -> list[File]:
        """Return the pages and documents of an entity, whose files begin with a stem."""
        thing = self._markup.thing(iri)
        marked = format_script_json({"@context": CONTEXT, **thing}) if thing else ""
        pages = entity_page.render_entity_pages(self._graph, iri, self._to(1, marked))
        return [*_number_pages(f"{stem}.html", pages), *self._iter_documents(iri, stem)]

    def _iter_documents(self, iri: str, stem: str) -> Iterator[File]:
        yield from self._write_document(rdf_document.build_document(self._graph, iri), stem)

    def _write_document(self, quads: set[Quad], stem: str) -> Iterator[File]:
        texts = export_formats(quads, *_DOCUMENT_EXTENSIONS)
        for extension, text in zip(_DOCUMENT_EXTENSIONS, texts, strict=True):
            yield f"{stem}.{extension}", text

    def _iter_index_pages(self) -> Iterator[File]:
        counted = entity_facts.count_assertions(self._graph)
        for kind in self._list_index_kinds():
            every = self._members[kind]
            pages = index_pages.render_index_pages(self._graph, kind, every, counted, self._to(1))
            yield from _number_pages(f"{kind}/index.html", pages)
            quads = rdf_document.build_list_document(self._graph, BASE + kind, every)
            yield from self._write_document(quads, f"{kind}/index")
        yield "ns.html", ontology_page.render_ontology_page(self._graph, self._to(0))
        yield from self._iter_documents(ONTOLOGY_IRI, "ns")
        name = "differences.html"
        conflicts = conflicts_page.render_conflicts_pages(
            self._graph, self._to(0), partial(number_path, name)
        )
        yield from _number_pages(name, conflicts)
        yield "find.html", self._page("search.html", 0, title="Find")
        yield "404.html", self._render_not_found_page()
        yield from _number_pages(_PICTURES_PATH, self._render_picture_index())

    def _list_index_kinds(self) -> list[str]:
        """Return the kinds to list: those of concepts, and those of entities that there are."""
        schemes = self._graph.instances_of(expand("skos:ConceptScheme"))
        return [kind for kind in ID_KINDS if self._members[kind] or BASE + kind in schemes]

    def _iter_question_pages(self) -> Iterator[File]:
        for files in map_in_processes(
            self._build_question_files, [*question_page.load_all_questions()]
        ):
            yield from files

    def _build_question_files(self, name: str) -> list[File]:
        asked = question_page.load_all_questions()[name]
        given: Any = self._graph.query(asked.text)
        written = given.serialize(format=QueryResultsFormat.JSON)  # to be read twice, asked once
        shown, saved = parse_json_results(written), parse_json_results(written)
        page = question_page.render_question_page(self._graph, name, self._to(1), shown)
        return [
            (f"question/{name}.html", page or ""),
            (f"question/{name}.rq", asked.text),
            (f"question/{name}.csv", format_rows(saved, "csv", self._graph)),
        ]

    def _iter_downloads(self) -> Iterator[SiteFile]:
        things_ = (self._markup.thing(iri) for iri in self._plan.stems)
        found = []
        for each in list_downloads(self._graph, (each for each in things_ if each)):
            yield each.path, each.take_content()
            found.append(each)
        yield (
            "data/index.html",
            self._page("data.html", 1, files=found, kind="data", title="Data to download"),
        )
        yield "index.html", self._render_start_page(found)

    def _render_start_page(self, found: list[Download]) -> str:
        files = [(each.name, self._absolute(each.path), each.media) for each in found]
        every = describe_dataset(self._graph, files, self._wanted.base)
        marked = format_script_json({"@context": CONTEXT, **every})
        examples = [each for each in self._plan.drawn if not each.iri]
        overview = next((each for each in examples if each.view == _OVERVIEW_VIEW), None)
        return index_pages.render_start_page(
            self._graph,
            self._to(0, marked),
            "site_start_page.html",
            changes=self._group_changes(),
            events=index_pages.list_newest_events(
                self._graph, entity_facts.count_assertions(self._graph)
            ),
            front=build_cluster_map(overview.content) if overview else None,
            newest=index_pages.list_newest_sources(self._graph),
            overview=overview,
            since=self._wanted.since,
            views=[each for each in examples if each.view not in (_OVERVIEW_VIEW, _QUERY_VIEW)],
        )

    def _group_changes(self) -> dict[str, Any]:
        return group_diff_lines(diff(self._wanted.old, self._graph)) if self._wanted.old else {}

    def _render_picture_index(self) -> Iterator[str]:
        """Yield the pages of the list of pictures; the first has the example of each view."""
        ordered = sorted(self._plan.drawn, key=lambda each: (each.title.casefold(), each.path))
        views = {view.name: view for view in load_views().values()}
        drawn = {name: [each for each in ordered if each.view == name] for name in views}
        of_things = [each for name in views for each in drawn[name] if each.iri]
        counts = Counter(each.view for each in of_things)
        parts = split_into_parts(of_things, index_pages.MAX_INDEX_ENTRIES)
        file = _PICTURES_PATH.rpartition("/")[2]
        begins: dict[str, str] = {}
        for number, part in enumerate(parts, 1):
            begins = {each.view: number_path(file, number) for each in part} | begins
        for paging in list_pagings(partial(number_path, file), len(parts)):
            there = parts[paging.number - 1]
            found = [
                FigureGroup(
                    views[name],
                    [each for each in drawn[name] if not each.iri and paging.is_first],
                    [each for each in there if each.view == name],
                    counts[name],
                    begins.get(name, ""),
                )
                for name in views
            ]
            yield self._page(
                "pictures.html",
                1,
                groups=[each for each in found if each.examples or each.drawn],
                kind="pictures",
                paging=paging,
                title="Pictures",
            )

    def _render_not_found_page(self) -> str:
        """Return the 404 page, which a host shows for any unknown path."""
        to = FileLinks(self._wanted.base, self._plan)
        return render_page(
            "not_found_static.html", PageContext(self._graph, to), title="Page not found"
        )

    def _page(self, name: str, depth: int, **values: Any) -> str:
        return render_page(name, PageContext(self._graph, self._to(depth)), **values)

    def _to(self, depth: int, marked: str = "") -> FileLinks:
        return FileLinks("../" * depth, self._plan, marked)

    def _absolute(self, path: str) -> str:
        """Return the address of a file where the site is told its own, else ""."""
        return self._wanted.base + path if self._wanted.base and path else ""
