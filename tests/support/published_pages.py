"""A documentation site of the engine that LiangXin's is taken to have, made of invented pages.

The pages have the form and the quirks of such sites; no text of theirs is copied.
"""

from __future__ import annotations

import copy
import hashlib
import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from generation.sync.known_models import Model, read_spec

Schema = dict[str, Any]

PROJECT = Path(__file__).parents[2]
SPEC = PROJECT / "openapi/liangxin"
SMALL_SPEC = PROJECT / "tests/generation/sync/spec"
CREATE = "/api/v1/jobs/createTask"
HOST = "docs.liangxin.test"

DESCRIPTION = """\
<CardGroup cols={2}>
  <Card title="Query Task Status" icon="lucide-search" href="/market/common/get-task-details">
    Look at a task.
  </Card>
</CardGroup>

::: tip[]
Keep the `taskId`.
:::

## Query Task Status

| state | meaning |
|---|---|
| success | done |

```json
{"code": 200, "msg": "success"}
```

## Related Resources
"""


def page(title: str, document: Schema) -> str:
    """The text of a page about an operation."""
    return (
        f"# {title}\n\n> To find your way, read the index: llms.txt\n\n"
        "## OpenAPI Specification\n\n```yaml\n" + "\n".join(_yaml(document)) + "\n```\n"
    )


def _yaml(node: Any) -> Iterator[str]:
    """Yield the lines of a mapping or list in block style, as the engine writes them."""
    for key, value in node.items() if isinstance(node, dict) else ((None, one) for one in node):
        head = "-" if key is None else f"{_scalar(key)}:"
        if value in ({}, []) or not isinstance(value, dict | list):
            first, *rest = _text(value) if isinstance(value, str) else [_scalar(value)]
            yield f"{head} {first}"
            yield from (f"  {line}".rstrip() for line in rest)
        elif key is None:
            first, *rest = _yaml(value)
            yield f"- {first}"
            yield from (f"  {line}" for line in rest)
        else:
            yield head
            yield from (f"  {line}" for line in _yaml(value))


def _text(text: str) -> list[str]:
    if "\n" not in text:
        return [_scalar(text)]
    return ["|" if text.endswith("\n") else "|-", *text.removesuffix("\n").split("\n")]


def _scalar(value: Any) -> str:
    if isinstance(value, str) and (
        not re.fullmatch(r"[A-Za-z/_x][\w/ .-]*", value)
        or value != value.strip()
        or value in {"true", "false", "null"}
    ):
        return "'" + value.replace("'", "''") + "'"
    return value if isinstance(value, str) else json.dumps(value)


def prose(title: str) -> str:
    """The text of a page that describes no operation, with YAML that is something else."""
    return f"# {title}\n\nHow to begin.\n\n```yaml\nservices:\n  app: {{image: app}}\n```\n"


def document(
    model: str,
    fields: Mapping[str, Schema],
    *,
    required: list[str] | None = None,
    example: Any = None,
    menu: str = "docs/en/Market/Video Models/Example",
    **operation: Any,
) -> Schema:
    """The OpenAPI document of a model's page, with the extensions and mistakes of the engine."""
    body_input: Schema = {
        "type": "object",
        "properties": dict(fields),
        "x-apidog-orders": list(fields),
        "x-apidog-ignore-properties": [],
    }
    if required is not None:
        body_input["required"] = required
    content: Schema = {
        "schema": {
            "type": "object",
            "required": ["model"],
            "properties": {
                "model": {
                    "type": "string",
                    "enum": [model],
                    "default": model,
                    "description": "The model.",
                    "examples": [model],
                },
                "callBackUrl": {"type": "string", "format": "uri", "description": "Called back."},
                "input": body_input,
            },
            "x-apidog-orders": ["model", "callBackUrl", "input"],
        }
    }
    if example is not None:
        content["example"] = (
            {"model": model, "callBackUrl": "https://your-domain.com/cb", "input": example}
            if isinstance(example, dict) and "input" not in example
            else example
        )
    return {
        "openapi": "3.0.1",
        "info": {"title": "", "description": "", "version": "1.0.0"},
        "paths": {
            CREATE: {
                "post": {
                    "summary": "Generate",
                    "operationId": f"create-{model}",
                    "deprecated": False,
                    "description": DESCRIPTION,
                    "tags": [menu],
                    "parameters": [],
                    "requestBody": {"content": {"application/json": content}},
                    "responses": {
                        "200": {
                            "description": "",
                            "content": {
                                "application/json": {
                                    "schema": {
                                        "allOf": [{"$ref": "#/components/schemas/ApiResponse"}]
                                    },
                                    "example": {"code": 200, "data": {"taskId": "task_1"}},
                                }
                            },
                            "headers": {},
                        }
                    },
                    "security": [{"BearerAuth": []}],
                    "x-apidog-folder": menu,
                    "x-apidog-status": "released",
                    "x-run-in-apidog": "https://app.example.com/run",
                    **operation,
                }
            }
        },
        **_shared(),
    }


def record_document(fields: list[str]) -> Schema:
    """The OpenAPI document of the page about querying a task, whose record has these fields."""
    made = document("none", {})
    made["paths"] = {
        "/api/v1/jobs/recordInfo": {
            "get": {
                "summary": "Get a task",
                "tags": ["docs/en/Market"],
                "parameters": [{"name": "taskId", "in": "query", "required": True}],
                "responses": {
                    "200": {
                        "content": {
                            "application/json": {
                                "schema": {"$ref": "#/components/schemas/ApiResponse"},
                                "example": {"code": 200, "data": dict.fromkeys(fields, "")},
                            }
                        }
                    }
                },
            }
        }
    }
    return made


def _shared() -> Schema:
    return {
        "components": {
            "schemas": {
                "ApiResponse": {
                    "type": "object",
                    "properties": {
                        "code": {"type": "integer", "enum": [200, 401], "description": "- **200**"},
                        "msg": {"type": "string"},
                        "data": {"type": "object", "properties": {"taskId": {"type": "string"}}},
                    },
                }
            },
            "securitySchemes": {"BearerAuth": {"type": "bearer", "scheme": "bearer"}},
        },
        "servers": [{"url": "https://api.liangxin.test", "description": "Production"}],
        "security": [{"BearerAuth": [], "x-apidog": {"required": True}}],
    }


def index(pages: Mapping[str, str], *more: str) -> str:
    """The text of llms.txt, with links as such indexes have them."""
    lines = ["# LiangXin", "", "## Docs", ""]
    lines += (f"- [{path}](https://{HOST}{path}.md): a page" for path in pages)
    return "\n".join([*lines, *more, ""])


# --- pages that say what the spec says -----------------------------------------------------------


@cache
def models(folder: Path = SPEC) -> dict[str, Model]:
    """The models of the spec."""
    return read_spec(folder).models


def path_of(model: Model) -> str:
    """The path of the page of a model: the one that its file names, if any."""
    named = [path for path in model.pages if path.startswith("/market/")]
    return named[0] if named else f"/market/{model.path.parent.name}/{model.id}"


def faithful(model: Model, **changes: Any) -> str:
    """The page that says of a model exactly what the spec says.

    `changes` are those of a field, by its name: keywords to set, or None for a field to leave out.
    """
    schema = copy.deepcopy(model.schema)
    fields = {name: _field(one) for name, one in schema["properties"].items()}
    for name, change in changes.items():
        if change is None:
            del fields[name]
        else:
            fields[name] = {**fields.get(name, {}), **change}
    kind = "Video" if schema["x-kind"] == "video" else "Image"
    made = document(
        model.id,
        fields,
        required=schema.get("required", []),
        example=schema["examples"][0],
        menu=f"docs/en/Market/{kind} Models",
    )
    return page(schema["title"], made)


def _field(schema: Schema) -> Schema:
    made = {key: value for key, value in schema.items() if not key.startswith("x-")}
    if "x-extensible-enum" in schema:
        made["enum"] = schema["x-extensible-enum"]
    if "properties" in made:
        made["properties"] = {name: _field(one) for name, one in made["properties"].items()}
        made.setdefault("required", [])
    if "items" in made:
        made["items"] = _field(made["items"])
    return made


def faithful_site() -> dict[str, str]:
    """The pages of all models, each saying what the spec says, and some prose."""
    pages = {path_of(model): faithful(model) for model in models().values()}
    return {**pages, "/quickstart": prose("Quick start"), "/pricing": prose("Pricing")}


def write(folder: Path, pages: Mapping[str, str], *more: str) -> Path:
    """Write pages and their index into a folder."""
    for path, text in pages.items():
        file = folder / f"{path.strip('/')}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    (folder / "llms.txt").write_text(index(pages, *more), encoding="utf-8")
    return folder


# --- a server ------------------------------------------------------------------------------------


@dataclass
class PublishedSite:
    """The state of a documentation site on loopback, and what was asked of it."""

    files: dict[str, bytes]
    url: str = ""
    robots: str | None = None
    redirects: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, list[tuple[int, dict[str, str]]]] = field(default_factory=dict)
    """The answers that a path gives first, each once."""
    requests: list[tuple[str, Message]] = field(default_factory=list)
    busy: int = 0
    most_busy: int = 0

    @property
    def paths(self) -> list[str]:
        """The paths that were asked for, in their order."""
        return [path for path, _ in self.requests]


@contextmanager
def published(pages: Mapping[str, str], *more: str) -> Iterator[PublishedSite]:
    """Serve pages and their index on loopback, with ETags."""
    site = PublishedSite({f"{path}.md": text.encode() for path, text in pages.items()})
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            with lock:
                site.requests.append((self.path, self.headers))
                site.busy += 1
                site.most_busy = max(site.most_busy, site.busy)
            try:
                self._answer()
            finally:
                with lock:
                    site.busy -= 1

        def _answer(self) -> None:
            if scripted := site.statuses.get(self.path):
                status, headers = scripted.pop(0)
                self._send(status, b"", headers)
            elif self.path in site.redirects:
                self._send(302, b"", {"Location": site.redirects[self.path]})
            elif self.path == "/robots.txt" and site.robots is not None:
                self._send(200, site.robots.encode(), {})
            elif (content := site.files.get(self.path)) is not None:
                tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
                is_same = self.headers.get("If-None-Match") == tag
                self._send(304 if is_same else 200, b"" if is_same else content, {"ETag": tag})
            else:
                self._send(404, b"Not here", {})

        def _send(self, status: int, content: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.url = f"http://127.0.0.1:{server.server_port}"
    site.files["/llms.txt"] = index(pages, *more).replace(f"https://{HOST}", site.url).encode()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
