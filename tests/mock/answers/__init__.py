"""Tests of liangxin_mock.answers."""
