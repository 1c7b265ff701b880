"""Tests of the comparison of recordings with the contract."""
