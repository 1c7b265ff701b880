"""Tests of receiving callbacks."""
