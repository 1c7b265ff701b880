"""Modules that are copied into each generated package as they are."""
