"""Hypothesis strategies, in modules named after what they make."""
