"""Draw charts with logarithmic axes as SVG, by hand: a picture is no reason for a dependency."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

Point = tuple[float, float]
Range = tuple[float, float]

STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#444}.title{font-size:13px;font-weight:600}"
    ".grid{stroke:#e6e6e6}.axes{fill:none;stroke:#bbb}polyline{fill:none}"
    ".middle{text-anchor:middle}.end{text-anchor:end}.name{font-size:11px}"
)


class Panel:
    """A pair of logarithmic axes.

    Args:
        left: Where its left edge is.
        top: Where its upper edge is.
        across: The least and the greatest value to the right.
        up: The least and the greatest value upwards.
        title: What is written above it.

    """

    width, height = 280.0, 210.0

    def __init__(self, left: float, top: float, across: Range, up: Range, *, title: str) -> None:
        self._left, self._top, self._across, self._up = left, top, across, up
        right, bottom = left + self.width, top + self.height
        self.parts = [f'<text x="{left}" y="{top - 8}" class="title">{title}</text>']
        for value in _ticks(across):
            x, _ = self._at((value, up[0]))
            self.parts += [
                f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{bottom}" class="grid"/>',
                f'<text x="{x:.1f}" y="{bottom + 15}" class="middle">{value:g}</text>',
            ]
        for value in _ticks(up):
            _, y = self._at((across[0], value))
            self.parts += [
                f'<line x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" class="grid"/>',
                f'<text x="{left - 5}" y="{y + 4:.1f}" class="end">{value:g}</text>',
            ]
        self.parts.append(
            f'<rect x="{left}" y="{top}" width="{self.width}" height="{self.height}" class="axes"/>'
        )

    def line(
        self, points: Sequence[Point], shade: str, *, width: float = 1.5, dashed: bool = False
    ) -> None:
        """Draw a curve, as far as it is inside."""
        inside = " ".join("{:.1f},{:.1f}".format(*self._at(p)) for p in points if self._holds(p))
        dashes = ' stroke-dasharray="5 3"' if dashed else ""
        self.parts.append(
            f'<polyline points="{inside}" stroke="{shade}" stroke-width="{width}"{dashes}/>'
        )

    def dot(self, point: Point, shade: str, name: str, *, side: str = "above") -> None:
        """Draw a point and its name: above it, high above, right of it, or below to the left."""
        if not self._holds(point):
            return
        x, y = self._at(point)
        right, down, anchor = {
            "above": (5, -6, "start"),
            "high": (0, -19, "start"),
            "right": (7, 4, "start"),
            "below": (-5, 13, "end"),
        }[side]
        look = f'text-anchor="{anchor}" style="fill:{shade}"'
        self.parts += [
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{shade}"/>',
            f'<text x="{x + right:.1f}" y="{y + down:.1f}" class="name" {look}>{name}</text>',
        ]

    def _holds(self, point: Point) -> bool:
        return all(
            low <= value <= high
            for value, (low, high) in zip(point, (self._across, self._up), strict=True)
        )

    def _at(self, point: Point) -> Point:
        right, up = (
            math.log(value / low) / math.log(high / low)
            for value, (low, high) in zip(point, (self._across, self._up), strict=True)
        )
        return self._left + self.width * right, self._top + self.height * (1 - up)


def svg(
    width: int,
    height: int,
    panels: Sequence[Panel],
    shades: Mapping[str, str],
    *,
    across: str,
    up: str,
) -> str:
    """Return a picture of the panels, with a legend and the names of the axes."""
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">',
        f"<style>{STYLE}</style>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    x = 60
    for name, shade in shades.items():
        lines += [
            f'<line x1="{x}" x2="{x + 24}" y1="22" y2="22" stroke="{shade}" stroke-width="3"/>',
            f'<text x="{x + 30}" y="26">{name}</text>',
        ]
        x += 60 + 7 * len(name)
    for panel in panels:
        lines += panel.parts
    lines += [
        f'<text x="{width / 2}" y="{height - 10}" class="middle">{across}</text>',
        f'<text transform="translate(16 {height / 2}) rotate(-90)" class="middle">{up}</text>',
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _ticks(limits: Range) -> Iterator[float]:
    low, high = limits
    for power in range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1):
        yield 10.0**power
