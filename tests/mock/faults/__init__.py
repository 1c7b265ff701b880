"""Tests of liangxin_mock.faults."""
