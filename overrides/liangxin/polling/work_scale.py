"""How much longer a task takes that asks for more: 15 s of video instead of 3, 4K instead of 720p.

The time is taken to grow with a power of the work, and the power is learned per model: the slope of
a straight line through the logarithms of both, by least squares.
"""

import math

_SLOPE = 0.5
"""The power before anything was seen: twice the work takes 1.4 times as long."""

_CONFIDENCE = 0.3
"""How much that counts, in the unit of the squared logarithms of work; lengths of 3 to 15 s, evenly
mixed, bring 0.2 per task."""

_STEEPEST = 1.5
"""The greatest power; a task that asks for nothing more never takes longer."""

_MEMORY = 64
"""Tasks; about the last so many count."""

_FAR = 2.0
"""Times that differ from the usual one by more than e² count for next to nothing: quick failures,
and tasks that got stuck, say nothing about work."""


class WorkScale:
    """Learn how the time of a model's tasks grows with the work that they ask for.

    Work is relative: 1 is what a request without any options asks for. None is unknown work, which
    is taken to be as much as tasks ask for on average.
    """

    def __init__(self) -> None:
        self._power = _SLOPE
        # Weights, and weighted sums of logarithms: of work x, and of time y.
        self._weight = self._x = self._y = self._xx = self._xy = 0.0

    def factor(self, work: float | None) -> float:
        """Return how much longer a task with this work takes than one with a work of 1."""
        return math.exp(self._power * self._log(work))

    def step(self, work: float | None) -> float:
        """Return how many polls, as a share of those on average, are due between two polls.

        A poll shortens the lag of a task in proportion to how long it takes. With as many polls in
        all, the total lag is least if each task gets polls in proportion to the square root.
        """
        return math.exp(-0.5 * self._power * (self._log(work) - self._mean))

    def learn(self, work: float | None, age: float, usual: float) -> None:
        """Record that a task with this work took `age`, where `usual` was expected."""
        if work is None or age <= 0:
            return
        x, y = math.log(work), math.log(age)
        surprise = abs(y - math.log(usual))
        weight = min(max(_FAR - surprise, 0.02), 1.0)
        kept = 1 - weight / _MEMORY
        self._weight = self._weight * kept + weight
        self._x = self._x * kept + weight * x
        self._y = self._y * kept + weight * y
        self._xx = self._xx * kept + weight * x * x
        self._xy = self._xy * kept + weight * x * y
        spread = self._xx - self._x * self._x / self._weight
        common = self._xy - self._x * self._y / self._weight
        power = (_CONFIDENCE * _SLOPE + common) / (_CONFIDENCE + spread)
        self._power = min(max(power, 0.0), _STEEPEST)

    @property
    def _mean(self) -> float:
        """The logarithm of the work that tasks ask for on average."""
        return self._x / self._weight if self._weight else 0.0

    def _log(self, work: float | None) -> float:
        return self._mean if work is None else math.log(work)
