"""Tests of the mock, a folder for each of its rooms."""
