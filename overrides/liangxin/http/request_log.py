"""Log each request, and hide it from tracebacks and from OpenTelemetry."""

import contextlib
import logging
import sys

from liangxin.errors import summary
from liangxin.responses import Response

_logger = logging.getLogger("liangxin")


def log_request(
    name: str, seconds: float, response: Response | None, error: BaseException | None = None
) -> None:
    """Log the outcome of a request at DEBUG."""
    if not _logger.isEnabledFor(logging.DEBUG):
        return
    took = 1000 * seconds
    if response is None:
        what = "no response" if error is None else summary(error)
        _logger.debug("%s: %s, after %.0f ms", name, what, took)
    else:
        suffix = f", request id {response.request_id}" if response.request_id else ""
        _logger.debug("%s: HTTP %d in %.0f ms%s", name, response.status, took, suffix)


def without_instrumentation() -> contextlib.AbstractContextManager[None]:
    """Suppress OpenTelemetry's spans of the HTTP library: tasks have spans of their own."""
    # Not imported: it is active only where the application has imported it.
    utils = sys.modules.get("opentelemetry.instrumentation.utils")
    return contextlib.nullcontext() if utils is None else utils.suppress_http_instrumentation()
