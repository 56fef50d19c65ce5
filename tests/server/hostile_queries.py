"""Queries that mean harm: each takes for ever, grows without end, or breaks a parser."""

_CROSS = "?a ?b ?c . ?d ?e ?f"
_MANY = 10_000

QUERIES = {
    "cartesian count": f"SELECT (COUNT(*) AS ?n) {{ {_CROSS} . ?g ?h ?i }}",
    "cartesian rows": f"SELECT * {{ {_CROSS} . ?g ?h ?i }}",
    "unbounded path": "SELECT (COUNT(*) AS ?n) { ?a (!<x:y>)* ?b . ?b (!<x:z>)* ?c }",
    "paths both ways": "SELECT (COUNT(*) AS ?n) { ?a (!<x:y>|^!<x:y>)* ?b . ?b (^!<x:z>)+ ?c }",
    "order of a cross product": f"SELECT * {{ {_CROSS} }} ORDER BY ?c ?f DESC(?a)",
    "distinct cross product": f"SELECT DISTINCT ?a ?f {{ {_CROSS} }}",
    "construct a cross product": f"CONSTRUCT {{ ?a ?b ?f }} {{ {_CROSS} }}",
    "describe a cross product": f"DESCRIBE ?a {{ {_CROSS} }}",
    "one long string": f"SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?f))) AS ?x) {{ {_CROSS} }}",
    "string doubling": "SELECT ?x40 { BIND('aaaaaaaaaa' AS ?x0) "
    + " ".join(f"BIND(CONCAT(?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(40))
    + " }",
    "exploding expression": "SELECT * { ?a ?b ?c "
    "FILTER(REGEX(STR(?c), '(a*)*(b*)*(.*)*(((x{1,90}){1,90}){1,9})$')) }",
    "exploding replacement": f"SELECT (COUNT(?y) AS ?n) {{ {_CROSS} "
    "BIND(REPLACE(CONCAT(STR(?c), STR(?f)), '(.)', '$1$1$1$1') AS ?y) }",
    "negated cross product": "SELECT * { ?a ?b ?c FILTER NOT EXISTS "
    "{ ?d ?e ?f . ?g ?h ?i FILTER(?a = ?i && ?h = ?c) } }",
    "nested braces": "ASK " + "{" * _MANY + "}" * _MANY,
    "nested brackets": "ASK { ?s ?p " + "[" * _MANY + "]" * _MANY + " }",
    "nested parentheses": "ASK { FILTER " + "(" * _MANY + "1" + ")" * _MANY + " }",
    "nested nots": "ASK { FILTER(" + "!" * _MANY + "true) }",
    "nested minus signs": "SELECT (" + "-" * _MANY + "1 AS ?x) {}",
    "nested carets": "ASK { ?s " + "^" * _MANY + "<x:y> ?o }",
    "a sum of many": "ASK { FILTER(" + "+".join("1" * 2 * _MANY) + " > 3) }",
    "a choice of many": "ASK { FILTER(" + "||".join(["true"] * _MANY) + ") }",
    "a path of many": "ASK { ?s " + "/".join(["<x:y>"] * _MANY) + " ?o }",
    "20,000 unions": "SELECT * {" + "UNION".join(["{}"] * 2 * _MANY) + "}",
    "14,000 unions": "SELECT * {" + "UNION".join(["{}"] * 14_000) + "}",
    "2,000 optionals": "SELECT * {"
    + " ".join(f"OPTIONAL {{ ?a{i} ?b{i} ?c{i} }}" for i in range(2000))
    + "}",
    "2,000 joins": "SELECT * {" + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(2000)) + "}",
    "2,000 tables": "SELECT * {" + " ".join(f"VALUES ?a{i} {{ 1 2 }}" for i in range(2000)) + "}",
    "another service": "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
}
