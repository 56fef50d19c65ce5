"""A page read without a browser."""

from html.parser import HTMLParser
from xml.dom.minidom import Document, Element, parseString


def xml(text: str) -> Document:
    """Return a document that the page or the package wrote, which has to be well-formed."""
    return parseString(text)  # noqa: S318


def root(document: Document) -> Element:
    assert document.documentElement is not None
    return document.documentElement


class Parts(HTMLParser):
    """Scripts, styles, rows of the table and ids of a page, read without a browser."""

    def __init__(self, text: str) -> None:
        """Read the text."""
        super().__init__()
        self.texts: dict[str, list[str]] = {"script": [], "style": [], "data": [], "tr": []}
        self.policy, self.within, self.addresses = "", "", []
        self.feed(text)

    addresses: list[str]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a part."""
        found = dict(attrs)
        if found.get("http-equiv") == "Content-Security-Policy":
            self.policy = found["content"] or ""
        self.addresses += [found[name] or "" for name in ("src", "href") if name in found]
        kind = "data" if found.get("type") == "application/json" else tag
        if kind in self.texts:
            self.within = kind
            self.texts[kind].append("")

    def handle_endtag(self, tag: str) -> None:
        """Close a part."""
        if tag in ("script", "style", "tr"):
            self.within = ""

    def handle_data(self, data: str) -> None:
        """Keep the text of the open part."""
        if self.within:
            self.texts[self.within][-1] += data
