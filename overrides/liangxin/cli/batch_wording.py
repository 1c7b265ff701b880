"""What the commands of `batch` print alike: numbers of orders, amounts, options of commands."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from liangxin.batch import Ceilings, Spent


def orders(count: int) -> str:
    """Return a number of orders."""
    return "1 order" if count == 1 else f"{count:,} orders"


def orders_are(count: int) -> str:
    """Return a number of orders with its verb."""
    return f"{orders(count)} {'is' if count == 1 else 'are'}"


def amounts(spent: "Spent") -> str:
    """Return what was spent; what is unknown is said to be."""
    from liangxin.batch.ceilings import MICROS  # noqa: PLC0415

    known = spent.amounts
    parts = [f"{spent.creates:,} create{'' if spent.creates == 1 else 's'}"]
    if known.seconds is None:
        parts.append("unknown seconds of video")
    elif known.seconds:
        parts.append(f"{known.seconds:,.10g} s of video")
    if known.images:
        parts.append(f"{known.images:,} image{'' if known.images == 1 else 's'}")
    if known.cost is not None:
        parts.append(f"cost {known.cost / MICROS:,.2f}")
    elif spent.cost:
        parts.append(f"cost over {spent.cost / MICROS:,.2f}, as some prices are unknown")
    else:
        parts.append("cost unknown")
    return ", ".join(parts)


def place(directory: str, database: str | None) -> list[str]:
    """Return the options that name a batch, without a password."""
    from liangxin.batch.address import without_password  # noqa: PLC0415

    words = [] if directory == "." else ["-o", directory]
    return words if database is None else [*words, "--database", without_password(database)]


def ceilings(given: "Ceilings") -> dict[str, float]:
    """Return ceilings by the names of their options."""
    from liangxin.batch.ceilings import MICROS  # noqa: PLC0415

    return {
        f"max_{name}": value / MICROS if name == "cost" else value
        for name, value in given._asdict().items()
        if value is not None
    }


def options(given: dict[str, Any]) -> Iterator[str]:
    """Yield options as they are typed, so that a command that goes on keeps the same limits."""
    for name, value in given.items():
        if value is not None and value is not False and name != "join":
            yield f"--{name.replace('_', '-')}"
            if value is not True:
                yield "none" if value == math.inf else str(value)
