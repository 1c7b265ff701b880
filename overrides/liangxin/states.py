"""The states of a task, in the words that every API's own states are mapped to."""

TERMINAL_STATES = frozenset({"success", "fail"})
"""A task in one of these never changes its state again."""

KNOWN_STATES = frozenset({"waiting", "queuing", "generating"}) | TERMINAL_STATES
"""An API may add others at any time; an unknown one counts as not finished."""
