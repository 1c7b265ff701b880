"""What an API of the mock is: its routes, its key, its JSON, its webhooks.

A new API is a module beside this one with a subclass of `Api`, and its line in `APIS`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from liangxin_mock.chance import Chance
from liangxin_mock.contract import Contract
from liangxin_mock.faults.base import Formats, Operation
from liangxin_mock.jobs.job import Job
from liangxin_mock.jobs.timelines import ENDS
from liangxin_mock.messages import Reply, Request
from liangxin_mock.uploads import Upload


class Route(NamedTuple):
    """The operation that a path names."""

    operation: Operation
    methods: tuple[str, ...]
    """The methods that the path allows, the operation's own first."""
    model: str | None = None
    """The model, where the path names it."""
    task_id: str | None = None
    """The task, where path or query names it."""


class Submission(NamedTuple):
    """What a create asks for."""

    document: dict[str, Any]
    """The body, as the API's contract has it."""
    body: dict[str, Any]
    """The same as rules match it: `model`, `input`, and maybe `callBackUrl`."""
    text: str
    """`body` as JSON."""


class RecordedState(NamedTuple):
    """The state of a task, as a recorded answer to a query or a recorded callback has it."""

    task_id: str
    state: str
    data: Mapping[str, Any] | None
    """The record; None for a failure that the API reports without one."""
    result: Any = None
    """The part of it that has the links to results."""
    fail_code: str = ""
    fail_msg: str = ""


class Webhook(NamedTuple):
    """The body of a callback, and its headers beside the content type."""

    content: bytes
    headers: dict[str, str]


class Api(Formats, ABC):
    """An API that the mock simulates.

    Methods that raise NotImplementedError here are for what an API may lack, such as uploads.
    """

    name: ClassVar[str]
    key_header: ClassVar[str]
    """The header with the API key, in lower case."""
    signs_webhooks: ClassVar[bool] = False
    upload_schema: ClassVar[str] = ""
    """The schema of the body that asks where to upload files; empty where the API takes none."""

    @abstractmethod
    def contract(self, *, strict: bool, callback_hosts: Collection[str]) -> Contract:
        """Return the contract that creates are checked against."""

    @abstractmethod
    def route(self, request: Request) -> Route | None:
        """Return the operation that a request is for; None if it is not for this API."""

    @abstractmethod
    def key(self, request: Request) -> str | None:
        """Return the API key that a request carries; None without one."""

    def unauthorized(self, key: str | None) -> Reply:
        """Answer a request with a wrong key, or without one."""
        del key
        return self.error(401)

    @abstractmethod
    def out_of_credit(self) -> Reply:
        """Answer a create that the account cannot pay."""

    @abstractmethod
    def new_id(self, model: str, chance: Chance, attempt: int) -> str:
        """Draw a task id in the API's format; each `attempt` draws another one."""

    @abstractmethod
    def accepted(self, job: Job) -> Reply:
        """Answer a create that made this job."""

    @abstractmethod
    def record(self, job: Job) -> Reply:
        """Answer a query for this job."""

    def answers_for(self, route: Route, job: Job) -> bool:
        """Return whether this path leads to this job, where the path names the model."""
        del route, job
        return True

    def listing(self, request: Request, jobs: Sequence[Job]) -> Reply:
        """Answer a request for a list of these jobs, the newest first."""
        raise NotImplementedError

    def upload_types(self, document: dict[str, Any]) -> Sequence[str]:
        """Return the media types of the files that a valid request is to upload."""
        raise NotImplementedError

    def upload_urls(self, uploads: Sequence[Upload]) -> Reply:
        """Answer a request for URLs to upload files to."""
        raise NotImplementedError

    def reported_states(self, model: str) -> frozenset[str]:
        """Return the states that are reported to the callback URL of a job."""
        del model
        return ENDS

    @abstractmethod
    def webhook(self, job: Job, state: str, *, at: float, secret: str) -> Webhook:
        """Return the callback that reports this state of a job, sent at the Unix time `at`."""

    def recorded_id(self, answer: Mapping[str, Any]) -> str:
        """Return the id of the task that a recorded create made."""
        raise NotImplementedError

    def recorded_state(
        self, answer: Mapping[str, Any], task_id: str | None
    ) -> RecordedState | None:
        """Read a recorded answer to a query for `task_id`, or a recorded callback if that is None.

        Return None if it says nothing of a task.
        """
        raise NotImplementedError

    def submission(self, route: Route, document: dict[str, Any], text: str) -> Submission:
        """Return what a create asks for; `document` is its body, not validated yet."""
        del route
        return Submission(document, document, text)
