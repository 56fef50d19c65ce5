"""Graphs in memory, on disk or on a SPARQL server: loading, snapshots, serialisation."""
