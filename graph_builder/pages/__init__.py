"""Pages: HTML and RDF documents of each IRI of the graph."""
