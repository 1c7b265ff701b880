"""Tests of the SDK, one module for each of its modules."""
