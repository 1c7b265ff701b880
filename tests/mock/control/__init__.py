"""Tests of liangxin_mock.control."""
