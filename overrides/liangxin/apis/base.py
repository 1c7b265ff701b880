"""What an API is: its settings, its models, its requests, and how its responses are read.

Everything else works with an `Api` and never names one: a second API is one more module beside
`apis/liangxin.py`.
"""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, Literal, NamedTuple

from liangxin import errors
from liangxin.apis import json_values
from liangxin.apis.status_codes import is_clean, read_document, read_error, unusable
from liangxin.http_response import Response
from liangxin.lazy import uninterrupted
from liangxin.records import Created, TaskRecord, Upload

# Repetitions are bounded, or a hostile body could take quadratic time.
_TASK_ID = re.compile(r'"task(?:Id|_id)"\s{0,9}:\s{0,9}("(?:[^"\\]|\\.){1,1000}")')


class Environment(NamedTuple):
    """Where a client's settings come from, and how the key is sent."""

    key_variable: str
    """The environment variable of the key, such as LIANGXIN_API_KEY."""
    base_url_variable: str
    default_base_url: str | None
    """None where the API's documentation names no host."""
    key_header: str
    key_prefix: str
    """The text before the key in that header, such as `Bearer `; may be empty."""
    path_prefix: str = ""
    """The beginning of all paths, such as `/api/v1`: not part of the base URL."""
    requests_per_minute: float | None = None
    """How many requests a key may make, creates included; None if the API names no such limit."""


class Call(NamedTuple):
    """A request to send: the generated operation and its arguments."""

    operation: Any
    """Its `sync_detailed` and `asyncio_detailed` send the request."""
    arguments: Mapping[str, Any]
    name: str
    """For the log, such as `POST /api/v1/jobs/createTask`."""


class Body:
    """The body of a create, of any model, known or not: generated functions call `to_dict`."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = dict(fields)

    def to_dict(self) -> dict[str, Any]:
        """Return the body."""
        return self._fields


class Api(ABC):
    """The base class of the APIs. Its models are those of a generated package."""

    name: str
    """The name for users, such as `LiangXin`."""
    package: str
    """The name of the generated package, imported on first use."""
    inputs: str
    """The module of its typed inputs, such as `liangxin.models`."""
    environment: Environment
    callback_field: str
    """The field of a create that takes the callback URL."""
    input_path: tuple[str, ...]
    """Where the body of a create has the input; empty if its fields are those of the body."""
    needs_model: bool
    """Whether a query needs the task's model besides its id."""
    upload_types: Sequence[str] = ()
    """The media types of files that it takes; none unless it is an `UploadingApi`."""

    @property
    def contract(self) -> Any:
        """The generated `contract` module: fields, limits and violations of each model."""
        return uninterrupted(_import_contract, self.package)

    @property
    def variants(self) -> Any:
        """The generated `variants` module: the operations of each model."""
        return uninterrupted(import_module, f"{self.package}.variants")

    @property
    def answers(self) -> Any:
        """The generated `Answers`: what the contract says of answers and callbacks."""
        return uninterrupted(import_module, f"{self.package}.answers").answers()

    def ready(self, operation: Any) -> Any:
        """Return an operation whose module is imported."""
        uninterrupted(import_module, f"{self.package}.api.{operation.module}")
        return operation

    def kind(self, model: str) -> Literal["image", "video"] | None:
        """Return what a model generates; None for an unknown model."""
        variant = self.variants.VARIANTS.get(self.current_model(model))
        return None if variant is None else variant.kind

    def current_model(self, model: str) -> str:
        """Return the id that a model has now: of a former id another one, of any other itself."""
        current: str = self.variants.ALIASES.get(model, model)
        return current

    def model_of(self, typed_input: object) -> str | None:
        """Return the model that a typed input belongs to, by the id that its class is named after.

        None for anything else.
        """
        # By its package, as another API may have an input of the same name.
        kind = type(typed_input)
        if kind.__module__.partition(".")[0] != self.package:
            return None
        variant = self.variants.BY_INPUT.get(kind.__name__)
        alias: str | None = self.variants.ALIAS_OF_INPUT.get(kind.__name__)
        return alias if variant is None else variant.model

    def connect(self, base_url: str) -> Any:
        """Return a generated client for `base_url` that has no HTTP client yet."""
        client = uninterrupted(import_module, f"{self.package}.client")
        return client.Client(base_url=base_url)

    @abstractmethod
    def body(
        self, model: str, fields: Mapping[str, Any], callback_url: str | None
    ) -> dict[str, Any]:
        """Return the body of a create, for the contract to check."""

    @abstractmethod
    def create(self, model: str, body: Mapping[str, Any]) -> Call:
        """Return the request that creates a task."""

    def read_created(self, response: Response, model: str) -> Created:
        """Read the response to a create.

        Raises:
            APIStatusError: The create was cleanly refused; no task was created.
            SubmissionUnknownError: For anything else; the task may exist.

        """
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

    def find_task_id(self, text: str) -> str | None:
        """Return the task id in a broken or partial response to a create, if there is one."""
        found = _TASK_ID.search(text)
        if found is None:
            return None
        try:
            return json_values.text(json.loads(found[1]))
        except ValueError:
            return None

    @abstractmethod
    def query(self, task_id: str, model: str | None) -> Call:
        """Return the request for a task's record."""

    @abstractmethod
    def read_record(self, response: Response, task_id: str) -> TaskRecord:
        """Read the response to a query.

        Raises:
            APIStatusError: The query was refused.
            APIResponseError: The response is not a record of this task.

        """


class ListingApi(Api):
    """An API that lists tasks."""

    @abstractmethod
    def list_tasks(self, model: str, paging: Mapping[str, int]) -> Call:
        """Return the request that lists tasks of a model's family.

        Raises:
            UsageError: The model is unknown, or its list takes no such argument.

        """

    @abstractmethod
    def read_tasks(self, response: Response) -> Sequence[TaskRecord]:
        """Read the response to a list; each record has a task id.

        Raises:
            APIStatusError: The request was refused.
            APIResponseError: The response is not a list of tasks.

        """


class UploadingApi(Api):
    """An API that takes uploads of files, for inputs to link to."""

    @abstractmethod
    def request_upload(self, media_type: str) -> Call:
        """Return the request for the URL to upload a file to. It is free, and can be repeated."""

    @abstractmethod
    def read_upload(self, response: Response) -> Upload:
        """Read the response to it.

        Raises:
            APIStatusError: The request was refused.
            APIResponseError: The response names no URL, or no link.

        """


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
