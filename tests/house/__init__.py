"""Tests of the house: its rules, its environment and what is published."""
