"""Pages of a picture in Chromium: the time until ready and of a redraw, beside pyvis."""

import importlib.util
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from results import Part, Row, Scale

from graph_builder.pictures.network_drawing import to_pyvis
from graph_builder.pictures.picture_page import render_network_page
from graph_builder.pictures.subgraphs import extract_subgraph, get_full_network
from graph_builder.store.loading import open_graph

if TYPE_CHECKING:
    import networkx as nx
    from playwright.sync_api import Browser

TITLE = "Pages in a browser"
TEXT = """\
Times are those of the main thread of Chromium, a new page for each run: what it takes until the
page is ready, and one redraw. Our page stands beside the one that pyvis writes of the same things
and lines, with our positions, for it would move them for seconds. What is drawn are the things of
the shipped graph with the most relations."""
RUNS = {"quick": 1, "normal": 3, "full": 5}
REDRAWS = 50
#: Numbers of things, and at most so many lines, as of what is drawn in full.
SIZES = {"quick": (20,), "normal": (54, 80, 150), "full": (54, 80, 150)}
LINES = 200
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync")
REDRAW = ("aigg.redraw()", "network.redraw()")
#: Milliseconds for which a page may go on once it is loaded.
REST = 500
TIMED = """(times) => {{
  const start = performance.now();
  for (let time = 0; time < times; time += 1) {redraw};
  return (performance.now() - start) / times / 1000;
}}"""


def write_pages(folder: Path, sizes: tuple[int, ...]) -> dict[str, tuple[Path, Path]]:
    """Write our page and that of pyvis for each size, and return the files by what is compared."""
    whole = get_full_network(open_graph(), inferred=False)
    ranked = sorted(whole, key=lambda node: (-whole.degree[node], node))
    made = {}
    for size in sizes:
        drawn = extract_subgraph(whole, ranked[:size])
        drawn.remove_edges_from(sorted(drawn.edges(keys=True))[LINES:])
        name = f"{len(drawn)} things, {drawn.number_of_edges()} lines"
        ours, theirs = folder / f"{size}.html", folder / f"{size}-pyvis.html"
        ours.write_text(render_network_page(drawn, title=name), encoding="utf-8")
        theirs.write_text(_by_pyvis(drawn), encoding="utf-8")
        made[name] = (ours, theirs)
    return made


def _by_pyvis(drawn: "nx.MultiDiGraph[str]") -> str:
    picture = to_pyvis(drawn)
    picture.cdn_resources = "in_line"
    text: str = picture.generate_html()
    return text


def measure_page(browser: "Browser", file: Path, side: int) -> tuple[float, float]:
    """Return the seconds of the main thread until a page is ready, and those of one redraw."""
    page = browser.new_page(viewport={"width": 1366, "height": 900})
    page.route(_is_foreign, lambda route: route.abort())
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    page.goto(file.as_uri())
    page.wait_for_timeout(REST)
    found = {
        each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]
    }
    ready = float(found["TaskDuration"])
    redraw = float(page.evaluate(TIMED.format(redraw=REDRAW[side]), REDRAWS))
    page.close()
    return ready, redraw


def _is_foreign(url: str) -> bool:
    return url.startswith("http")


def run(scale: Scale) -> Part:
    """Return the times of our page and of that of pyvis, by what is drawn."""
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if path is None or importlib.util.find_spec("playwright") is None:
        missing = "not installed: Chromium" if path is None else "not installed: playwright"
        return Part("browser", TITLE, TEXT, [Row("a page in Chromium", "pyvis", missing=missing)])
    from playwright.sync_api import sync_playwright

    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for name, files in write_pages(Path(folder), SIZES[scale]).items():
            rows += compare(browser, name, files, RUNS[scale])
        browser.close()
    return Part("browser", TITLE, TEXT, rows)


def compare(browser: "Browser", name: str, files: tuple[Path, Path], runs: int) -> list[Row]:
    """Return the rows of what is drawn: until ready, and a redraw."""
    ready = Row(
        f"ready, {name}",
        "pyvis",
        reason="It draws no evidence, legend, filters or tables beside the network.",
    )
    redraw = Row(
        f"redraw, {name}",
        "pyvis",
        reason="It draws each label on its node; ours stand where they cover nothing.",
    )
    for _ in range(runs):
        for side, file in enumerate(files):
            for row, seconds in zip(
                (ready, redraw), measure_page(browser, file, side), strict=True
            ):
                (row.theirs if side else row.ours).append(seconds)
    return [ready, redraw]
