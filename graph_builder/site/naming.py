"""File names for things: those of their ids where these are safe everywhere, else made-up ones."""

import re
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256

from graph_builder.vocabulary import BASE

_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,78}[A-Za-z0-9_-])?")
_OTHER = re.compile(r"[^A-Za-z0-9]+")
#: Names that Windows gives to devices whatever follows a dot, and the page of the kind itself.
_TAKEN = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d|index)(?:\..*)?", re.IGNORECASE)
_LONG = 40


def stems(iris: Iterable[str]) -> dict[str, str]:
    """Return the path without extension of the file of each thing, by IRI: ``actor/IND``.

    An id that no file can be called by everywhere, or that differs from another one in case only,
    gives way to its letters and a part of the SHA-256 of the IRI, after a tilde that no id keeps.
    """
    every = sorted({*iris})
    taken = Counter(map(str.casefold, every))
    return {iri: _stem(iri, alone=taken[iri.casefold()] == 1) for iri in every}


def _stem(iri: str, *, alone: bool) -> str:
    kind, _, local = iri.removeprefix(BASE).partition("/")
    if alone and _PLAIN.fullmatch(local) and not _TAKEN.fullmatch(local):
        return f"{kind}/{local}"
    letters = _OTHER.sub("-", local)[:_LONG].strip("-")
    return f"{kind}/{letters}~{sha256(iri.encode()).hexdigest()[:12]}"
