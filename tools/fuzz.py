"""Feed the program mutated files and values, and count what becomes of them.

    python tools/fuzz.py facts --number 100000 --seed 1 --keep FOLDER

The targets are fact files, RDF files, heads of queries, and values of parameters. A mutant has to
be refused with a sentence or accepted, within 2 seconds of processor time and 500 MB; one that is
accepted differs in the graph from what it was made of, or the reason why it does not is counted.
What breaks these rules is written to the folder, and its kinds are printed, each with an example.
"""

import argparse
import json
import random
import re
import sys
import tempfile
import time
import traceback
import warnings
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

from click.testing import CliRunner
from mutations import mutate, mutate_value
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse, serialize

from graph_builder.analysis.networks.network_definition import parse_network_definition
from graph_builder.cli import aigg
from graph_builder.core.errors import AiggError, Finding
from graph_builder.core.ontology import load_ontology
from graph_builder.core.resources import find_data_folder
from graph_builder.core.text import escape_controls
from graph_builder.ingest.fact_file_reader import FactBase, ReadResult
from graph_builder.ingest.fact_files import read_and_check
from graph_builder.ingest.plausibility_warnings import find_warnings
from graph_builder.ingest.quad_builder import compile_facts
from graph_builder.ingest.quad_groups import format_nquads
from graph_builder.query.named_questions import Question, answer_question, parse_question, questions
from graph_builder.query.result_format import format_answer
from graph_builder.store.loading import build, open_graph

if TYPE_CHECKING:
    from graph_builder.store.graph import Graph

SEEDS = Path(__file__).parents[1] / "tests" / "data" / "fuzz"
MAX_SECONDS = 2.0
MAX_BYTES = 500_000_000
_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_MAX_LINE = 2_000


class FaultError(Exception):
    """A rule of this program that a mutant breaks without an exception of its own."""


class Target(ABC):
    """What is fed: it makes a mutant, and tries it."""

    ending = "txt"
    #: The processor time that the last mutant may take.
    allowed_seconds = MAX_SECONDS

    @abstractmethod
    def make(self, chance: random.Random) -> bytes:
        """Return a mutant."""

    @abstractmethod
    def try_mutant(self, mutant: bytes) -> str:
        """Return what became of a mutant; raises AiggError if it is refused."""


#: The fact files that name the tables, and how often a file is changed, if not once.
_OWNERS = {"facts.csv": "listed.yaml", "things.csv": "listed.yaml", "table.csv": "mapped.yaml"}
_WEIGHTS = {"plain.yaml": 8, "facts.csv": 6, "things.csv": 3, "every-key.yaml": 4}


class FactFiles(Target):
    """Fact files and the CSV files beside them; an accepted one is compiled too.

    Each mutant stands for one file of a seed; the others stay as they are.
    """

    ending = "files"
    #: Of how many mutants one is also checked by the command, with all shipped facts.
    by_command = 1_000

    def __init__(self, folder: Path) -> None:
        """Copy the seeds into a folder."""
        self._empty = folder / "empty"
        self._empty.mkdir()
        self._folder = folder
        self._texts = {path.name: path.read_text(encoding="utf-8") for path in SEEDS.glob("*.*")}
        self._owners = {name: _OWNERS.get(name, name) for name in self._texts}
        for name, text in self._texts.items():
            (folder / name).write_text(text, encoding="utf-8")
        self._seeds = {name: self._read(name) for name in {*self._owners.values()}}
        self._number = 0
        self._name = ""
        _run_command(["check", str(folder / "plain.yaml")])  # reads the shipped facts

    def make(self, chance: random.Random) -> bytes:
        """Return a mutant of one of the files."""
        weights = [_WEIGHTS.get(name, 1) for name in self._texts]
        self._name = chance.choices([*self._texts], weights)[0]
        return mutate(chance, self._texts[self._name])

    def try_mutant(self, mutant: bytes) -> str:
        """Check and compile a mutant."""
        file, owner = self._folder / self._name, self._owners[self._name]
        self._number += 1
        file.write_bytes(mutant)
        try:
            if self._number % self.by_command == 0:
                _run_command(["check", str(self._folder / owner)])
            result, _, quads = self._read(owner)
            if result.diagnostics.findings:
                for finding in result.diagnostics.findings:
                    _check_finding(finding)
                return "refused"
            old, old_base, old_quads = self._seeds[owner]
            if quads != old_quads:
                return "accepted, with another graph"
            base = result.build_fact_base()
            return f"accepted, the same: {_explain_equality(old, old_base, result, base)}"
        finally:
            file.write_text(self._texts[self._name], encoding="utf-8")

    def _read(self, owner: str) -> tuple[ReadResult, FactBase, set[Quad]]:
        result = read_and_check(self._folder / owner)
        if result.diagnostics.findings:
            return result, FactBase((), {}), set()
        for finding in find_warnings(result, load_ontology(), [str(self._folder / owner)]):
            _check_finding(finding)
        base = result.build_fact_base()
        groups = compile_facts(base, load_ontology(), self._empty)
        lines = b"".join(format_nquads(groups))
        return result, base, set(parse(lines, format=RdfFormat.N_QUADS))


def _explain_equality(old: ReadResult, old_base: FactBase, new: ReadResult, base: FactBase) -> str:
    """Return why two files make the same graph."""
    if _list_records(old_base, expand=False) == _list_records(base, expand=False):
        return "the same records in other writing"
    if _list_records(old_base, expand=True) == _list_records(base, expand=True):
        return "in another order, or said what holds without it"
    if _list_records(old_base, expand=True)[1:] == _list_records(base, expand=True)[1:]:
        if len(old.entities) == len(new.entities):
            raise FaultError("an entity differs and the graph does not")
        return "an entity that no fact names"
    raise FaultError("records differ and the graph does not")


def _list_records(base: FactBase, *, expand: bool) -> list[object]:
    """Return entities, sources and facts; ``expand`` sorts them and fills in what goes unsaid."""
    entities: list[object] = [each.record for each in base.entities]
    sources: list[object] = []
    facts: list[object] = []
    for document in base.documents.values():
        source = document.source
        for fact in (each.record for each in document.facts):
            filled = {
                "language": fact.language or source.language,
                "verification": fact.verification or source.verification,
                "basis": fact.basis or "stated",
            }
            facts.append(fact.model_copy(update=filled) if expand else fact)
        unsaid = {"holds": (), "title_language": source.title_language or source.language}
        sources.append(source.model_copy(update=unsaid) if expand else source)
    if expand:
        return [sorted(map(repr, each)) for each in (entities, sources, facts)]
    return [entities, sources, facts]


#: The commands that read a graph: ``{0}`` is the mutant, ``{1}`` what it was made of.
COMMANDS: Sequence[Sequence[str]] = (
    *(("export", "-s", "{0}", "-F", form) for form in ("ttl", "ttl12", "trig", "nq", "nt")),
    *(("export", "-s", "{0}", "-F", form) for form in ("jsonld", "graphml", "gexf")),
    *(("draw", "-s", "{0}", "-o", "{2}", *view) for view in ((), ("overview",), ("themes",))),
    *(("draw", "-s", "{0}", "-o", "{2}", *view) for view in (("timeline", "FRA"), ("event",))),
    ("draw", "-s", "{0}", "-o", "{2}", "ego", "actor:FRA"),
    ("draw", "-s", "{0}", "-o", "{2}", "path", "actor:FRA", "event:lumen-roundtable"),
    ("draw", "-s", "{0}", "-o", "{2}", "disagreement"),
    ("draw", "-s", "{0}", "-o", "{2}", "cooperation", "co-participation"),
    ("draw", "-s", "{0}", "-o", "{2}", "event", "event:lumen-roundtable"),
    ("draw", "-s", "{0}", "-o", "{2}", "series", "event:lumen-roundtable"),
    ("draw", "-s", "{0}", "-o", "{2}", "source", "port-lumen-report"),
    ("draw", "-s", "{0}", "-o", "{2}", "query", "network"),
    *(("diff", *pair, "-F", form) for pair in (("{0}", "{1}"), ("{1}", "{0}"))
      for form in ("text", "json", "md")),
    *(("explain", "-s", "{0}", thing) for thing in ("actor:FRA", "Port Lumen Roundtable")),
    ("explain", "-s", "{0}", "actor:FRA", "memberOf", "actor:lumen-council"),
    *(("find", "-s", "{0}", word) for word in ("lumen", "France", "x")),
    *(("facts", "-s", "{0}", name) for name in ("attended", "memberOf", "startDate")),
    ("facts", "-s", "{0}", "attended", "--of", "actor:FRA", "-F", "json"),
    ("changes", "-s", "{0}", "--since", "{1}"),
    ("changes", "-s", "{0}", "--since", "2025"),
    ("measure", "-s", "{0}"),
    ("measure", "-s", "{0}", "facts"),
    *(("disagreements", "-s", "{0}", "-F", form) for form in ("text", "json", "md")),
    ("facts", "-s", "{0}", "attended", "--at", "2025-02"),
    ("facts", "-s", "{0}", "attended", "--verified", "primary"),
    *(("query", "-s", "{0}", name) for name in sorted(questions())),
    *(("query", "-s", "{0}", "network", "-F", form) for form in ("csv", "json", "md", "tsv")),
)  # fmt: skip
#: Commands that take long, and of how many mutants one is given to them.
LONG_COMMANDS: Sequence[Sequence[str]] = (("validate", "-s", "{0}"), ("site", "-s", "{0}", "{3}"))
_LONG_EVERY = 50
_COMMANDS_EACH = 4
_TERMS: Sequence[NamedNode | Literal] = (
    *(Literal(""), Literal("\0"), Literal("x" * 300), Literal("2025-02-30"), Literal("bonjour")),
    *(Literal("x", language="fr"), NamedNode("urn:x"), NamedNode("https://w3id.org/aigg/")),
    *(
        Literal(text, datatype=NamedNode(f"http://www.w3.org/2001/XMLSchema#{kind}"))
        for text in ("1", "2025", "-0044-03-15", "99999-01-01", "2025-02-30", "no")
        for kind in ("date", "gYear", "integer", "boolean")
    ),
    *(NamedNode(f"https://w3id.org/aigg/{x}") for x in ("actor/FRA", "ns#memberOf", "assertion/x")),
    *(NamedNode(f"https://w3id.org/aigg/{x}") for x in ("modality/x", "basis/x", "source/", "ns#")),
)


class RdfFiles(Target):
    """RDF files of parts of a graph with assertions, in any syntax, given to the commands."""

    ending = "rdf"

    def __init__(self, folder: Path) -> None:
        """Compile the seeds."""
        self._folder = folder
        graph = build(SEEDS / "every-key.yaml", SEEDS / "plain.yaml", only=True)
        ontology = {*open_graph_quads_of_ontology(folder)}
        self._quads = sorted({*graph.quads()} - ontology, key=str)
        self._seed = folder / "seed.nq"
        serialize(self._quads, self._seed, format=RdfFormat.N_QUADS)
        self._commands = cycle(COMMANDS)
        self._long = cycle(LONG_COMMANDS)
        self._number = 0
        self._suffix = "nt"
        self._chosen: list[Sequence[str]] = []
        self._usual_seconds = {
            command: self._measure(command) for command in LONG_COMMANDS for _ in range(2)
        }

    def _measure(self, command: Sequence[str]) -> float:
        """Return the seconds that a command takes for the seed, which it works on the longest."""
        began = time.process_time()
        self._run(command, self._seed)
        return time.process_time() - began

    def make(self, chance: random.Random) -> bytes:
        """Return some of the quads, changed as terms, as text or as bytes, or both."""
        self._choose_commands()
        start = chance.randrange(len(self._quads))
        size = chance.choice((5, 20, 60, len(self._quads)))
        quads = [quad for quad in self._quads[start : start + size] if chance.randrange(30)]
        for _ in range(chance.choice((0, 1, 1, 2, 10))):
            if quads:
                at = chance.randrange(len(quads))
                quads[at] = _change_quad(chance, quads[at], chance.choice(self._quads))
        self._suffix, form = chance.choice(
            (
                ("nt", RdfFormat.N_TRIPLES),
                ("ttl", RdfFormat.TURTLE),
                ("nq", RdfFormat.N_QUADS),
                ("trig", RdfFormat.TRIG),
                ("rdf", RdfFormat.RDF_XML),
                ("jsonld", RdfFormat.JSON_LD),
            )
        )
        whole = form in (RdfFormat.N_QUADS, RdfFormat.TRIG, RdfFormat.JSON_LD)
        listed = quads if whole else [quad.triple for quad in quads]
        data: bytes = serialize(listed, format=form) or b""
        return data if chance.randrange(4) else mutate(chance, data.decode())

    def _choose_commands(self) -> None:
        self._number += 1
        self._chosen = [next(self._commands) for _ in range(_COMMANDS_EACH)]
        self.allowed_seconds = MAX_SECONDS
        if self._number % _LONG_EVERY == 0:
            self._chosen.append(next(self._long))
            self.allowed_seconds += self._usual_seconds[self._chosen[-1]]

    def try_mutant(self, mutant: bytes) -> str:
        """Give a mutant to the commands that are chosen for it."""
        file = self._folder / f"mutant.{self._suffix}"
        file.write_bytes(mutant)
        codes = [self._run(command, file) for command in self._chosen]
        return f"exit codes {' '.join(map(str, sorted({*codes})))}"

    def _run(self, command: Sequence[str], file: Path) -> int:
        site = self._folder / f"site-{self._number}"
        places = (str(file), str(self._seed), str(self._folder / "out.html"), str(site))
        return _run_command([word.format(*places) for word in command])


def open_graph_quads_of_ontology(folder: Path) -> Iterator[Quad]:
    """Yield the quads that any graph has, which are those of the ontology."""
    file = folder / "nothing.yaml"
    file.write_text(
        "entities:\n  - {id: actor:nothing, class: Network, label: {en: Nothing}}\n",
        encoding="utf-8",
    )
    yield from build(file, only=True).quads()


def _change_quad(chance: random.Random, quad: Quad, other: Quad) -> Quad:
    """Return a quad with another subject, predicate or object, perhaps one of a wrong kind."""
    subject, predicate, object_ = quad.subject, quad.predicate, quad.object
    match chance.randrange(5):
        case 0 if isinstance(object_, NamedNode):
            return Quad(object_, predicate, subject, quad.graph_name)
        case 1:
            return Quad(subject, other.predicate, object_, quad.graph_name)
        case 2:
            return Quad(other.subject, predicate, object_, quad.graph_name)
        case 3:
            return Quad(subject, predicate, other.object, quad.graph_name)
    return Quad(subject, predicate, chance.choice(_TERMS), quad.graph_name)


class QueryHeads(Target):
    """Heads of named questions; one that is accepted says what its line says."""

    ending = "rq"

    def __init__(self, _: Path) -> None:
        """Read the shipped questions, networks and checks."""
        folder = find_data_folder("queries")
        every = [*questions(folder).values(), *questions(folder / "networks").values()]
        self._seeds = [each.text for each in (*every, *questions(folder / "checks").values())]
        self._seed = ""

    def make(self, chance: random.Random) -> bytes:
        """Return a question whose head is changed."""
        self._seed = chance.choice(self._seeds)
        lines = self._seed.split("\n")
        size = sum(line.startswith("#+") for line in lines)
        head = mutate(chance, "\n".join(lines[:size]))
        return head + "\n".join(["", *lines[size:]]).encode()

    def try_mutant(self, mutant: bytes) -> str:
        """Parse a mutant, and compare it with what it was made of."""
        text = mutant.decode("utf-8", "replace")
        new, old = parse_question(text, "mutant"), parse_question(self._seed, "mutant")
        if new.head.list_network_settings():
            parse_network_definition(new)
        if _get_head(new) != _get_head(old):
            return "accepted, with another head"
        if _strip_comments(new.text) != _strip_comments(old.text):
            return "accepted, with another query"
        return "accepted, the same: comments, white space, order"


def _get_head(question: Question) -> list[object]:
    return [question.head.values, question.parameters]


def _strip_comments(text: str) -> str:
    return "\n".join(line.strip() for line in text.split("\n") if not line.startswith("#"))


class ParameterValues(Target):
    """Values of parameters of all named questions, asked of the shipped graph."""

    def __init__(self, _: Path) -> None:
        """Open the shipped graph."""
        self._graph: Graph = open_graph()
        answer_question(self._graph, "venue", {"event": "AI Action Summit 2025"})  # makes the index
        names = [(each.name, p) for each in questions().values() for p in each.parameters.values()]
        self._parameters = cycle(names)
        labels = ("France", "AI Action Summit 2025", "Bletchley", "ISO", "actor:IND", "EU AI Act")
        self._values = [*labels, *{each.default_text for _, each in names}]
        self._asked = ("", "")

    def make(self, chance: random.Random) -> bytes:
        """Return a value for the next parameter."""
        question, parameter = next(self._parameters)
        self._asked = question, parameter.name
        value = mutate_value(chance, chance.choice(self._values))
        return value.encode("utf-8", "surrogateescape" if value.isprintable() else "surrogatepass")

    def try_mutant(self, mutant: bytes) -> str:
        """Ask a question with a value."""
        name, parameter = self._asked
        value = mutant.decode("utf-8", "surrogatepass")
        answered = answer_question(self._graph, name, {parameter: value})
        format_answer(answered, "csv", self._graph)
        return "answered"


TARGETS: dict[str, Callable[[Path], Target]] = {
    "facts": FactFiles,
    "rdf": RdfFiles,
    "heads": QueryHeads,
    "parameters": ParameterValues,
}


def _run_command(arguments: Sequence[str]) -> int:
    """Run a command of aigg in this process; raises FaultError for what is no sentence."""
    result = CliRunner().invoke(aigg, [*arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise FaultError(f"aigg {' '.join(arguments[:1])}") from result.exception
    if result.exit_code == 2:  # noqa: PLR2004 -- the code for bad input
        _check_sentence(result.stderr)
    return result.exit_code


def _check_finding(finding: Finding) -> None:
    _check_sentence(escape_controls(finding.message))  # as the command prints it
    if min(finding.line, finding.column) < 1:
        raise FaultError("a finding without a place")


def _check_sentence(text: str) -> None:
    lines = text.splitlines()
    if not lines or max(map(len, lines)) > _MAX_LINE or _STEERING.search(text):
        raise FaultError(f"no sentence: {text[:200]!a}")


class Meter:
    """Measures the processor time and the memory of what runs in this process, on Linux."""

    def __init__(self) -> None:
        """Begin."""
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        self._bytes = self._read("VmRSS")
        self._start = time.process_time()

    def stop(self) -> tuple[float, int]:
        """Return the seconds, and the most bytes beyond those at the beginning."""
        return time.process_time() - self._start, self._read("VmHWM") - self._bytes

    def _read(self, name: str) -> int:
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(re.findall(rf"{name}:\s*(\d+)", status)[0]) * 1024


class Trial:
    """Keeps what became of a mutant: its outcome, and the fault if there is one.

    A panic of the engine is no Exception, so this looks at whatever ends the attempt.
    """

    def __init__(self) -> None:
        """Begin without an outcome."""
        self.outcome = ""
        self.fault = ""

    def __enter__(self) -> None:
        """Do nothing before."""

    def __exit__(self, _: object, error: BaseException | None, __: object) -> bool:
        """Take note of an exception; only that of somebody who interrupts goes on."""
        if isinstance(error, AiggError):
            self.outcome, self.fault = "refused", _find_bad_sentence(error)
        elif error is not None:
            self.outcome, self.fault = "failed", _describe_exception(error)
        return not isinstance(error, KeyboardInterrupt)


def try_all(
    target: Target, number: int, seed: int, keep: Path
) -> tuple[Counter[str], Counter[str], tuple[float, int]]:
    """Return how many mutants had which outcome, the faults by kind, and the worst figures."""
    outcomes: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    worst = (0.0, 0)
    for count in range(number):
        chance = random.Random(f"{seed}-{count}")  # noqa: S311 -- to try, not to hide
        mutant = target.make(chance)
        meter, trial = Meter(), Trial()
        with trial:
            trial.outcome = target.try_mutant(mutant)
        outcome, fault = trial.outcome, trial.fault
        seconds, size = meter.stop()
        if seconds > target.allowed_seconds:
            print(f"{count}: {seconds:.1f} s at first", flush=True)
            seconds = min(seconds, _try_again(target, mutant))  # the machine may have been busy
        worst = max(worst[0], seconds), max(worst[1], size)
        if seconds > target.allowed_seconds:
            fault = f"{fault}slow"
        if size > MAX_BYTES:
            fault = f"{fault}large"
        outcomes[outcome] += 1
        if fault:
            if not faults[fault]:
                (keep / f"{count}.{target.ending}").write_bytes(mutant)
                print(f"{count}: {fault} ({seconds:.1f} s, {size >> 20} MiB)", flush=True)
            faults[fault] += 1
        if count % 1000 == 999:  # noqa: PLR2004
            print(f"{count + 1:,} tried, {sum(faults.values())} faults", file=sys.stderr)
    return outcomes, faults, worst


def _try_again(target: Target, mutant: bytes) -> float:
    """Return the processor time that a mutant takes once more."""
    began = time.process_time()
    with Trial():
        target.try_mutant(mutant)
    return time.process_time() - began


def _find_bad_sentence(error: AiggError) -> str:
    try:
        _check_sentence(str(error))
    except FaultError as fault:
        return str(fault)
    return ""


def _describe_exception(error: BaseException) -> str:
    """Return what was raised and where in this project, to tell kinds of faults apart."""
    cause = error.__cause__ or error
    frames = traceback.extract_tb(cause.__traceback__)
    own = [f for f in frames if "graph_builder" in f.filename] or list(frames)
    place = f"{Path(own[-1].filename).name}:{own[-1].lineno}" if own else ""
    said = f"{error} <- " if error is not cause else ""
    return f"{said}{type(cause).__name__} in {place}: {str(cause)[:150]!a}"


def main() -> None:
    """Try the mutants and print the figures; exit with 1 if there are faults."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--number", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()))
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    given.keep.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="aigg-fuzz-") as folder:
        target = TARGETS[given.target](Path(folder))
        outcomes, faults, worst = try_all(target, given.number, given.seed, given.keep)
    print(json.dumps({"faults": faults, "outcomes": outcomes}, indent=1))
    print(
        f"{given.number:,} {given.target}: {sum(faults.values())} faults; at most "
        f"{worst[0]:.2f} s and {worst[1] >> 20} MiB"
    )
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
