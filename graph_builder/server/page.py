"""What a person sees who opens the endpoint's address in a browser: a form that needs no script."""

PAGE = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>SPARQL endpoint</title>
<h1>SPARQL endpoint</h1>
<p>Read-only, by the SPARQL 1.1 Protocol. The prefixes of the project need no declaration.</p>
<form method="post">
<p><label for="query">Query</label></p>
<p><textarea id="query" name="query" rows="16" cols="90" spellcheck="false">
SELECT ?event ?name WHERE {
  ?event a aigg:Event ; skos:prefLabel ?name .
}
ORDER BY ?name
LIMIT 20</textarea></p>
<p><button>Ask</button></p>
</form>
</html>
"""
