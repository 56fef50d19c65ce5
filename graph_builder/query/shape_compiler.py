"""Compile SHACL shapes to SPARQL queries, each row of which is a result of validation.

Each constraint becomes the query by which the recommendation defines it
(https://www.w3.org/TR/shacl/). What is not compiled here is an error and never ignored.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from pyoxigraph import Dataset, Literal, NamedNode, Quad

from graph_builder.core import vocabulary as v
from graph_builder.core.errors import ReadError
from graph_builder.store.engine import Subject, Term

_SH = "http://www.w3.org/ns/shacl#"
_TYPE, _FIRST, _REST, _NIL = (
    NamedNode(v.expand(f"rdf:{name}")) for name in ("type", "first", "rest", "nil")
)
#: What a shape says that is no constraint of its own.
_NO_CONSTRAINTS = frozenset(
    {"message", "severity", "path", "property", "sparql"}
    | {"targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "qualifiedMinCount"}
)
_COUNTS = ("minCount", "maxCount", "qualifiedValueShape")
_COMPARED = {"minInclusive": ">=", "minExclusive": ">"}
_NODE_KINDS = {"IRI": "isIRI", "BlankNode": "isBlank", "Literal": "isLiteral"}
#: How values of a datatype are written: a pattern, "" for any text, None where a cast tells.
_LEXICAL_FORMS: Mapping[str, str | None] = {
    "rdf:langString": "",
    "xsd:anyURI": "",
    "xsd:boolean": None,
    "xsd:date": None,
    "xsd:decimal": r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$",
    "xsd:double": None,
    "xsd:gYear": None,
    "xsd:gYearMonth": None,
    "xsd:integer": "^[+-]?[0-9]+$",
    "xsd:string": "",
}
_SAME_LANGUAGE = "LANG(?value) != '' && LCASE(LANG(?value)) = LCASE(LANG(?other))"
_BEGIN_OF_PATTERN = re.compile(r"\bWHERE\s*\{", re.IGNORECASE)


@dataclass(frozen=True)
class ShapeQuery:
    """A query for what breaks a rule: its rows have the focus node ?this and the value ?value."""

    severity: str
    shape: str
    message: str
    text: str


def compile_shapes(
    shapes: Iterable[Quad], list_subclasses: Callable[[str], Iterable[str]]
) -> list[ShapeQuery]:
    """Return the queries of all named node shapes, with their property shapes.

    ``list_subclasses`` returns a class and all classes below it that have instances. Raises
    ReadError for what cannot be compiled.
    """
    compiler = _ShapeCompiler(Dataset(shapes), list_subclasses)
    return [query for shape in compiler.list_node_shapes() for query in compiler.compile(shape)]


class _ShapeCompiler:
    def __init__(self, shapes: Dataset, list_subclasses: Callable[[str], Iterable[str]]) -> None:
        self._shapes = shapes
        self._list_subclasses = list_subclasses
        self._numbers = count()

    def list_node_shapes(self) -> list[NamedNode]:
        shapes = (quad.subject for quad in self._shapes.quads_for_object(_name("NodeShape")))
        return sorted({each for each in shapes if isinstance(each, NamedNode)}, key=str)

    def compile(self, shape: NamedNode) -> Iterator[ShapeQuery]:
        targets = self._format_targets(shape)
        for name, parameter in self._list_constraints(shape):
            broken = f"FILTER(!({self._format_test(name, parameter, shape, '?this')}))"
            yield self._make_query(shape, "(?this AS ?value)", f"{targets} {broken}")
        for part in self._list_objects(shape, "property"):
            path = self._format_path(self._get_object(part, "path"))
            for name, parameter in self._list_constraints(part):
                yield self._compile_property(part, path, name, parameter, targets)
        for part in self._list_objects(shape, "sparql"):
            yield self._compile_select(shape, part, targets)

    def _compile_property(
        self, shape: Term, path: str, name: str, parameter: Term, targets: str
    ) -> ShapeQuery:
        """Return the query of a constraint on the values at a path.

        Where it can, it looks for broken values first and then whether they are those of a focus
        node: there are few of them, and many focus nodes.
        """
        any_value = f"?this {path} ?value"
        if name == "minCount":
            if _get_text(parameter) != "1":
                raise _report(shape, "sh:minCount above 1 is not compiled here")
            return self._make_query(shape, "", f"{targets} FILTER NOT EXISTS {{ {any_value} }}")
        if name == "hasValue":
            lacks = f"FILTER NOT EXISTS {{ ?this {path} {parameter} }}"
            return self._make_query(shape, "", f"{targets} {lacks}")
        at_focus = f"FILTER EXISTS {{ {targets} }}"
        if name == "maxCount":
            too_many = f"HAVING(COUNT(DISTINCT ?value) > {_get_number(parameter)})"
            counted = f"{{ SELECT ?this WHERE {{ {any_value} }} GROUP BY ?this {too_many} }}"
            return self._make_query(shape, "", f"{counted} {at_focus}")
        if name == "uniqueLang":
            same = f"?this {path} ?other FILTER(!sameTerm(?value, ?other) && {_SAME_LANGUAGE})"
            return self._make_query(shape, "", f"{any_value} . {same} {at_focus}")
        if name == "lessThan":
            more = f"?this {parameter} ?other FILTER(!COALESCE(?value < ?other, false))"
        else:
            more = f"FILTER(!({self._format_test(name, parameter, shape, '?value')}))"
        return self._make_query(shape, "?value", f"{any_value} . {more} {at_focus}")

    def _compile_select(self, shape: NamedNode, part: Term, targets: str) -> ShapeQuery:
        """Return a SPARQL-based constraint, with its focus nodes in the place of pre-binding."""
        select = _get_text(self._get_object(part, "select"))
        begin = _BEGIN_OF_PATTERN.search(select)
        if not begin:
            raise _report(part, "its query has no WHERE")
        text = f"{select[: begin.end()]} {targets} {select[begin.end() :]}"
        return self._make_query(shape, "", "", told_by=part, text=text)

    def _make_query(
        self, shape: Term, shown: str, pattern: str, *, told_by: Term | None = None, text: str = ""
    ) -> ShapeQuery:
        severity = self._get_object(shape, "severity", default=_name("Violation"))
        return ShapeQuery(
            severity=_get_local_name(severity).lower(),
            shape=_get_text(shape),
            message=_get_text(self._get_object(told_by or shape, "message")),
            text=text or f"SELECT DISTINCT ?this {shown} WHERE {{ {pattern} }}",
        )

    def _format_targets(self, shape: NamedNode) -> str:
        """Return the pattern that binds ?this to each focus node."""
        above = map(_get_text, self._list_objects(shape, "targetClass"))
        classes = sorted({below for each in above for below in self._list_subclasses(each)})
        options = (
            (" ".join(f"<{each}>" for each in classes), "?class", "?this a ?class"),
            (self._join(shape, "targetSubjectsOf"), "?relation", "?this ?relation ?end"),
            (self._join(shape, "targetObjectsOf"), "?relation", "?end ?relation ?this"),
            (self._join(shape, "targetNode"), "?this", ""),
        )
        union = " UNION ".join(
            f"{{ VALUES {variable} {{ {values} }} {pattern} }}"
            for values, variable, pattern in options
            if values
        )
        if not union:
            raise _report(shape, "it has no target")
        return union

    def _join(self, shape: Term, name: str) -> str:
        return " ".join(map(str, self._list_objects(shape, name)))

    def _format_path(self, path: Term) -> str:
        if isinstance(path, NamedNode):
            return str(path)
        if inverse := self._list_objects(path, "inversePath"):
            return f"^{self._format_path(inverse[0])}"
        if options := self._list_objects(path, "alternativePath"):
            return f"({'|'.join(map(self._format_path, self._list_members(options[0])))})"
        if steps := self._list_members(path):
            return f"({'/'.join(map(self._format_path, steps))})"
        raise _report(path, "its path is of an unknown kind")

    def _format_conformance(self, shape: Term, variable: str) -> str:
        """Return the expression that is true where a node conforms to a shape without a name."""
        parts = self._list_objects(shape, "property")
        tests = [self._format_conformance(part, variable) for part in parts]
        paths = self._list_objects(shape, "path")
        for name, parameter in self._list_constraints(shape):
            if not paths:
                tests.append(self._format_test(name, parameter, shape, variable))
                continue
            value = f"?v{next(self._numbers)}"
            pattern = f"{variable} {self._format_path(paths[0])} {value}"
            if name in _COUNTS:
                tests.append(self._format_count_test(name, parameter, shape, pattern, value))
            elif name == "hasValue":
                tests.append(f"EXISTS {{ {pattern} FILTER(sameTerm({value}, {parameter})) }}")
            else:
                broken = f"FILTER(!({self._format_test(name, parameter, shape, value)}))"
                tests.append(f"NOT EXISTS {{ {pattern} {broken} }}")
        return " && ".join(f"({test})" for test in tests)

    def _format_count_test(
        self, name: str, parameter: Term, shape: Term, pattern: str, value: str
    ) -> str:
        """Return the expression that is true where there is one value, or none, as a shape asks."""
        if (name, _get_text(parameter)) == ("maxCount", "0"):
            return f"NOT EXISTS {{ {pattern} }}"
        if (name, _get_text(parameter)) == ("minCount", "1"):
            return f"EXISTS {{ {pattern} }}"
        least = self._list_objects(shape, "qualifiedMinCount")
        if name == "qualifiedValueShape" and [*map(_get_text, least)] == ["1"]:
            return f"EXISTS {{ {pattern} FILTER({self._format_conformance(parameter, value)}) }}"
        raise _report(shape, f"sh:{name} {_get_text(parameter)} is not compiled here")

    def _format_test(self, name: str, parameter: Term, shape: Term, variable: str) -> str:
        """Return the expression, never an error, that is true where a value meets a constraint."""
        match name:
            case "class":
                return self._format_class_test(_get_text(parameter), variable)
            case "datatype":
                return _format_datatype_test(_get_text(parameter), shape, variable)
            case "nodeKind" if (kind := _get_local_name(parameter)) in _NODE_KINDS:
                return f"{_NODE_KINDS[kind]}({variable})"
            case "pattern":
                test = f"REGEX(STR({variable}), {parameter})"
            case "maxLength":
                test = f"STRLEN(STR({variable})) <= {_get_number(parameter)}"
            case "minInclusive" | "minExclusive":
                test = f"{variable} {_COMPARED[name]} {_get_number(parameter)}"
            case "in":
                members = self._list_members(parameter)
                test = " || ".join(f"sameTerm({variable}, {member})" for member in members)
            case "or":
                options = self._list_members(parameter)
                return " || ".join(f"({self._format_conformance(o, variable)})" for o in options)
            case "not":
                return f"!({self._format_conformance(parameter, variable)})"
            case _:
                raise _report(shape, f"sh:{name} is not compiled here")
        return f"COALESCE({test}, false)"

    def _format_class_test(self, class_: str, variable: str) -> str:
        first, *others = sorted(self._list_subclasses(class_))
        if not others:
            return f"EXISTS {{ {variable} a <{first}> }}"
        among = ", ".join(f"<{each}>" for each in (first, *others))
        own = f"?v{next(self._numbers)}"
        return f"EXISTS {{ {variable} a {own} FILTER({own} IN ({among})) }}"

    def _list_constraints(self, shape: Term) -> list[tuple[str, Term]]:
        found = (
            (quad.predicate.value.removeprefix(_SH), quad.object)
            for quad in self._shapes.quads_for_subject(_check_subject(shape))
            if quad.predicate.value.startswith(_SH)
        )
        return sorted((each for each in found if each[0] not in _NO_CONSTRAINTS), key=str)

    def _list_objects(self, subject: Term, name: str) -> list[Term]:
        quads = self._shapes.quads_for_subject(_check_subject(subject))
        return sorted((q.object for q in quads if q.predicate == _name(name)), key=str)

    def _get_object(self, subject: Term, name: str, default: Term | None = None) -> Term:
        found = [*self._list_objects(subject, name), *([default] if default else [])]
        if not found:
            raise _report(subject, f"it has no sh:{name}")
        return found[0]

    def _list_members(self, head: Term) -> list[Term]:
        """Return the members of an RDF list."""
        members: list[Term] = []
        while head != _NIL:
            cell = {
                q.predicate: q.object for q in self._shapes.quads_for_subject(_check_subject(head))
            }
            if _FIRST not in cell or _REST not in cell:
                return members
            members.append(cell[_FIRST])
            head = cell[_REST]
        return members


def _format_datatype_test(datatype: str, shape: Term, variable: str) -> str:
    form = _LEXICAL_FORMS.get(v.compact(datatype), "unknown")
    if form == "unknown":
        raise _report(shape, f"sh:datatype {datatype} is not compiled here")
    tests = [f"isLiteral({variable})", f"DATATYPE({variable}) = <{datatype}>"]
    if form is None:
        tests.append(f"COALESCE(STR(<{datatype}>(STR({variable}))) != '', false)")
    elif form:
        tests.append(f"REGEX(STR({variable}), {Literal(form)})")
    return " && ".join(tests)


def _name(name: str) -> NamedNode:
    return NamedNode(_SH + name)


def _check_subject(term: Term) -> Subject:
    if isinstance(term, Literal):
        raise _report(term, "it is a text, where a shape belongs")
    return term


def _get_text(term: Term) -> str:
    return str(getattr(term, "value", ""))


def _get_local_name(term: Term) -> str:
    return _get_text(term).rpartition("#")[2]


def _get_number(term: Term) -> str:
    return str(float(_get_text(term))).removesuffix(".0")


def _report(shape: Term, problem: str) -> ReadError:
    return ReadError(f"shape {v.compact(_get_text(shape))}: {problem}")
