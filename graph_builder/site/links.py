"""File names and links of a site: relative URLs between pages, safe on every file system."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, ClassVar

from graph_builder.core.content_security import SAME_FOLDER_SOURCES, sanitise_url
from graph_builder.core.vocabulary import BASE, ID_KINDS
from graph_builder.pages.iri_paths import NAVIGATION_KINDS, ONTOLOGY_IRI, PageLinks

_SAFE_STEM = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,78}[A-Za-z0-9_-])?")
_UNSAFE = re.compile(r"[^A-Za-z0-9]+")
#: Device names of Windows, with any extension, and the index page of a kind.
_RESERVED_STEM = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d|index)(?:\..*)?", re.IGNORECASE)
_MAX_STEM_LETTERS = 40


def make_file_stems(iris: Iterable[str]) -> dict[str, str]:
    """Return the path without extension of each entity's file, by IRI: ``actor/IND``.

    An id that is not a safe file name everywhere, or differs from another in case only, is replaced
    by its letters, a tilde and part of the SHA-256 of the IRI.
    """
    every = sorted({*iris})
    taken = Counter(map(str.casefold, every))
    return {iri: _make_stem(iri, alone=taken[iri.casefold()] == 1) for iri in every}


def _make_stem(iri: str, *, alone: bool) -> str:
    kind, _, local = iri.removeprefix(BASE).partition("/")
    if alone and _SAFE_STEM.fullmatch(local) and not _RESERVED_STEM.fullmatch(local):
        return f"{kind}/{local}"
    letters = _UNSAFE.sub("-", local)[:_MAX_STEM_LETTERS].strip("-")
    return f"{kind}/{letters}~{sha256(iri.encode()).hexdigest()[:12]}"


def number_path(path: str, number: int) -> str:
    """Return the path or URL of a further page of a page: ``actor/IND~2.html``; the first has none.

    No id is a file name with a tilde.
    """
    stem, dot, extension = path.rpartition(".")
    return path if number == 1 else f"{stem}~{number}{dot}{extension}"


#: Allows files in the same folder only; some browsers need ``file:`` for pages on disk.
SITE_POLICY = (
    f"default-src 'none'; script-src {SAME_FOLDER_SOURCES}; style-src {SAME_FOLDER_SOURCES}; "
    "img-src data:; "
    f"form-action {SAME_FOLDER_SOURCES}; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types "
)
#: The policies (Trusted Types) by which scripts may load others: those with further names.
NO_LOADING, NAMES_LOADING = "'none'", "names"
_FIGURE_LINK_TEXTS = {
    "ego": "Picture of its links",
    "event": "Picture of the event",
    "source": "Picture of what it says",
}


@dataclass(frozen=True)
class Figure:
    """A picture: view, the question it answers, title, path, and IRI if it is of one entity.

    ``content`` are further values of a picture that is not of one entity.
    """

    view: str
    summary: str
    title: str
    path: str
    iri: str = ""
    content: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class LinkPlan:
    """What pages link to: file stems by IRI, pictures, and the URL of the site.

    ``style`` and ``scripts`` are the paths of files that all pages but the pictures share; those
    load further files with names where ``has_name_files``.
    """

    stems: Mapping[str, str]
    drawn: tuple[Figure, ...] = ()
    base: str = ""
    style: str = ""
    scripts: tuple[str, ...] = ()
    has_name_files: bool = False
    of_thing: Mapping[str, list[Figure]] = field(init=False)

    def __post_init__(self) -> None:
        """Group the pictures by entity."""
        found: dict[str, list[Figure]] = {}
        for each in self.drawn:
            found.setdefault(each.iri, []).append(each)
        object.__setattr__(self, "of_thing", found)

    def figures_of(self, iri: str) -> list[Figure]:
        """Return the pictures of an entity."""
        return self.of_thing.get(iri, [])

    def path(self, iri: str) -> str:
        """Return the path of the page of an IRI below the root, or "" if it has none."""
        start, hash_, fragment = iri.partition("#")
        local = start.removeprefix(BASE)
        if local in ID_KINDS:
            return f"{local}/index.html"
        stem = "ns" if start == ONTOLOGY_IRI else self.stems.get(iri, "")
        return stem and f"{stem}.html{hash_}{fragment}"


@dataclass(frozen=True)
class FileLinks(PageLinks):
    """The links of a page of a site; ``marked`` is its schema.org markup."""

    plan: LinkPlan
    marked: str = ""
    has_pages: ClassVar[bool] = True
    formats: ClassVar[Mapping[str, str]] = {"ttl": "Turtle", "jsonld": "JSON-LD"}
    answers: ClassVar[Mapping[str, str]] = {"csv": "CSV", "rq": "Query"}

    @property
    def policy(self) -> str:
        """Return the content security policy of the page."""
        return SITE_POLICY + (NAMES_LOADING if self.plan.has_name_files else NO_LOADING)

    @property
    def home(self) -> str:
        """Return the URL of the start page."""
        return f"{self.up}index.html"

    @property
    def sparql(self) -> str:
        """Return "", since a site has no endpoint."""
        return ""

    @property
    def find(self) -> str:
        """Return the URL of the search page."""
        return f"{self.up}find.html"

    @property
    def style(self) -> str:
        """Return the URL of the style sheet."""
        return self.up + self.plan.style

    @property
    def scripts(self) -> tuple[str, ...]:
        """Return the URLs of the scripts, in order."""
        return tuple(self.up + each for each in self.plan.scripts)

    @property
    def parts(self) -> dict[str, tuple[str, str]]:
        """Return the navigation: name and URL, by kind."""
        more = {
            "pictures": ("Pictures", f"{self.up}picture/index.html"),
            "differences": ("Disagreements", f"{self.up}differences.html"),
            "ns": ("Ontology", self.of(ONTOLOGY_IRI)),
            "data": ("Data", f"{self.up}data/index.html"),
        }
        return {
            kind: (name, self.of(BASE + kind)) for kind, name in NAVIGATION_KINDS.items()
        } | more

    def of(self, iri: str) -> str:
        """Return the URL of an IRI, or "" if it has none."""
        if not iri.startswith(BASE):
            return sanitise_url(iri)
        path = self.plan.path(iri)
        return path and self.up + path

    def page(self, iri: str, number: int) -> str:
        """Return the URL of a page of an IRI by its number."""
        return number_path(self.of(iri), number)

    def document(self, iri: str, extension: str) -> str:
        """Return the URL of a document of an IRI."""
        return self.of(iri).removesuffix("html") + extension

    def question(self, name: str) -> str:
        """Return the URL of the page of a named question."""
        return f"{self.up}question/{name}.html"

    def pictures(self, iri: str) -> dict[str, str]:
        """Return the URLs of the pictures of an entity, by the texts of their links."""
        found = self.plan.figures_of(iri)
        return {_FIGURE_LINK_TEXTS[each.view]: self.up + each.path for each in found}
