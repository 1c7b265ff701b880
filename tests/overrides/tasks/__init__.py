"""Tests of what is done with tasks."""
