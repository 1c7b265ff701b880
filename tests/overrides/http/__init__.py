"""Tests of `liangxin.http`."""
