"""Leave out of a document what a tool must not see."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]


def without(node: Any, keys: set[str]) -> Any:
    """Return `node` without extensions and `keys`, except as names of properties."""
    if isinstance(node, list):
        return [without(item, keys) for item in node]
    if not isinstance(node, dict):
        return node
    result = {}
    for key, value in node.items():
        if key in keys or key.startswith("x-"):
            continue
        if key in {"properties", "responses"}:  # their keys are names, no keywords
            result[key] = {name: without(part, keys) for name, part in value.items()}
        elif key in {"example", "examples"}:  # a value may have any keys
            result[key] = value
        else:
            result[key] = without(value, keys)
    return result


def reachable(node: Any, components: Schema) -> set[tuple[str, str]]:
    """Return section and name of the components that `node` refers to, directly or not."""
    found: set[tuple[str, str]] = set()
    todo = [node]
    while todo:
        node = todo.pop()
        if isinstance(node, list):
            todo.extend(node)
        elif isinstance(node, dict):
            todo.extend(node.values())
            _, _, path = str(node.get("$ref", "")).partition("#/components/")
            section, _, name = path.partition("/")
            if name and (section, name) not in found:
                found.add((section, name))
                todo.append(components[section][name])
    return found
