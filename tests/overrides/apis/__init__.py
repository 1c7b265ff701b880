"""Tests of `liangxin.apis`."""
