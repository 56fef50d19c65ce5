"""The list of pages that search engines read."""

from collections.abc import Iterable
from html import escape

from graph_builder.vocabulary import BASE, PREFIXES

#: Pages that a search leads to better by the things that they are of.
_LEFT = (PREFIXES["assertion"].removeprefix(BASE), PREFIXES["graph"].removeprefix(BASE), "404.")
_HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
"""


def sitemap(base: str, paths: Iterable[str]) -> str:
    """Return the sitemap (sitemaps.org 0.9) of pages by path, those of assertions left out."""
    pages = sorted(path for path in paths if path.endswith(".html") and not path.startswith(_LEFT))
    lines = (f"<url><loc>{escape(base + path)}</loc></url>\n" for path in pages)
    return f"{_HEAD}{''.join(lines)}</urlset>\n"
