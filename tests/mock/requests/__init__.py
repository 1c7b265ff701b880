"""Tests of liangxin_mock.requests."""
