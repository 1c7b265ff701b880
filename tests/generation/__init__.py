"""Tests of the generator and of the packages that it makes."""
