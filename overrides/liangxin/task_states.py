"""The states of a task, and which of them are final: only here.

The spec lists the states of each API, but cannot say what they mean for a wait; `apis/` maps the
words of an API to these. A test fails when the spec has a state that is not here.
"""

TERMINAL_STATES = frozenset({"success", "fail"})
"""States that are final: a task is not polled any more."""

KNOWN_STATES = frozenset({"waiting", "queuing", "generating"}) | TERMINAL_STATES
"""An API may add others at any time; an unknown one counts as not finished."""
