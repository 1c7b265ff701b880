"""Placeholder."""


class Schedule:
    """How long tasks take, and when to ask for one."""

    def interval(self, model: str | None, age: float) -> float:
        """Return the seconds from `age` until the next poll."""
        del model
        return min(2.0 + age / 2, 15.0)

    def learn(self, model: str | None, after: float, before: float) -> None:
        """Take in that a task ended between two ages."""

    def usual(self, model: str | None) -> float | None:
        """Return the seconds that half of the tasks take."""
        del model
        return None
