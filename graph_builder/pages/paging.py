"""Long lists in parts: each part is a page, which leads to the others."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

Item = TypeVar("Item")

#: So many pages before and after a page are named in its links.
_NEIGHBOURS = 2


@dataclass(frozen=True)
class Paging:
    """The place of a page in a list of pages: its number, from 1, and the URLs of all."""

    number: int
    urls: Sequence[str]

    @property
    def total(self) -> int:
        """Return the number of pages."""
        return len(self.urls)

    @property
    def is_first(self) -> bool:
        """Return whether this is the first page, which says what the list is about."""
        return self.number == 1

    @property
    def previous(self) -> str:
        """Return the URL of the page before, or ""."""
        return "" if self.is_first else self.urls[self.number - 2]

    @property
    def next(self) -> str:
        """Return the URL of the page after, or ""."""
        return self.urls[self.number] if self.number < self.total else ""

    @property
    def links(self) -> list[tuple[int, str]]:
        """Return the numbers and URLs of the first page, the last, and those near this one.

        The number before those that are left out is followed by 0.
        """
        near = range(self.number - _NEIGHBOURS, self.number + _NEIGHBOURS + 1)
        shown = [n for n in range(1, self.total + 1) if n in (1, self.total) or n in near]
        found: list[tuple[int, str]] = []
        for before, number in zip([0, *shown], shown, strict=False):
            if number > before + 1:
                found.append((0, ""))
            found.append((number, self.urls[number - 1]))
        return found


#: The paging of what is on one page.
SINGLE_PAGE = Paging(1, ("",))


def list_pagings(url: Callable[[int], str], total: int) -> Iterator[Paging]:
    """Yield the paging of each of so many pages, given the URL of a page by its number."""
    urls = [url(number) for number in range(1, total + 1)]
    return (Paging(number, urls) for number in range(1, total + 1))


def split_into_parts(
    items: Iterable[Item],
    most: int,
    weigh: Callable[[Item], int] = lambda _: 1,
    heaviest: int | None = None,
) -> list[list[Item]]:
    """Return items in parts of at most so many, and of at most so much weight; at least one part.

    By default each item weighs 1, and so many are the most weight too. An item is never split: one
    that is heavier is a part of its own.
    """
    parts: list[list[Item]] = [[]]
    weight, limit = 0, most if heaviest is None else heaviest
    for item in items:
        weight += weigh(item)
        if parts[-1] and (weight > limit or len(parts[-1]) == most):
            parts.append([])
            weight = weigh(item)
        parts[-1].append(item)
    return parts
