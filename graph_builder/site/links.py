"""File names for things: those of their ids where these are safe everywhere, else made-up ones."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, ClassVar

from graph_builder.core.content_security import SAME_FOLDER_SOURCES, sanitise_url
from graph_builder.core.vocabulary import BASE, ID_KINDS
from graph_builder.pages.iri_paths import NAVIGATION_KINDS, ONTOLOGY_IRI, PageLinks

_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,78}[A-Za-z0-9_-])?")
_OTHER = re.compile(r"[^A-Za-z0-9]+")
#: Names that Windows gives to devices whatever follows a dot, and the page of the kind itself.
_TAKEN = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d|index)(?:\..*)?", re.IGNORECASE)
_LONG = 40


def make_file_stems(iris: Iterable[str]) -> dict[str, str]:
    """Return the path without extension of the file of each thing, by IRI: ``actor/IND``.

    An id that no file can be called by everywhere, or that differs from another one in case only,
    gives way to its letters and a part of the SHA-256 of the IRI, after a tilde that no id keeps.
    """
    every = sorted({*iris})
    taken = Counter(map(str.casefold, every))
    return {iri: _make_stem(iri, alone=taken[iri.casefold()] == 1) for iri in every}


def _make_stem(iri: str, *, alone: bool) -> str:
    kind, _, local = iri.removeprefix(BASE).partition("/")
    if alone and _PLAIN.fullmatch(local) and not _TAKEN.fullmatch(local):
        return f"{kind}/{local}"
    letters = _OTHER.sub("-", local)[:_LONG].strip("-")
    return f"{kind}/{letters}~{sha256(iri.encode()).hexdigest()[:12]}"


#: Files beside the page, and nothing else; not every browser takes these for its own on a disk.
SITE_POLICY = (
    f"default-src 'none'; script-src {SAME_FOLDER_SOURCES}; style-src {SAME_FOLDER_SOURCES}; "
    "img-src data:; "
    f"form-action {SAME_FOLDER_SOURCES}; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
_CALLED = {
    "ego": "Picture of its ties",
    "event": "Picture of the event",
    "source": "Picture of what it says",
}


@dataclass(frozen=True)
class DrawnFigures:
    """A picture: its view, the question it answers, title, path, and its thing, if it is of one.

    ``content`` is what else a picture of no single thing holds.
    """

    view: str
    summary: str
    title: str
    path: str
    iri: str = ""
    content: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class LinkPlan:
    """What a site holds: the files of things by IRI, the pictures, and the address it will have.

    ``style`` and ``scripts`` are the paths of what all pages but the pictures share.
    """

    stems: Mapping[str, str]
    drawn: tuple[DrawnFigures, ...] = ()
    base: str = ""
    style: str = ""
    scripts: tuple[str, ...] = ()
    of_thing: Mapping[str, list[DrawnFigures]] = field(init=False)

    def __post_init__(self) -> None:
        """Sort the pictures by the things that they are of."""
        found: dict[str, list[DrawnFigures]] = {}
        for each in self.drawn:
            found.setdefault(each.iri, []).append(each)
        object.__setattr__(self, "of_thing", found)

    def path(self, iri: str) -> str:
        """Return the path of the page of an IRI from the top of the site, or "" without one."""
        start, hash_, fragment = iri.partition("#")
        local = start.removeprefix(BASE)
        if local in ID_KINDS:
            return f"{local}/index.html"
        stem = "ns" if start == ONTOLOGY_IRI else self.stems.get(iri, "")
        return stem and f"{stem}.html{hash_}{fragment}"


@dataclass(frozen=True)
class FileLinks(PageLinks):
    """The addresses that a page of a site leads to; ``marked`` is the page as schema.org has it."""

    plan: LinkPlan
    marked: str = ""
    policy: ClassVar[str] = SITE_POLICY
    formats: ClassVar[Mapping[str, str]] = {"ttl": "Turtle", "jsonld": "JSON-LD"}
    answers: ClassVar[Mapping[str, str]] = {"csv": "CSV", "rq": "Query"}

    @property
    def home(self) -> str:
        """Return the address of the start."""
        return f"{self.up}index.html"

    @property
    def sparql(self) -> str:
        """Return "", since a site answers no query."""
        return ""

    @property
    def find(self) -> str:
        """Return the address of the page that finds things."""
        return f"{self.up}find.html"

    @property
    def style(self) -> str:
        """Return the address of the style sheet."""
        return self.up + self.plan.style

    @property
    def scripts(self) -> tuple[str, ...]:
        """Return the addresses of the scripts, in their order."""
        return tuple(self.up + each for each in self.plan.scripts)

    @property
    def parts(self) -> dict[str, tuple[str, str]]:
        """Return what each page leads to: name and address, by kind."""
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
        """Return the address of an IRI, or "" where it has none."""
        if not iri.startswith(BASE):
            return sanitise_url(iri)
        path = self.plan.path(iri)
        return path and self.up + path

    def document(self, iri: str, extension: str) -> str:
        """Return the address of a document of an IRI."""
        return self.of(iri).removesuffix("html") + extension

    def question(self, name: str) -> str:
        """Return the address of the page of a question."""
        return f"{self.up}question/{name}.html"

    def pictures(self, iri: str) -> dict[str, str]:
        """Return the addresses of the pictures of a thing, by what their links say."""
        found = self.plan.of_thing.get(iri, [])
        return {_CALLED[each.view]: self.up + each.path for each in found}
