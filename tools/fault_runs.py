"""Kill commands at random moments, build at once, and damage stores: what is left must be sound.

    python -m tools.fault_runs kills --runs 500
    python -m tools.fault_runs builders --runs 40
    python -m tools.fault_runs damage --runs 200

Each run is a fork of this process, which has the program loaded, and builds take a small graph that
is compiled already, since nothing is written before. So most of the time is spent on what is
written. ``--seed`` gives other moments. Problems are listed, and then the exit code is 1.
"""

import argparse
import atexit
import json
import os
import pkgutil
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch

import graph_builder
from graph_builder.cli import aigg
from graph_builder.core.durable_files import read_checked
from graph_builder.ingest.quad_builder import group_quads
from graph_builder.pictures.view_registry import draw
from graph_builder.site import atomic_folder
from graph_builder.store import incremental_build, loading, versions
from graph_builder.store.disk_store import write_store
from graph_builder.store.graph import Graph
from graph_builder.store.remote_engine import RemoteEngine
from graph_builder.store.serialization import export
from tests.store.sparql_server import SparqlServer, run_server

FACTS = Path(__file__).parents[1] / "facts" / "india-france-roundtable-2025"
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
#: Files of others in the folder of a site, and the pages of the site.
FOREIGN = {"CNAME": "example.org", ".well-known/a.txt": "a", ".git/refs/heads/main": "0"}
PAGES = 200
#: The seconds by which builders begin one after the other, at most.
STAGGER = 0.3
#: The active store and the one before it.
MAX_STORES = 2
UNEXPECTED_CODE = 70
#: The exit code of a command that is given what it cannot use.
REFUSED = 2


@dataclass(frozen=True)
class Ended:
    """How a process ended: its exit code, negative for a signal, and what it printed."""

    code: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class Fork:
    """A process that runs; what it prints goes to files in a folder."""

    pid: int
    folder: Path

    def wait(self) -> Ended:
        """Return how the process ended."""
        _, status = os.waitpid(self.pid, 0)
        out, err = ((self.folder / name).read_text("utf-8", "replace") for name in ("out", "err"))
        shutil.rmtree(self.folder)
        return Ended(os.waitstatus_to_exitcode(status), out, err)


@dataclass(frozen=True)
class Scenario:
    """A command that is killed.

    ``prepare`` fills a folder, ``run`` writes there in a process of its own, and ``check`` yields
    what is wrong there: after a run that was killed or, with ``complete``, one that was not.
    """

    prepare: Callable[[Path], object]
    run: Callable[[Path], object]
    check: Callable[..., Iterator[str]]


def start_fork(work: Callable[[], object]) -> Fork:
    """Start a function in a fork."""
    folder = Path(tempfile.mkdtemp(prefix="fault-runs-"))
    for name in ("out", "err"):
        (folder / name).touch()
    pid = os.fork()
    if pid:
        return Fork(pid, folder)
    code = UNEXPECTED_CODE
    try:
        for descriptor, name in ((1, "out"), (2, "err")):
            os.dup2(os.open(folder / name, os.O_WRONLY), descriptor)
        sys.stdout, sys.stderr = (os.fdopen(n, "w", encoding="utf-8") for n in (1, 2))
        work()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        if code == UNEXPECTED_CODE:
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def run_fork(work: Callable[[], object], kill_after: float | None = None) -> Ended:
    """Run a function in a fork, which may be killed after some seconds."""
    fork = start_fork(work)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(fork.pid, signal.SIGKILL)
    return fork.wait()


def run_whole(work: Callable[[], object]) -> None:
    """Run a function in a fork, which must not fail."""
    ended = run_fork(work)
    if ended.code:
        raise RuntimeError(ended.stderr)


def call_aigg(*words: object) -> None:
    """Run a command of aigg in this process."""
    sys.argv = ["aigg", *map(str, words)]
    aigg.main(sys.argv[1:], prog_name="aigg")


def ask(*words: object) -> Ended:
    """Run a command of aigg in a fork."""
    return run_fork(partial(call_aigg, *words))


@cache
def get_graph() -> Graph:
    """Return the graph that all runs write."""
    return loading.build(FACTS, only=True)


@cache
def get_template() -> Path:
    """Return a folder with what runs begin with: an older store, and files of the graph."""
    folder = Path(tempfile.mkdtemp(prefix="fault-runs-template-"))
    quads = sorted(get_graph().quads(), key=str)
    (folder / "graph.nq").write_text(export(quads, "nq"), encoding="utf-8")
    for name, held in {"old": quads[: len(quads) // 2], "new": quads}.items():
        for _ in range(2):
            run_whole(partial(write_store, held, folder / name))
    half = {str(quad.graph_name): quad for quad in quads}
    old = sorted({*half.values(), *quads[::2]}, key=str)
    (folder / "half.nq").write_text(export(old, "nq"), encoding="utf-8")
    return folder


def load_program() -> None:
    """Load in this process what commands would load in each fork."""
    for module in pkgutil.walk_packages(graph_builder.__path__, "graph_builder."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    import_module("httpx")
    draw(get_graph(), "ego", "actor:IND")


def use_compiled_graph() -> None:
    """Let this process and its forks take the graph that is compiled already."""
    graph = get_graph()
    for module in (loading, versions):
        patch.object(module, "build", lambda *_, **__: graph).start()
    patch.object(incremental_build, "build_tracked", lambda *_: (graph, None)).start()
    groups = [*group_quads(graph.quads())]
    patch.object(loading, "compile_graph", lambda *_, **__: iter(groups)).start()


# Stores


def copy_store(name: str, folder: Path) -> None:
    """Put a store of the template into a folder."""
    shutil.copytree(get_template() / name, folder / "store")


def count_facts(store: Path) -> Ended:
    """Return the answer of how many facts a store has."""
    return ask("query", "--store", store, "--text", COUNT, "-F", "csv")


def check_store(folder: Path, *, complete: bool, is_new: bool) -> Iterator[str]:
    """Yield what is wrong with a store that was new, or took the place of an older one."""
    found = count_facts(folder / "store")
    new, old = (count_facts(get_template() / name).stdout for name in ("new", "old"))
    if is_new and not complete and found.code == REFUSED and found.stderr.count("\n") == 1:
        return
    if found.code or found.stdout not in ((new,) if complete or is_new else (new, old)):
        yield f"the store has {found}"
    if complete:
        yield from check_names(folder, {"store"})
        yield from check_store_files(folder / "store")


def check_store_files(folder: Path) -> Iterator[str]:
    """Yield what is left in the folder of a store beyond what should be there."""
    names = {path.name for path in folder.iterdir()}
    stores = {name for name in names if name.startswith("store-")}
    if names - stores != {"current", "lock"} or len(stores) > MAX_STORES:
        yield f"the folder has {sorted(names)}"


def check_names(folder: Path, names: set[str]) -> Iterator[str]:
    """Yield what is left in a folder beyond what should be there."""
    found = {path.name for path in folder.iterdir()}
    if found != names:
        yield f"{folder} has {sorted(found)}"


def build(folder: Path, *options: str) -> None:
    """Build a store in a folder."""
    call_aigg("build", "--store", folder / "store", *options)


# Files


def check_file(folder: Path, *, complete: bool, scenario: str) -> Iterator[str]:
    """Yield what is wrong with a file that was replaced."""
    found = (folder / "file.html").read_bytes()
    if found != get_complete_file(scenario) and (complete or found != b"old"):
        yield f"the file has {len(found)} bytes"
    if complete:
        yield from check_names(folder, {"file.html"})


@cache
def get_complete_file(scenario: str) -> bytes:
    """Return what a run that is not killed writes."""
    with tempfile.TemporaryDirectory() as place:
        run_whole(partial(SCENARIOS[scenario].run, Path(place)))
        return Path(place, "file.html").read_bytes()


def write_old_file(folder: Path) -> None:
    """Write what is replaced."""
    (folder / "file.html").write_text("old", encoding="utf-8")


def write_export(folder: Path) -> None:
    """Write a file of RDF."""
    call_aigg("export", "-F", "nq", "-s", get_template() / "graph.nq", "-o", folder / "file.html")


def write_picture(folder: Path) -> None:
    """Draw a picture."""
    words = ("ego", "actor:IND", "-s", get_template() / "graph.nq", "-o", folder / "file.html")
    call_aigg("draw", *words)


# Sites, with pages that are made up


def list_pages(text: str) -> dict[str, str]:
    """Return the pages of a site."""
    return {f"page/{number}.html": f"{text} {number}\n" * 50 for number in range(PAGES)}


def write_old_site(folder: Path) -> None:
    """Write a site with files of others in its folder."""
    atomic_folder.write_folder_atomically(folder / "site", list_pages("old").items())
    for name, text in FOREIGN.items():
        (folder / "site" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "site" / name).write_text(text, encoding="utf-8")


def write_site(folder: Path, *, can_exchange: bool = True) -> None:
    """Replace a site, also as on a system that cannot exchange folders."""
    if not can_exchange:
        patch.object(atomic_folder, "exchange", lambda *_: False).start()
    written = list_pages("new").items()
    atomic_folder.write_folder_atomically(
        folder / "site", written, tell=lambda text: print(text, file=sys.stderr)
    )


def check_site(folder: Path, *, complete: bool, can_exchange: bool = True) -> Iterator[str]:
    """Yield what is wrong with a site: no file of it or of others may be missing or mixed."""
    site = folder / "site"
    if not site.exists():
        if complete or can_exchange:
            yield "there is no site"
        return
    files = {path.relative_to(site).as_posix(): path for path in site.rglob("*") if path.is_file()}
    texts = {name: path.read_text(encoding="utf-8") for name, path in files.items()}
    listed = json.loads(texts.pop("site.json", '{"files": {}}'))["files"]
    possible = [{**list_pages(text), **FOREIGN} for text in ("new", "old")]
    if texts not in possible[: 1 if complete else 2]:
        yield f"the site has {len(texts)} files"
    digests = {name: sha256(text.encode()).hexdigest() for name, text in texts.items()}
    if {name: digest for name, digest in digests.items() if name not in FOREIGN} != listed:
        yield "the list of the site's files is not that of its files"
    if complete:
        yield from check_names(folder, {"site"})


# The cache, and revisions of git, which are unpacked in a temporary folder


def fill_cache(folder: Path) -> None:
    """Read the shipped graph, which goes into the cache."""
    os.environ["AIGG_CACHE"] = str(folder / "cache")
    call_aigg("query", "--text", COUNT)


def check_cache(folder: Path, *, complete: bool) -> Iterator[str]:
    """Yield what is wrong with the cache: its graph, and the store that it is opened from."""
    graphs = list((folder / "cache").glob("graph-*.nq"))
    if any(read_checked(path) is None for path in graphs):
        yield "the cache has an incomplete graph"
    if complete:
        stores = list((folder / "cache").glob("store-*"))
        kept = {path.name for path in (*graphs[:1], *stores[:1])}
        yield from check_names(folder / "cache", kept)
        for store in stores:
            if (found := count_facts(store)).code:
                yield f"the cached store has {found}"
            yield from check_store_files(store)


def make_repository(folder: Path) -> None:
    """Make a repository of git with a folder of facts, and a folder for temporary files."""
    (folder / "tmp").mkdir()
    shutil.copytree(FACTS, folder / "git" / "facts")
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    for words in (("init",), ("add", "."), (*who, "commit", "-m", "a")):
        command = ["git", "-C", str(folder / "git"), *words]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - no shell


def read_revision(folder: Path) -> None:
    """Compare a revision with a file."""
    tempfile.tempdir = str(folder / "tmp")
    os.chdir(folder / "git")
    call_aigg("diff", "HEAD", get_template() / "graph.nq")


def check_temporary_folder(folder: Path, *, complete: bool) -> Iterator[str]:
    """Yield what is left in the temporary folder."""
    if complete:
        yield from check_names(folder / "tmp", set())


# Uploads to servers, which run for all runs

#: What the servers can do: one moves graphs, the other has no updates but those of graphs.
SERVERS: dict[str, dict[str, Any]] = {
    "push": {},
    "push without moves": {"has_graph_store": False, "can_move": False},
    "push without updates": {"has_update": False},
}


@cache
def start_server(name: str) -> str:
    """Start a SPARQL server in a fork that ends with this process, and return its address."""
    folder = Path(tempfile.mkdtemp(prefix="fault-runs-server-"))
    pid = start_fork(partial(serve, SERVERS[name], folder)).pid
    atexit.register(shutil.rmtree, folder)
    atexit.register(os.kill, pid, signal.SIGKILL)
    while not (folder / "address").exists():
        time.sleep(0.05)
    address = (folder / "address").read_text(encoding="utf-8")
    # graphs that only one of the files has stay, so the server gets them once for all
    for file in ("half.nq", "graph.nq"):
        run_whole(partial(call_aigg, "push", address, "--store", get_template() / file))
    return address


def serve(abilities: dict[str, Any], folder: Path) -> None:
    """Run a server as long as the parent process, and say in a file at which address."""
    parent = os.getppid()
    with run_server(SparqlServer(**abilities)) as server:
        (folder / "new").write_text(server.address, encoding="utf-8")
        (folder / "new").rename(folder / "address")
        while os.getppid() == parent:
            time.sleep(1)


def push(file: str, server: str, _: Path | None = None) -> None:
    """Upload a file of the template."""
    call_aigg("push", start_server(server), "--store", get_template() / file)


def prepare_server(server: str, _: Path) -> None:
    """Let a server hold half a graph, once it is known what it holds after each upload."""
    start_server(server)
    for file in ("graph.nq", "half.nq"):
        get_held_graph(file, server)
    run_whole(partial(push, "half.nq", server))


@cache
def get_held_graph(file: str, server: str) -> str:
    """Return what a server holds after a run that is not killed."""
    run_whole(partial(push, file, server))
    return read_server(server).stdout


def read_server(server: str) -> Ended:
    """Return what a server holds, and what is said of it."""
    return ask("export", "-F", "nq", "--store", start_server(server))


def check_server(_: Path, *, complete: bool, server: str) -> Iterator[str]:
    """Yield what is wrong with a server: half a graph that nobody is told of, or what is left."""
    found = read_server(server)
    is_told = "is not finished" in found.stderr
    left = RemoteEngine(start_server(server)).list_upload_graphs()
    files = ("graph.nq",) if complete else ("graph.nq", "half.nq")
    if found.code or (complete and (is_told or left)):
        yield f"the server says {found.stderr} and has {left}"
    if not is_told and found.stdout not in [get_held_graph(file, server) for file in files]:
        yield f"the server has {found.stdout.count(chr(10))} quads and says nothing of it"


SCENARIOS = {
    **{
        name: Scenario(
            partial(prepare_server, name),
            partial(push, "graph.nq", name),
            partial(check_server, server=name),
        )
        for name in SERVERS
    },
    "build": Scenario(lambda _: None, build, partial(check_store, is_new=True)),
    "rebuild": Scenario(partial(copy_store, "old"), build, partial(check_store, is_new=False)),
    "export": Scenario(write_old_file, write_export, partial(check_file, scenario="export")),
    "draw": Scenario(write_old_file, write_picture, partial(check_file, scenario="draw")),
    "site": Scenario(write_old_site, write_site, check_site),
    "site without exchange": Scenario(
        write_old_site,
        partial(write_site, can_exchange=False),
        partial(check_site, can_exchange=False),
    ),
    "cache": Scenario(lambda _: None, fill_cache, check_cache),
    "revision": Scenario(make_repository, read_revision, check_temporary_folder),
}


def kill_at_random(scenario: Scenario, runs: int, rng: random.Random) -> Iterator[tuple[str, str]]:
    """Kill a command at random moments and run it again; yield the outcomes and problems of each.

    The outcome is ``ended`` if the command was faster, else ``killed``, with ``left`` if something
    was left over, which the next run has to name.
    """
    seconds = _measure(scenario)
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            scenario.prepare(folder)
            work = partial(scenario.run, folder)
            first = run_fork(work, kill_after=rng.uniform(0, seconds))
            problems = [
                f"after {first.code}: {each}" for each in scenario.check(folder, complete=False)
            ]
            before = {path for path in folder.rglob("*") if _is_leftover(path)}
            again = run_fork(work)
            if again.code:
                problems.append(f"the next run: {again}")
            else:
                problems += [
                    f"the next run left: {each}" for each in scenario.check(folder, complete=True)
                ]
            problems += [f"not named: {path}" for path in before if str(path) not in again.stderr]
        yield _name_outcome(first, before), "; ".join(problems)


def _measure(scenario: Scenario) -> float:
    """Return how many seconds a run takes that is not killed."""
    with tempfile.TemporaryDirectory() as place:
        scenario.prepare(Path(place))
        begun = time.monotonic()
        run_whole(partial(scenario.run, Path(place)))
        return time.monotonic() - begun


def _is_leftover(path: Path) -> bool:
    """Return whether a path is a workspace of an interrupted run with something in it."""
    is_workspace = path.name.startswith((".aigg-", "aigg-")) and path.is_dir()
    return is_workspace and {each.name for each in path.iterdir()} > {"lock"}


def _name_outcome(first: Ended, before: set[Path]) -> str:
    if first.code != -signal.SIGKILL:
        return "ended"
    return "killed, left" if before else "killed"


def build_at_once(runs: int, rng: random.Random) -> Iterator[tuple[str, str]]:
    """Let three builders write one folder, with an older store in it; half the time they wait."""
    new = count_facts(get_template() / "new").stdout
    for number in range(runs):
        waits = number % 2 == 1
        with tempfile.TemporaryDirectory() as place:
            copy_store("old", Path(place))
            builders = []
            for _ in range(3):
                time.sleep(rng.uniform(0, STAGGER))
                options = ("--wait",) if waits else ()
                builders.append(start_fork(partial(build, Path(place), *options)))
            ended = [each.wait() for each in builders]
            problems = [f"{each}" for each in ended if each.code and "in use by" not in each.stderr]
            if all(each.code for each in ended) or (waits and any(each.code for each in ended)):
                problems.append(f"not built: {ended}")
            if (found := count_facts(Path(place, "store"))).stdout != new:
                problems.append(f"unreadable: {found}")
            problems += check_store(Path(place), complete=True, is_new=False)
        codes = sorted(each.code for each in ended)
        yield f"{'waiting, ' if waits else ''}exit codes {codes}", "; ".join(problems)


READERS = {
    "query": ("query", "--text", "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o", "-F", "csv"),
    "count": ("query", "--text", COUNT, "-F", "csv"),
    "export": ("export", "-F", "nq"),
    "find": ("find", "India"),
    "facts": ("facts", "India"),
    "draw": ("draw", "ego", "actor:IND", "-o", "-"),
}


def damage_store(folder: Path, rng: random.Random) -> str:
    """Damage a file of a store, and return what was done."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "LOG")
    file = rng.choice(files)
    data = file.read_bytes()
    place = rng.randrange(len(data)) if data else 0
    kind = rng.choice(("cut", "emptied", "removed", "a bit turned", "zeroed", "longer"))
    changed = {
        "cut": data[:place],
        "emptied": b"",
        "a bit turned": data[:place]
        + bytes(byte ^ 1 << rng.randrange(8) for byte in data[place : place + 1])
        + data[place + 1 :],
        "zeroed": data[:place] + bytes(len(data[place : place + 64])) + data[place + 64 :],
        "longer": data + b"0",
    }
    if kind == "removed":
        file.unlink()
    else:
        file.write_bytes(changed[kind])
    return f"{file.relative_to(folder)} {kind}"


def read_damaged(runs: int, rng: random.Random) -> Iterator[tuple[str, str]]:
    """Read damaged stores: the answer is that of the whole store, or there is one sentence."""
    whole = {name: ask(*words, "-s", get_template() / "new") for name, words in READERS.items()}
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as place:
            copy_store("new", Path(place))
            done = damage_store(Path(place, "store"), rng)
            name = rng.choice(list(READERS))
            found = ask(*READERS[name], "-s", Path(place, "store"))
            problems = ""
            if found.code == REFUSED and found.stderr.count("\n") == 1 and not found.stdout:
                outcome = "told"
            elif (found.code, found.stdout) == (whole[name].code, whole[name].stdout):
                outcome = "the whole answer"
            else:
                outcome = "traceback" if "Traceback" in found.stderr else "silent"
                problems = f"{name}: {done}: {found.code} {found.stdout[:200]} {found.stderr}"
            again = run_fork(partial(build, Path(place)))
            if again.code:
                problems += f"{done}: not built again: {again}"
        yield outcome, problems


def kill_each(runs: int, rng: random.Random, names: list[str]) -> Iterator[tuple[str, str]]:
    """Kill several commands, all about as often."""
    for number, name in enumerate(names):
        share = runs // len(names) + (number < runs % len(names))
        for outcome, problems in kill_at_random(SCENARIOS[name], share, rng):
            yield f"{name}: {outcome}", problems


def main(arguments: list[str]) -> int:
    """Make the runs, print the number of each outcome, and return the exit code."""
    parser = argparse.ArgumentParser(description="Kill commands, build at once, damage stores.")
    parser.add_argument("what", nargs="+", choices=("kills", "builders", "damage"))
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scenario", action="append", choices=SCENARIOS)
    given = parser.parse_args(arguments)
    load_program()
    use_compiled_graph()
    rng = random.Random(given.seed)  # noqa: S311 - no secret
    kinds = {
        "kills": lambda: kill_each(given.runs, rng, given.scenario or list(SCENARIOS)),
        "builders": lambda: build_at_once(given.runs, rng),
        "damage": lambda: read_damaged(given.runs, rng),
    }
    outcomes: Counter[str] = Counter()
    found = 0
    for what in given.what:
        for number, (outcome, problems) in enumerate(kinds[what](), 1):
            outcomes[f"{what}: {outcome}"] += 1
            if problems:
                found += 1
                print(f"{what} {number}: {problems}", file=sys.stderr, flush=True)
    shutil.rmtree(get_template())
    for outcome, number in sorted(outcomes.items()):
        print(f"{number:5} {outcome}")
    print(f"{sum(outcomes.values())} runs, {found} with problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
