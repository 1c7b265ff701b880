"""Tests of liangxin_mock.transports."""
