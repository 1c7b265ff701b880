"""The mock's own pages: control endpoints under `/_mock/`, and the page for people at `/`.

They are for tests in other languages and for people. A web page elsewhere must not reach them, so
cross-origin requests are refused.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from liangxin_mock.errors import RuleError, UnknownTaskError, did_you_mean
from liangxin_mock.exchange import JSON, Reply, Request, reply, task_error
from liangxin_mock.faults import FAULTS
from liangxin_mock.timelines import TIMELINES
from liangxin_mock.vocabulary import sentence, signature

if TYPE_CHECKING:
    from liangxin_mock.exchange import Seen
    from liangxin_mock.jobs import Delivery, Job
    from liangxin_mock.simulator import Simulator

Json = dict[str, Any]

_ROOT = "/_mock/"
_SHOWN_JOBS = 200
_SHOWN_REQUESTS = 50
_LONGEST_LIMIT = 18
_LONGEST_ADVANCE = 1e9
_CONTENT_SECURITY = (
    "default-src 'none'; connect-src 'self'; img-src 'self' data:; media-src 'self'; "
    "style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
)


def control(simulator: Simulator, request: Request) -> Reply:
    """Answer a request to `/` or to a control endpoint."""
    if request.path == "/":
        return _page(request)
    if refusal := _foreign(request):
        return refusal
    name = request.path.removeprefix(_ROOT).rstrip("/")
    if name not in _GETS and name not in _POSTS and not name.startswith("jobs/"):
        hint = did_you_mean(name[:100], [*_GETS, *_POSTS])
        return task_error(404, f"there is no {request.path[:100]}{hint}")
    allowed = "GET" if name in _GETS else "POST"
    if request.method != allowed:
        return task_error(405, f"{request.path[:100]} takes {allowed}", allow=allowed)
    try:
        get = _GETS.get(name)
        return reply(get(simulator, request)) if get else _post(simulator, request, name)
    except RuleError as error:
        return task_error(400, str(error))


def _page(request: Request) -> Reply:
    if request.method not in ("GET", "HEAD"):
        return task_error(405, "/ takes GET", allow="GET")
    headers = {"content-security-policy": _CONTENT_SECURITY, "x-content-type-options": "nosniff"}
    return Reply(200, _page_bytes(), "text/html; charset=utf-8", headers)


@functools.cache
def _page_bytes() -> bytes:
    return Path(__file__).with_name("page.html").read_bytes()


def _foreign(request: Request) -> Reply | None:
    """Refuse what a web page of another origin sends."""
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site", "same-origin")
    is_foreign = site not in ("same-origin", "none")
    if origin is not None:
        scheme, _, host = origin.partition("://")
        is_foreign = is_foreign or not scheme or host != request.headers.get("host")
    return task_error(403, "control endpoints refuse other origins") if is_foreign else None


def _post(simulator: Simulator, request: Request, name: str) -> Reply:
    # A form of another origin can't send this type, and old browsers send no Origin.
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        return task_error(400, f"Content-Type must be {JSON}")
    try:
        options = json.loads(request.body or b"{}")
        if not isinstance(options, dict):
            return task_error(400, "the body must be a JSON object")
        if name in _POSTS:
            return reply(_POSTS[name](simulator, **options))
        return _move(simulator, name.removeprefix("jobs/"), options)
    except RuleError:
        raise
    except TypeError as error:
        # Python's own words name the function; what is wrong comes after it.
        return task_error(400, f"{name}: {str(error).rpartition('() ')[2]}")
    except (ValueError, RecursionError) as error:
        return task_error(400, f"the body is not valid: {error}")


# --- what can be asked ---------------------------------------------------------------------------


def _state(simulator: Simulator, request: Request) -> Json:
    limit = _limit(request)
    with simulator.lock:
        jobs, requests = simulator.jobs, [*simulator.requests]
        return {
            "seed": simulator.seed,
            "now": simulator.clock.time(),
            "speed": getattr(simulator.clock, "speed", 0.0),
            "timeline": repr(simulator.timeline),
            "creates": simulator.creates,
            "polls": simulator.polls,
            "balance": simulator.balance,
            "jobs": [_job(simulator, job) for job in jobs[: -limit - 1 : -1]],
            "rules": [{"rule": rule.text, "used": rule.used} for rule in simulator.rules],
            "requests": [_seen(seen) for seen in requests[: -_SHOWN_REQUESTS - 1 : -1]],
        }


def _limit(request: Request) -> int:
    """Return how many jobs are asked for."""
    value = parse_qs(request.query, keep_blank_values=True).get("limit", [str(_SHOWN_JOBS)])[-1]
    if not (value.isascii() and value.isdecimal()):
        raise RuleError(f"limit must be a whole number of at least 0, not {value[:100]!r}")
    # No more digits than Python reads.
    return int(value[:_LONGEST_LIMIT])


def _jobs(simulator: Simulator, request: Request) -> Json:
    state = _state(simulator, request)
    return {"jobs": state["jobs"]}


def _requests(simulator: Simulator, _request: Request) -> Json:
    with simulator.lock:
        return {"requests": [_seen(seen, body=True) for seen in [*simulator.requests][::-1]]}


def _deliveries(simulator: Simulator, _request: Request) -> Json:
    with simulator.lock:
        return {
            "deliveries": [
                {"task_id": delivery.job.id, "url": delivery.job.callback_url} | _delivery(delivery)
                for delivery in simulator.deliveries
            ]
        }


def _vocabulary(_simulator: Simulator, _request: Request) -> Json:
    return {
        "timelines": [
            {"name": name, "signature": signature(word), "doc": sentence(word)}
            for name, word in TIMELINES.items()
        ],
        "faults": [
            {
                "name": name,
                "signature": signature(word),
                "example": word.example or f"{name}()",
                "doc": sentence(word),
                "on": sorted(word.on),
            }
            for name, word in FAULTS.items()
        ],
    }


def _verify(simulator: Simulator, _request: Request) -> Json:
    return {"problems": simulator.verify()}


_GETS: dict[str, Callable[[Simulator, Request], Json]] = {
    "state": _state,
    "jobs": _jobs,
    "requests": _requests,
    "deliveries": _deliveries,
    "vocabulary": _vocabulary,
    "verify": _verify,
}


def _job(simulator: Simulator, job: Job) -> Json:
    prompt = job.body["input"].get("prompt", "")
    ended, now = job.ended_at, simulator.clock.time()
    late = ended is not None and now >= ended + simulator.link_lifetime
    return {
        "id": job.id,
        "model": job.model,
        "kind": job.kind,
        "state": job.state,
        "prompt": prompt if isinstance(prompt, str) else "",
        "created_at": job.created_at,
        "ended_at": ended,
        "timeline": repr(job.timeline),
        "transitions": [transition._asdict() for transition in job.transitions],
        "due_at": job.due_at,
        "polls": job.polls,
        "result_urls": job.result_urls,
        "expired": job.expired_at is not None or late,
        "fail_code": job.fail_code,
        "fail_msg": job.fail_msg,
        "callback_url": job.callback_url,
        "deliveries": [_delivery(delivery) for delivery in job.deliveries],
    }


def _delivery(delivery: Delivery) -> Json:
    return {
        "at": delivery.at,
        "attempt": delivery.attempt,
        "status": delivery.status,
        "outcome": delivery.outcome,
    }


def _seen(seen: Seen, *, body: bool = False) -> Json:
    shown = {
        "at": seen.at,
        "method": seen.method,
        "path": seen.path,
        "status": seen.status,
        "fault": seen.fault,
        "task_id": seen.task_id,
        "problem": seen.problem,
    }
    if body:
        shown |= {
            "query": seen.query,
            "headers": dict(seen.headers),
            "body": seen.body.decode("utf-8", "replace"),
        }
    return shown


# --- what can be done ----------------------------------------------------------------------------


def _advance(simulator: Simulator, seconds: float) -> Json:
    is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if not is_number or not 0 <= seconds <= _LONGEST_ADVANCE:
        raise RuleError(f"seconds must be a number from 0 to 10^9, not {seconds!r}")
    if not hasattr(simulator.clock, "advance"):
        raise RuleError("the clock of this simulator cannot be moved")
    simulator.clock.advance(seconds)
    return {"now": simulator.clock.time()}


def _inject(simulator: Simulator, fault: str, **options: Any) -> Json:
    return {"rule": simulator.inject(fault, **options).text}


def _play(simulator: Simulator, timeline: str, **options: Any) -> Json:
    return {"rule": simulator.play(timeline, **options).text}


def _expect(simulator: Simulator, creates: int = 1, **options: Any) -> Json:
    return {"rule": simulator.expect(creates, **options).text}


def _expect_refusals(simulator: Simulator, status: int, times: int = 1) -> Json:
    simulator.expect_refusals(status, times)
    return {"status": status, "times": times}


def _seed(simulator: Simulator, seed: int) -> Json:
    simulator.reseed(seed)
    return {"seed": simulator.seed}


def _reset(simulator: Simulator, seed: int | None = None) -> Json:
    simulator.reset(seed)
    return {"seed": simulator.seed}


def _move(simulator: Simulator, task_id: str, options: Json) -> Reply:
    action = options.pop("action", None)
    actions: dict[str, Callable[..., Job]] = {
        "advance": simulator.step,
        "finish": simulator.finish,
        "fail": simulator.fail,
        "expire": simulator.expire,
    }
    if action is None:
        raise RuleError(f"action is missing: it is one of {', '.join(actions)}")
    if not isinstance(action, str) or action not in actions:
        raise RuleError(f"there is no action {action!r}{did_you_mean(str(action), actions)}")
    for name, value in options.items():
        if not isinstance(value, str):
            raise RuleError(f"{name} must be a text, not {value!r}")
    try:
        job = actions[action](task_id, **options)
    except UnknownTaskError as error:
        return task_error(404, str(error))
    except RuleError as error:
        return task_error(409, str(error))
    return reply(_job(simulator, job))


_POSTS: dict[str, Callable[..., Json]] = {
    "advance": _advance,
    "inject": _inject,
    "play": _play,
    "expect": _expect,
    "expect_refusals": _expect_refusals,
    "reset": _reset,
    "seed": _seed,
}
