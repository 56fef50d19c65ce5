"""Comparisons: where sources conflict, and what changed between two versions."""
