"""Write the example of a model in Python, for curl and for the command line."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from website.apis import WebApi

# The width at which formatters of Python break lines.
_WIDTH = 88


def python(api: WebApi, model: str) -> str:
    """Return a program that runs the example of a model and saves the result."""
    arguments = _python_value(api.example(model), indent=8, first=len("        input=,"))
    return (
        "import liangxin\n"
        "\n"
        f"with liangxin.{api.client}() as client:\n"
        "    task = client.run(\n"
        f'        model="{model}",\n'
        f"        input={arguments},\n"
        "    )\n"
        '    print(task.save("results"))\n'
    )


def curl(api: WebApi, model: str) -> str:
    """Return the request that creates the example of a model."""
    body = json.dumps(api.body(model), indent=2, ensure_ascii=False)
    return (
        f'curl "{api.address}{api.create_path(model)}" \\\n'
        f'  -H "{api.key_header}" \\\n'
        '  -H "Content-Type: application/json" \\\n'
        f"  -d {shlex.quote(body)}\n"
    )


def query(api: WebApi, model: str) -> str:
    """Return the request that queries a task of a model."""
    return f'curl "{api.address}{api.query_path(model)}" -H "{api.key_header}"\n'


def command(api: WebApi, model: str) -> str:
    """Return the command that runs the example of a model and saves the result."""
    # The command prints it in one line; here each option has one.
    words = shlex.split(api.about(model)["command"])
    start = next(n for n, word in enumerate(words) if word == model) + 1
    lines = [shlex.join(words[:start]), *map(shlex.join, _options(words[start:])), "-o results"]
    return " \\\n  ".join(lines) + "\n"


def _options(words: Sequence[str]) -> Iterator[list[str]]:
    """Yield each option with its value."""
    option: list[str] = []
    for word in words:
        if word.startswith("--") and option:
            yield option
            option = []
        option.append(word)
    if option:
        yield option


def _python_value(value: Any, indent: int, first: int = 0) -> str:
    """Return a JSON value as Python, over several lines where one would be too long."""
    inner = " " * (indent + 4)
    match value:
        case Mapping():
            items = [
                f"{json.dumps(name)}: {_python_value(item, indent + 4, len(inner) + len(name) + 5)}"
                for name, item in value.items()
            ]
            opened, closed = "{}"
        case list():
            items = [_python_value(item, indent + 4, len(inner) + 1) for item in value]
            opened, closed = "[]"
        case str():
            # With double quotes, as formatters write Python.
            return json.dumps(value, ensure_ascii=False)
        case _:
            return repr(value)
    line = f"{opened}{', '.join(items)}{closed}"
    if "\n" not in line and first + len(line) <= _WIDTH:
        return line
    lines = "".join(f"{inner}{item},\n" for item in items)
    return f"{opened}\n{lines}{' ' * indent}{closed}"
