"""Tests of the pictures: without a browser, and in Chromium."""
