"""Tests of the engines behind a graph."""
