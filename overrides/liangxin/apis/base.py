"""The interface of an API to the rest of the SDK.

Everything else works with an `Api` and never names one: a second API is one more module beside
`apis/liangxin.py`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple, Protocol

from liangxin.http_response import Response
from liangxin.records import Created, TaskRecord, Upload


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


class Api(Protocol):
    """An API: its models, requests and responses."""

    name: str
    """The name for users, such as `LiangXin`."""
    inputs: str
    """The module of its typed inputs, such as `liangxin.models`."""
    environment: Environment
    callback_field: str
    """The field of a create that takes the callback URL."""
    input_path: tuple[str, ...]
    """Where the body of a create has the input; empty if its fields are those of the body."""
    needs_model: bool
    """Whether a query needs the task's model besides its id."""
    upload_types: Sequence[str]
    """The media types of files that it takes; none unless it is an `UploadingApi`."""

    @property
    def contract(self) -> Any:
        """The generated `contract` module: fields, limits and violations of each model."""
        ...

    @property
    def variants(self) -> Any:
        """The generated `variants` module: the operations of each model."""
        ...

    @property
    def answers(self) -> Any:
        """The generated `Answers`: what the contract says of answers and callbacks."""
        ...

    def kind(self, model: str) -> Literal["image", "video"] | None:
        """Return what a model generates; None for an unknown model."""
        ...

    def current_model(self, model: str) -> str:
        """Return the id that a model has now: of a former id another one, of any other itself."""
        ...

    def model_of(self, typed_input: object) -> str | None:
        """Return the model that a typed input belongs to, by the id that its class is named after.

        None for anything else.
        """
        ...

    def connect(self, base_url: str) -> Any:
        """Return a generated client for `base_url` that has no HTTP client yet."""
        ...

    def create(self, model: str, body: Mapping[str, Any]) -> Call:
        """Return the request that creates a task."""
        ...

    def body(
        self, model: str, fields: Mapping[str, Any], callback_url: str | None
    ) -> dict[str, Any]:
        """Return the body of that request, for the contract to check."""
        ...

    def read_created(self, response: Response, model: str) -> Created:
        """Read the response to a create.

        Raises:
            APIStatusError: The create was cleanly refused; no task was created.
            SubmissionUnknownError: For anything else; the task may exist.

        """
        ...

    def find_task_id(self, text: str) -> str | None:
        """Return the task id in a broken or partial response to a create, if there is one."""
        ...

    def query(self, task_id: str, model: str | None) -> Call:
        """Return the request for a task's record."""
        ...

    def read_record(self, response: Response, task_id: str) -> TaskRecord:
        """Read the response to a query.

        Raises:
            APIStatusError: The query was refused.
            APIResponseError: The response is not a record of this task.

        """
        ...


class ListingApi(Api, Protocol):
    """An API that lists tasks."""

    def list_tasks(self, model: str, paging: Mapping[str, int]) -> Call:
        """Return the request that lists tasks of a model's family.

        Raises:
            UsageError: The model is unknown, or its list takes no such argument.

        """
        ...

    def read_tasks(self, response: Response) -> Sequence[TaskRecord]:
        """Read the response to a list; each record has a task id.

        Raises:
            APIStatusError: The request was refused.
            APIResponseError: The response is not a list of tasks.

        """
        ...


class UploadingApi(Api, Protocol):
    """An API that takes uploads of files, for inputs to link to."""

    def request_upload(self, media_type: str) -> Call:
        """Return the request for the URL to upload a file to. It is free, and can be repeated."""
        ...

    def read_upload(self, response: Response) -> Upload:
        """Read the response to it.

        Raises:
            APIStatusError: The request was refused.
            APIResponseError: The response names no URL, or no link.

        """
        ...
