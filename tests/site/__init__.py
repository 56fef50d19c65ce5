"""Tests of the site: its files, read one by one, and its pages in Chromium."""
