"""Answers from a graph: named questions, search, explanations, validation."""
