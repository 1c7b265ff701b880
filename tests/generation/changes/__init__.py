"""Tests of `python -m generation changes`."""
