"""Tests of networks, their measures and their significance."""
