"""What a page leads to and what it loads, read without a browser."""

from collections import defaultdict
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "hr", "input", "img", "col", "path"}
#: Links that load what the page needs, where others are for a reader to follow.
_LOADING = {"stylesheet", "icon"}


class Anchors(HTMLParser):
    """The ids, links and scripts of a page, whose tags are closed in order."""

    def __init__(self, text: str) -> None:
        """Read a page; every tag has to be closed."""
        super().__init__()
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.loaded: set[str] = set()
        self.policy = ""
        self.scripts: dict[str, list[str]] = defaultdict(list)
        self.tags: dict[str, int] = defaultdict(int)
        self._open: list[str] = []
        self._script = ""
        self.feed(text)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note ids, which are unique, and links; no attribute may be script or style."""
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), (tag, attrs)
        assert not any(name.startswith("on") or name in ("style", "srcdoc") for name in names)
        given = {name: value or "" for name, value in attrs}
        if name := given.get("id"):
            assert name not in self.ids, name
            self.ids.add(name)
        if "src" in given:
            self.loaded.add(given["src"])
        if link := given.get("href") or given.get("action"):
            (self.loaded if given.get("rel") in _LOADING else self.links).add(link)
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"]
        self.tags[tag] += 1
        if tag == "script":
            self._script = given.get("type", "text/javascript")
            self.scripts[self._script].append("")
        if tag not in VOID:
            self._open.append(tag)

    def handle_data(self, data: str) -> None:
        """Keep the text of a script."""
        if self._open and self._open[-1] == "script":
            self.scripts[self._script][-1] += data

    def handle_endtag(self, tag: str) -> None:
        """Close the tag that was opened last."""
        if tag not in VOID:
            assert self._open.pop() == tag
