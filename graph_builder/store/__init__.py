"""Graphs in memory, on disk or behind a SPARQL endpoint: loading, slicing, serialising."""
