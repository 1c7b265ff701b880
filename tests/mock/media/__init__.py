"""Tests of liangxin_mock.media."""
