"""Tests of named questions, parameters, search and validation."""
