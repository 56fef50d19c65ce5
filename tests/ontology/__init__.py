"""Tests of the ontology and of its shapes."""
