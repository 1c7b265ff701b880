"""Tests of the recording of exchanges."""
