"""Tests of `liangxin.results`."""
