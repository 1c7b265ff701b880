"""Tests of liangxin_mock.jobs."""
