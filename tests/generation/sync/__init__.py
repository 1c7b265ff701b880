"""Tests of the command that makes the spec follow the published pages."""
