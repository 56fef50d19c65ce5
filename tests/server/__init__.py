"""Tests of the SPARQL endpoint, against a server that runs as its users have it."""
