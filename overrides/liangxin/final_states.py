"""The states of a task. Every API's own states are mapped to these."""

TERMINAL_STATES = frozenset({"success", "fail"})
"""States that are final."""

KNOWN_STATES = frozenset({"waiting", "queuing", "generating"}) | TERMINAL_STATES
"""An API may add others at any time; an unknown one counts as not finished."""
