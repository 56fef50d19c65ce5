"""Tests of what compares: sources that conflict, and versions that differ."""
