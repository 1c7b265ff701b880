"""The control endpoints under `/_mock/`, and the page for people at `/`.

They are for tests in other languages and for people. A web page elsewhere must not reach them:
cross-origin requests are refused.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qs

from liangxin_mock.control.methods import Controls
from liangxin_mock.errors import RuleError, UnknownTaskError, did_you_mean
from liangxin_mock.faults import FAULTS
from liangxin_mock.jobs.job import Delivery, Job
from liangxin_mock.jobs.timelines import TIMELINES
from liangxin_mock.messages import JSON, Reply, Request, json_reply
from liangxin_mock.state import Seen
from liangxin_mock.validators import is_number
from liangxin_mock.vocabulary import sentence, signature

Json = dict[str, Any]

_ROOT = "/_mock/"
_SHOWN_JOBS = 200
_SHOWN_REQUESTS = 50
# Digits. int() refuses texts of thousands of them, and no simulator has 10^18 jobs.
_LONGEST_LIMIT = 18
# Some thirty years, which no test needs.
_LONGEST_ADVANCE = 1e9
# 'unsafe-inline', as style and script are in the page itself, which works without a network.
_CONTENT_SECURITY = (
    "default-src 'none'; connect-src 'self'; img-src 'self' data:; media-src 'self'; "
    "style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
)


def is_control(request: Request) -> bool:
    """Return whether a request is for the page or a control endpoint."""
    # Without the slash of `_ROOT`: a misspelt path is to be told what there is, and must not count
    # as a wrong request of the application.
    return request.path == "/" or request.path.startswith("/_mock")


def control(simulator: Controls, request: Request) -> Reply:
    """Answer a request to `/` or to a control endpoint."""
    if request.path == "/":
        return _page(request)
    if _is_foreign(request):
        return _error(403, "control endpoints refuse other origins")
    name = request.path.removeprefix(_ROOT).rstrip("/")
    # What there is comes first: a misspelt name deserves its hint whatever the method.
    if name not in _GETS and name not in _POSTS and not name.startswith("jobs/"):
        hint = did_you_mean(name[:100], [*_GETS, *_POSTS])
        return _error(404, f"there is no {request.path[:100]}{hint}")
    allowed = "GET" if name in _GETS else "POST"
    if request.method != allowed:
        return _error(405, f"{request.path[:100]} takes {allowed}", {"allow": allowed})
    try:
        get = _GETS.get(name)
        return json_reply(get(simulator, request)) if get else _post(simulator, request, name)
    except RuleError as error:
        return _error(400, str(error))


def _error(status: int, message: str, headers: dict[str, str] | None = None) -> Reply:
    return json_reply({"code": status, "msg": message, "data": None}, status, headers)


def _page(request: Request) -> Reply:
    if request.method not in ("GET", "HEAD"):
        return _error(405, "/ takes GET", {"allow": "GET"})
    headers = {"content-security-policy": _CONTENT_SECURITY, "x-content-type-options": "nosniff"}
    return Reply(200, _page_bytes(), "text/html; charset=utf-8", headers)


@functools.cache
def _page_bytes() -> bytes:
    return (files(__package__) / "page.html").read_bytes()


def _is_foreign(request: Request) -> bool:
    """Return whether a web page of another origin sent this request."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:  # browsers set it, and behind a proxy the Host may be another
        return site not in ("same-origin", "none")
    # Browsers that are too old, or pages without TLS on another machine, send an Origin at most.
    scheme, _, host = request.headers.get("origin", "").partition("://")
    return "origin" in request.headers and (not scheme or host != request.headers.get("host"))


def _post(simulator: Controls, request: Request, name: str) -> Reply:
    # A form of another origin can't send this type, and old browsers send no Origin.
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        return _error(400, f"Content-Type must be {JSON}")
    try:
        # The keys are arguments: Python itself finds those that are missing, or too many.
        options = json.loads(request.body or b"{}")
        if not isinstance(options, dict):
            return _error(400, "the body must be a JSON object")
        if name in _POSTS:
            return json_reply(_POSTS[name](simulator, **options))
        return _move(simulator, name.removeprefix("jobs/"), **options)
    except RuleError:
        raise
    except TypeError as error:
        # Without "Controls.inject() ", the name of our function, with which the message begins.
        return _error(400, f"{name}: {str(error).rpartition('() ')[2]}")
    except (ValueError, RecursionError) as error:
        return _error(400, f"the body is not valid: {error}")


# GET


def _state(simulator: Controls, request: Request) -> Json:
    with simulator.lock:
        requests = [*simulator.requests][: -_SHOWN_REQUESTS - 1 : -1]
        return {
            "seed": simulator.seed,
            "now": simulator.clock.time(),
            "speed": getattr(simulator.clock, "speed", 0.0),
            "timeline": repr(simulator.timeline),
            "creates": simulator.creates,
            "polls": simulator.polls,
            "balance": simulator.balance,
            "jobs": _latest(simulator, request, str(_SHOWN_JOBS)),
            "rules": [{"rule": rule.text, "used": rule.used} for rule in simulator.rules],
            "requests": [_seen(seen) for seen in requests],
        }


def _jobs(simulator: Controls, request: Request) -> Json:
    # All by default: who looks here for a lost create, and misses it, pays for a second one.
    return {"jobs": _latest(simulator, request, "9" * _LONGEST_LIMIT)}


def _latest(simulator: Controls, request: Request, limit: str) -> list[Json]:
    """Return the last jobs, the newest first: as many as the query says, or else `limit`."""
    limit = parse_qs(request.query, keep_blank_values=True).get("limit", [limit])[-1]
    if not (limit.isascii() and limit.isdecimal()):
        raise RuleError(f"limit must be a whole number of at least 0, not {limit[:100]!r}")
    most = int(limit[:_LONGEST_LIMIT])
    with simulator.lock:
        return [_job(simulator, job) for job in simulator.jobs[: -most - 1 : -1]]


def _requests(simulator: Controls, _request: Request) -> Json:
    with simulator.lock:
        return {
            "requests": [
                _seen(seen)
                | _fields(seen, "query headers")
                | {"body": seen.body.decode("utf-8", "replace")}
                for seen in [*simulator.requests][::-1]
            ]
        }


def _deliveries(simulator: Controls, _request: Request) -> Json:
    with simulator.lock:
        return {
            "deliveries": [
                {"task_id": delivery.job.id, "url": delivery.job.callback_url} | _delivery(delivery)
                for delivery in simulator.deliveries
            ]
        }


def _vocabulary(_simulator: Controls, _request: Request) -> Json:
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


def _verify(simulator: Controls, _request: Request) -> Json:
    return {"problems": simulator.verify()}


_GETS: dict[str, Callable[[Controls, Request], Json]] = {
    "state": _state,
    "jobs": _jobs,
    "requests": _requests,
    "deliveries": _deliveries,
    "vocabulary": _vocabulary,
    "verify": _verify,
}


def _fields(thing: object, names: str) -> Json:
    return {name: getattr(thing, name) for name in names.split()}


def _job(simulator: Controls, job: Job) -> Json:
    prompt = job.body["input"].get("prompt", "")
    ended = job.ended_at
    late = ended is not None and simulator.clock.time() >= ended + simulator.link_lifetime
    return {
        **_fields(job, "id model kind state created_at ended_at due_at polls result_urls"),
        **_fields(job, "fail_code fail_msg callback_url"),
        "prompt": prompt if isinstance(prompt, str) else "",
        "timeline": repr(job.timeline),
        "transitions": [transition._asdict() for transition in job.transitions],
        "expired": job.expired_at is not None or late,
        "deliveries": [_delivery(delivery) for delivery in job.deliveries],
    }


def _delivery(delivery: Delivery) -> Json:
    return _fields(delivery, "at attempt status outcome")


def _seen(seen: Seen) -> Json:
    return _fields(seen, "at method path status fault task_id problem")


# POST


def _advance(simulator: Controls, seconds: float) -> Json:
    if not is_number(seconds) or not 0 <= seconds <= _LONGEST_ADVANCE:
        raise RuleError(f"seconds must be a number from 0 to 10^9, not {seconds!r}")
    if not hasattr(simulator.clock, "advance"):
        raise RuleError("the clock of this simulator cannot be moved")
    simulator.clock.advance(seconds)
    return {"now": simulator.clock.time()}


def _inject(simulator: Controls, fault: str, **options: Any) -> Json:
    return {"rule": simulator.inject(fault, **options).text}


def _play(simulator: Controls, timeline: str, **options: Any) -> Json:
    return {"rule": simulator.play(timeline, **options).text}


def _expect(simulator: Controls, creates: int = 1, **options: Any) -> Json:
    return {"rule": simulator.expect(creates, **options).text}


def _expect_refusals(simulator: Controls, status: int, times: int = 1) -> Json:
    simulator.expect_refusals(status, times)
    return {"status": status, "times": times}


def _seed(simulator: Controls, seed: int) -> Json:
    simulator.reseed(seed)
    return {"seed": simulator.seed}


def _reset(simulator: Controls, seed: int | None = None) -> Json:
    simulator.reset(seed)
    return {"seed": simulator.seed}


def _move(simulator: Controls, task_id: str, action: str = "", **options: Any) -> Reply:
    actions: dict[str, Callable[..., Job]] = {
        "advance": simulator.step,
        "finish": simulator.finish,
        "fail": simulator.fail,
        "expire": simulator.expire,
    }
    if not isinstance(action, str) or action not in actions:
        raise RuleError(f"action must be one of {', '.join(actions)}, not {action!r}")
    for name, value in options.items():
        if not isinstance(value, str):
            raise RuleError(f"{name} must be a string, not {value!r}")
    try:
        job = actions[action](task_id, **options)
    except UnknownTaskError as error:
        return _error(404, str(error))
    except RuleError as error:
        return _error(409, str(error))
    return json_reply(_job(simulator, job))


_POSTS: dict[str, Callable[..., Json]] = {
    "advance": _advance,
    "inject": _inject,
    "play": _play,
    "expect": _expect,
    "expect_refusals": _expect_refusals,
    "reset": _reset,
    "seed": _seed,
}
