"""Tests of how fact files are read, checked and compiled."""
