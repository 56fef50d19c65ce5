"""Print what a page of a drawing costs in Chromium: processor time until ready, time of a redraw.

    python benchmarks/browser.py --runs 5

Times are those of the main thread, medians over the runs, a new page each. Beside ours stands the
page that pyvis writes of the same things and lines, with our positions, for it would move them for
seconds. What is drawn are the things of the shipped graph with the most relations.
"""

import argparse
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright
from ratios import COLUMNS, duration, quotient, table
from timing import Times

from graph_builder.pictures.network_drawing import to_pyvis
from graph_builder.pictures.picture_page import render_network_page
from graph_builder.pictures.subgraphs import extract_subgraph, get_full_network
from graph_builder.store.loading import open_graph

if TYPE_CHECKING:
    import networkx as nx
    from playwright.sync_api import Browser

RUNS = 5
REDRAWS = 50
#: Numbers of things, and at most so many lines, as of what is drawn in full.
SIZES = (54, 80, 150)
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


def pages(folder: Path) -> dict[str, tuple[Path, Path]]:
    """Write our page and that of pyvis for each size, and return the files by what is compared."""
    whole = get_full_network(open_graph(), inferred=False)
    ranked = sorted(whole, key=lambda node: (-whole.degree[node], node))
    made = {}
    for size in SIZES:
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


def costs(browser: "Browser", file: Path, side: int) -> tuple[float, float]:
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


def rows(browser: "Browser", name: str, files: tuple[Path, Path], runs: int) -> list[list[str]]:
    """Return the lines of the table for a size: until ready, and a redraw."""
    ready, redraw = Times(), Times()
    for _ in range(runs):
        for side, file in enumerate(files):
            seconds = costs(browser, file, side)
            for times, value in zip((ready, redraw), seconds, strict=True):
                (times.theirs if side else times.ours).append(value)
    return [
        [f"{what}, {name} | pyvis", duration(each.ours), duration(each.theirs), *quotient(each)]
        for what, each in (("ready", ready), ("redraw", redraw))
    ]


def main() -> None:
    """Open the pages in Chromium and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--runs", type=int, default=RUNS, help="pages of each side that count")
    asked = parser.parse_args()
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if path is None:
        raise SystemExit("no chromium on this machine")
    lines = [list(COLUMNS[:-1])]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for name, files in pages(Path(folder)).items():
            lines += rows(browser, name, files, asked.runs)
        browser.close()
    print(table(lines))


if __name__ == "__main__":
    main()
