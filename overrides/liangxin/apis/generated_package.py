"""The base class of the APIs: what follows from a generated package, and how a create is read."""

import json
import re
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, Literal

from liangxin import errors
from liangxin.apis import json_values
from liangxin.apis.response_errors import is_clean, read_document, read_error, unusable
from liangxin.http_response import Response
from liangxin.lazy import uninterrupted
from liangxin.records import Created

# Repetitions are bounded, or a hostile body could take quadratic time.
_TASK_ID = re.compile(r'"task(?:Id|_id)"\s{0,9}:\s{0,9}("(?:[^"\\]|\\.){1,1000}")')


class Body:
    """The body of a create, of any model, known or not: generated functions call `to_dict`."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = dict(fields)

    def to_dict(self) -> dict[str, Any]:
        """Return the body."""
        return self._fields


class PackageApi:
    """The base class of the APIs; for its members see `Api`."""

    name: str
    package: str
    """The name of the generated package, imported on first use."""
    inputs: str
    upload_types: Sequence[str] = ()

    @property
    def contract(self) -> Any:
        return uninterrupted(_import_contract, self.package)

    @property
    def answers(self) -> Any:
        return uninterrupted(import_module, f"{self.package}.answers").answers()

    @property
    def variants(self) -> Any:
        """The generated `variants` module."""
        return uninterrupted(import_module, f"{self.package}.variants")

    def ready(self, operation: Any) -> Any:
        """Return an operation whose module is imported."""
        uninterrupted(import_module, f"{self.package}.api.{operation.module}")
        return operation

    def kind(self, model: str) -> Literal["image", "video"] | None:
        variant = self.variants.VARIANTS.get(self.current_model(model))
        return None if variant is None else variant.kind

    def current_model(self, model: str) -> str:
        current: str = self.variants.ALIASES.get(model, model)
        return current

    def model_of(self, typed_input: object) -> str | None:
        # By its package, as another API may have an input of the same name.
        kind = type(typed_input)
        if kind.__module__.partition(".")[0] != self.package:
            return None
        variant = self.variants.BY_INPUT.get(kind.__name__)
        alias: str | None = self.variants.ALIAS_OF_INPUT.get(kind.__name__)
        return alias if variant is None else variant.model

    def connect(self, base_url: str) -> Any:
        client = uninterrupted(import_module, f"{self.package}.client")
        return client.Client(base_url=base_url)

    def find_task_id(self, text: str) -> str | None:
        found = _TASK_ID.search(text)
        if found is None:
            return None
        try:
            return json_values.text(json.loads(found[1]))
        except ValueError:
            return None

    def read_created(self, response: Response, model: str) -> Created:
        document = read_document(response)
        error = read_error(response, document)
        if isinstance(document, str):
            task_id = self.find_task_id(response.unmasked_body.decode("utf-8", "replace"))
        else:
            task_id = _task_id(document)
            if error is None and task_id is not None:
                return Created(task_id, response)
        # A refusal that names a task is not clean: that task may be running.
        is_refused = isinstance(error, errors.APIStatusError) and is_clean(error)
        if error is not None and is_refused and task_id is None:
            raise error
        cause = error or unusable(response, document, "it names no task")
        raise errors.SubmissionUnknownError(
            model=model, cause=cause, body=response.text, task_id=task_id, service=self.name
        ) from cause


def masked(response: Response, document: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a document and its `data` with the key masked, for a record that errors show.

    Others are not masked: a link that holds the key would be broken.
    """
    # By their own names, which the masked document lacks where the key is one of them.
    data = {name: response.mask(value) for name, value in document["data"].items()}
    return response.mask(document), data


def _import_contract(package: str) -> Any:
    import jsonschema_rs  # noqa: F401, PLC0415  as its first validation would

    contract = import_module(f"{package}.contract")
    contract.contract()  # imports what reads the document
    return contract


def _task_id(document: Any) -> str | None:
    """Return the task id in a create's response, at its documented place or near it."""
    for names in (("data", "taskId"), ("data", "task_id"), ("taskId",), ("task_id",)):
        if task_id := json_values.text(json_values.member(document, *names)):
            return task_id
    return None
