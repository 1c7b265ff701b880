"""Tests of liangxin_mock.prism."""
