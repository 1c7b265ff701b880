"""Tests of liangxin_mock.apis."""
