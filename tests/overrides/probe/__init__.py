"""Tests of the probes of inferred facts."""
