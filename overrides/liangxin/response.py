"""The HTTP answer behind what a task knows."""

from dataclasses import dataclass

from liangxin.errors import request_id
from liangxin.wire import Answer


@dataclass(frozen=True, repr=False)
class Response:
    """An HTTP answer, with the API key struck out where it is repeated.

    It is a view: nothing is copied or decoded before it is asked for.
    """

    _answer: Answer

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self._answer.status

    @property
    def headers(self) -> dict[str, str]:
        """The headers, names in lower case, without cookies."""
        headers = self._answer.headers.items()
        return {name: self._masked(value) for name, value in headers if name != "set-cookie"}

    @property
    def body(self) -> bytes:
        """The body, its content encoding undone."""
        return self._masked(self._answer.body.decode("latin-1")).encode("latin-1")

    @property
    def request_id(self) -> str | None:
        """The server's id of the request, for its support; None if the answer has none."""
        return request_id(self.headers)

    @property
    def received_at(self) -> float:
        """When it was complete, in Unix seconds."""
        return self._answer.received_at

    def _masked(self, text: str) -> str:
        secret = self._answer.secret
        return text if secret is None else secret.masked_in(text)

    def __repr__(self) -> str:
        return f"Response(status={self.status}, request_id={self.request_id!r})"
