"""Settle what the spec only infers, by requests that must be refused."""
