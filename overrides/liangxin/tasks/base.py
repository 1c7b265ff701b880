"""The part of a task that both clients share: its data and decisions, without I/O."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from liangxin import errors, tracing
from liangxin.polling.wait import End, Wait
from liangxin.records import Created, TaskData, named
from liangxin.tasks.session import Followed, Session

if TYPE_CHECKING:
    from liangxin.callbacks.receiver import Receiver


class BaseTask(TaskData):
    """The base class of `Task` and `AsyncTask`; they add the operations."""

    def __init__(self, id: str, *, session: Session[Any] | None = None) -> None:
        if not isinstance(id, str) or not id.strip():
            # Not its value: what `to_dict` returns, for example, may hold a prompt.
            what = repr(id) if isinstance(id, str) else type(id).__name__
            hint = "; from_dict takes what to_dict returns" if isinstance(id, Mapping) else ""
            problem = f"A task id must be a string that is not empty, not {what}{hint}"
            raise errors.UsageError(problem)
        super().__init__(id)
        self._session: Session[Any] | None = None
        if session is not None:
            self.attach(session)
        self._accepted_at: float | None = None
        self._creation: tracing.Trace | None = None

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return the task that `to_dict` made `data` from. It has no client."""
        if not isinstance(data, Mapping):
            what = type(data).__name__
            raise errors.UsageError(f"from_dict takes a mapping, as to_dict returns, not {what}")
        return super().from_dict(data)

    def accept(self, created: Created, *, model: str, work: float, now: float) -> None:
        """Update the task from the response to its create."""
        super().accept(created, model=model, work=work, now=now)
        self._accepted_at = self.session.clock.monotonic()

    @property
    def time_left(self) -> float | None:
        """Seconds within which half of such tasks end that have not ended by now.

        As this client has seen them, or else a guess by the model's kind. None once the task has
        ended, where its model or its age is unknown, and without a client.
        """
        if self._session is None or self.is_terminal:
            return None
        age = self._age(self._session)
        schedule = self._session.poller.schedule
        return None if age is None else schedule.left(self.model, age, self.work)

    @property
    def session(self) -> Session[Any]:
        """The session of the task's client; UsageError if it has none."""
        if self._session is None:
            raise errors.UsageError(
                f"Task {self.id} has no client, as it was restored from a copy",
                hint=errors.Hint.ATTACH,
            ).about(self)
        return self._session

    def attach(self, session: Session[Any]) -> None:
        """Attach the task to a client's session."""
        self._session = session
        self._needs_model = session.api.needs_model
        self.api = session.api.name

    def trace_creation(self, trace: tracing.Trace) -> None:
        """Let the first wait continue the span of the task's creation, if that is still open."""
        self._creation = trace
        trace.created(self)

    def begin_wait(
        self,
        timeout: float | None,
        poll_interval: float | None,
        *,
        is_watched: bool = False,
        callbacks: "Receiver | None" = None,
    ) -> Wait:
        """Return a new wait for this task."""
        session = self.session
        wait = Wait(
            now=session.clock.monotonic(),
            timeout=timeout,
            poll_interval=poll_interval,
            age=self._age(session),
            model=self.model,
            work=self.work,
            is_watched=is_watched,
            schedule=session.poller.schedule,
            hints=None if callbacks is None else callbacks.hints(session.api.name),
            rng=session.rng,
            task_id=self.id,
            key=Followed(self, session),
        )
        # No request: a final state does not change.
        if self.is_finished:
            wait.end = End.FINISHED
        return wait

    def begin_trace(self) -> tracing.Trace:
        """Return the span for a wait of this task."""
        return tracing.waiting(self.session.api.name.lower(), self, self._creation)

    def conclude(self, wait: Wait, *, raise_on_failure: bool = True) -> None:
        """Raise the error of a wait that has ended, if there is one."""
        problem = self.problem(wait, raise_on_failure=raise_on_failure)
        # Such as that the client was closed meanwhile: not about a request for the task.
        is_of_client = isinstance(problem, errors.UsageError)
        if problem is not None and (wait.failure is not None or is_of_client):
            problem.add_note(self.runs_on())
        if problem is not None:
            raise problem

    def problem(self, wait: Wait, *, raise_on_failure: bool = True) -> Exception | None:
        """Return the error of a wait that has ended, or None."""
        if wait.failure is not None:
            return wait.failure
        error = wait.last_error and wait.last_error.about(self)
        if wait.end is End.REFUSED and error is not None:
            return error
        if wait.end is End.TIMED_OUT and not self.is_finished:  # or another wait has seen its end
            last = "" if error is None else f"; the last error was: {error.text}"
            if not wait.polls:
                last = "; it was never polled: polls take too long, or polls_per_second is low"
            seen = f"its last state is {self.state}" if self.state else "its state is unknown"
            text = f"{named(self)} was not finished in time; {seen}{last}"
            problem = errors.TaskTimeoutError(text, last_error=error).about(self)
            problem.__cause__ = error
            return problem
        # The errors above are of the wait, those below of the task.
        if not raise_on_failure:
            return None
        if wait.end is End.NO_RESULT:
            text = f"{named(self)} succeeded, but {self.result_problem}"
            return errors.APIResponseError(text, raw=self.raw).about(self)
        if self.state == "fail":
            return errors.TaskFailedError.of(self)
        return None

    def runs_on(self) -> str:
        """Return a note for interrupts that says how to resume."""
        return runs_on(self.id, self.needed_model)

    def _age(self, session: Session[Any]) -> float | None:
        """Return the seconds since the task was created; None if unknown."""
        if self._accepted_at is not None:
            return session.clock.monotonic() - self._accepted_at
        if self.created_at is None:
            return None
        # The clock of its creation may be ahead of this one.
        return max(session.clock.time() - self.created_at, 0.0)


def runs_on(task_id: str, model: str | None = None) -> str:
    """Return a note for interrupts that says how to resume; `model` if the API needs it."""
    handle = errors.handle(task_id, model)
    return f"Task {task_id} runs on; resume with client.tasks.handle({handle}).wait()"
