"""Reports of measured and tested networks, as text, rows and RDF."""
