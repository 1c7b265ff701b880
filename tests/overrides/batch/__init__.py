"""Tests of when and how tasks are polled."""
