"""Tests of liangxin_mock.handlers."""
