"""Pages in Chromium: opened once for many tests, and settled."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Frame, Page

Theme = Literal["light", "dark"]
#: Names of Chromium, the one first that draws no window around a page and takes half the time.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--in-process-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: What counts in a page how often its policy was violated.
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
});
"""
#: What waits until a page has done what it was told, and drawn it.
SETTLED = """() => new Promise((done) => {
  let times = 2;
  // a frame that is out of sight is never drawn
  const next = window === window.top ? requestAnimationFrame : (then) => setTimeout(then, 30);
  const wait = () => (times-- ? next(() => setTimeout(wait)) : done());
  wait();
})"""
#: What follows some fragments in turn, and returns the heading of the evidence for each.
FOLLOWED = """async (fragments) => {
  const headings = [];
  for (const fragment of fragments) {
    const before = location.href;
    location.hash = fragment;
    if (location.href !== before) {
      await new Promise((done) => addEventListener("hashchange", done, { once: true }));
    }
    headings.push(document.querySelector("#panel h2")?.textContent);
  }
  return headings;
}"""
DESK = {"viewport": {"width": 1366, "height": 900}, "reduced_motion": "reduce"}


@dataclass(frozen=True)
class Opened:
    """A page, with what it asked for, told the console, and failed in since it was opened."""

    page: "Page"
    asked: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Listen to the page."""
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.told.append(message.text))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def load(self, address: str) -> None:
        """Load an address anew, whatever the page shows."""
        if self.page.url.partition("#")[0] == address.partition("#")[0]:
            self.page.goto("about:blank")
        self.asked.clear()
        self.told.clear()
        self.errors.clear()
        self.page.goto(address)

    def foreign(self, *own: str) -> list[str]:
        """Return what was asked for besides the page that is not below an address of one's own."""
        return [url for url in self.asked[1:] if not url.startswith((*own, "blob:", "data:"))]

    def violations(self) -> list[str]:
        """Return how the policy of the page was violated."""
        found: list[str] = self.page.evaluate("window.violations ?? []")
        return found


class Pages:
    """Pages of the browser: one that a test is done with is loaded anew for the next."""

    def __init__(self, browser: "Browser") -> None:
        """Begin without a page."""
        self._browser = browser
        self._free: dict[str, list[Opened]] = defaultdict(list)

    @contextmanager
    def lent(self) -> Iterator[tuple[Callable[..., Opened], list[Opened]]]:
        """Yield a function that opens an address by options, and the list of what it opened."""
        taken: list[tuple[str, dict[str, Any], Opened]] = []
        opened: list[Opened] = []

        def take(address: str, **options: Any) -> Opened:
            wishes = DESK | options
            key = repr(sorted(wishes.items()))
            found = self._free[key].pop() if self._free[key] else self._new(wishes)
            taken.append((key, wishes, found))
            opened.append(found)
            found.load(address)
            return found

        yield take, opened
        for key, wishes, found in taken:
            self._reset(found.page, wishes)
            self._free[key].append(found)

    def _new(self, wishes: dict[str, Any]) -> Opened:
        context = self._browser.new_context(**wishes)
        context.add_init_script(WATCH)
        return Opened(context.new_page())

    def _reset(self, page: "Page", wishes: dict[str, Any]) -> None:
        """Take back what a test changed of a page that outlives the document it shows."""
        page.set_viewport_size(wishes["viewport"])
        page.emulate_media(
            media="null",
            color_scheme=wishes.get("color_scheme", "light"),
            reduced_motion=wishes["reduced_motion"],
        )


def wait_until(page: "Page | Frame", script: str, arg: Any = None, seconds: float = 30) -> Any:
    """Wait until a script gives something true in a page, and return that.

    A page may forbid ``eval``, which ``wait_for_function`` of Playwright needs from the second
    time that it looks.
    """
    end = time.monotonic() + seconds
    while not (found := _evaluate_unless_left(page, script, arg)):
        if time.monotonic() > end:
            raise AssertionError(f"not so within {seconds} seconds: {script}")
        page.wait_for_timeout(20)
    return found


def _evaluate_unless_left(page: "Page | Frame", script: str, arg: Any) -> Any:
    """Return what a script gives in a page, None while the page gives way to the next one."""
    from playwright.sync_api import Error

    try:
        return page.evaluate(script, arg)
    except Error as error:
        if "Execution context was destroyed" in str(error):
            return None
        raise


def settle(page: "Page | Frame") -> None:
    """Wait until a page has followed its address, and drawn."""
    page.evaluate(SETTLED)


def resize(page: "Page", width: int, height: int) -> None:
    """Give a page another size, and wait until it is drawn so."""
    page.set_viewport_size({"width": width, "height": height})
    settle(page)


def go(page: "Page | Frame", fragment: str) -> None:
    """Follow a fragment in a page, and wait until it has done so and drawn."""
    follow(page, fragment)
    settle(page)


def follow(page: "Page | Frame", *fragments: str) -> list[str]:
    """Follow fragments in a page one after the other, and return what is chosen by each."""
    found: list[str] = page.evaluate(FOLLOWED, fragments)
    return found
