"""Tasks as data: no client, no I/O."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

from liangxin.http_response import Response
from liangxin.task_states import TERMINAL_STATES


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """The record of a task in one response."""

    state: str
    """One of `KNOWN_STATES`, or one that the API added later."""
    task_id: str | None = None
    """The id in the response; None if there is none."""
    model: str | None = None
    progress: int | None = None
    """Percent done; not documented."""
    result_urls: tuple[str, ...] = ()
    result_problem: str | None = None
    """Why a task in state `success` has no readable result; None if it has one."""
    fail_code: str | None = None
    fail_msg: str | None = None
    created_at: float | None = None
    """Unix time in seconds; not documented."""
    raw: dict[str, Any] | None = field(default=None, compare=False, repr=False)
    """The response's JSON with the key masked; None where masking changes nothing."""
    response: Response | None = field(default=None, compare=False, repr=False)

    @property
    def is_terminal(self) -> bool:
        """Whether the state is final."""
        return self.state in TERMINAL_STATES


class Upload(NamedTuple):
    """Where to upload a file to, and its link from then on."""

    url: str
    headers: Mapping[str, str]
    """Those to send with the file."""
    link: str
    seconds: float
    """How long the link can be fetched."""


class Created(NamedTuple):
    """The response to a create that was accepted."""

    task_id: str
    response: Response


def with_code(text: str, code: str | None) -> str:
    """Return a text about a failure with its code, where there is one: Magnific has none."""
    return text if code is None else f"{text} (code {code})"


def named(task: "TaskData") -> str:
    """Return a task's id and model, as all texts name it."""
    return f"Task {task.id} ({task.model or 'unknown model'})"


class TaskData:
    """The data of a task; `Task` and `AsyncTask` add the operations.

    Attributes:
        id: The task's id, an opaque string.
        api: The name of the task's API, such as `LiangXin`; None if not known.
        model: The model that it was created with; None if not known.
        state: `waiting`, `queuing`, `generating`, `success`, `fail`, or one that the API added
            later; None if not known yet.
        progress: Percent done, if the API reports it (which is not documented); else None.
        result_urls: The links of a task in state `success`. Their lifetime is not documented, so
            download the results at once.
        result_problem: Why a task in state `success` has no readable links; else None.
        fail_code: The API's code for the failure of a task in state `fail`.
        fail_msg: The API's message for the failure.
        work: The amount of work, relative to a request that leaves all options out: 3 for a clip
            of 15 s if the default is 5 s. Polls are scheduled by it. None if not known.
        created_at: The Unix time of its creation in seconds: by this machine's clock if it was
            created here, else as the API reports it; None if not known.

    """

    _FIELDS = (
        "id",
        "api",
        "model",
        "state",
        "progress",
        "result_urls",
        "result_problem",
        "fail_code",
        "fail_msg",
        "created_at",
        "work",
        "raw",
    )

    # In the class, since that is all that `create_autospec` and `MagicMock(spec=Task)` look at.
    id: str = ""
    api: str | None = None
    model: str | None = None
    state: str | None = None
    progress: int | None = None
    result_urls: list[str] = []  # noqa: RUF012  each task has a list of its own
    result_problem: str | None = None
    fail_code: str | None = None
    fail_msg: str | None = None
    created_at: float | None = None
    work: float | None = None
    _response: Response | None = None
    _raw: dict[str, Any] | None = None
    _needs_model = False

    def __init__(self, id: str) -> None:
        self.id = id
        self.result_urls = []

    @property
    def needed_model(self) -> str | None:
        """The model, if the API needs it to query the task."""
        return self.model if self._needs_model else None

    @property
    def is_terminal(self) -> bool:
        """Whether the state, as last seen, is final."""
        return self.state in TERMINAL_STATES

    @property
    def is_finished(self) -> bool:
        """Whether the state is final and the links, if it is a success, are readable."""
        return self.is_terminal and self.result_problem is None

    @property
    def raw(self) -> dict[str, Any]:
        """The JSON of the last response about the task; {} before there is one."""
        # Parsed on demand: bytes take much less memory, and most polls are just polls.
        if self._raw is None:
            self._raw = {} if self._response is None else _json_object(self._response)
            # A link may hold the key, and masking would break it.
            if self._response is not None and not self.result_urls:
                self._raw = self._response.mask(self._raw)
        return self._raw

    @property
    def response(self) -> Response | None:
        """The HTTP response that `raw` is from; None before there is one, and in a copy."""
        return self._response

    @property
    def time_left(self) -> float | None:
        """The estimated seconds until the task ends; None if unknown, as for a copy."""
        return None

    def to_dict(self) -> dict[str, Any]:
        """Return the task as a dict of JSON values, for `from_dict`."""
        return {name: copy.deepcopy(getattr(self, name)) for name in self._FIELDS}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return the task that `to_dict` made `data` from. It has no client."""
        task = cls(data.get("id", ""))
        task._restore({name: data[name] for name in cls._FIELDS if name in data})
        return task

    def update(self, record: TaskRecord) -> None:
        """Take over a record, unless the task has finished and the record is from before that."""
        # Two polls of one task may overlap, as of two waits, and the older response come last.
        if self.is_finished and not record.is_terminal:
            return
        self.model = self.model or record.model
        self.state = record.state
        self.progress = record.progress
        self.result_urls = list(record.result_urls)
        self.result_problem = record.result_problem
        self.fail_code = record.fail_code
        self.fail_msg = record.fail_msg
        if self.created_at is None:
            self.created_at = record.created_at
        self._response = record.response
        self._raw = record.raw

    def accept(self, created: Created, *, model: str, work: float, now: float) -> None:
        """Update the task from the response to its create, received at `now` (Unix seconds)."""
        self.model = model
        self.work = work
        self.state = "waiting"  # documented as: submitted, upstream has not begun
        self.created_at = now
        self._response = created.response
        self._raw = None

    def _restore(self, fields: dict[str, Any]) -> None:
        fields = copy.deepcopy(fields)
        self._raw = fields.pop("raw", {})
        vars(self).update(fields)

    def __getstate__(self) -> dict[str, Any]:
        # The connections and the key stay behind.
        return self.to_dict()

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["id"])  # type: ignore[misc]
        self._restore(state)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(id={self.id!r}, model={self.model!r}, state={self.state!r})"


def _json_object(response: Response) -> dict[str, Any]:
    try:
        value = response.unmasked_json()
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
