"""An application of the tests that speaks HTTP to a simulator."""

from typing import Any

import httpx

from liangxin_api.variants import PATHS
from liangxin_mock import Simulator
from tests.support.samples import KEY, MODEL

PROMPT = {"prompt": "A cup"}


class PlainClient:
    """An application without our SDK: plain httpx, straight to a simulator."""

    def __init__(self, simulator: Simulator, key: str = KEY) -> None:
        self.http = httpx.Client(
            transport=simulator.transport(),
            base_url=simulator.base_url,
            headers={"Authorization": f"Bearer {key}"},
        )

    def create(
        self, model: str = MODEL, input: object = PROMPT, /, **headers: str
    ) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        body = {"model": model, "input": input}
        return self.http.post(PATHS["createTask"], json=body, headers=named)

    def task(self, *arguments: Any, **headers: str) -> str:
        """Create a task and return its id."""
        task_id: str = self.create(*arguments, **headers).json()["data"]["taskId"]
        return task_id

    def ask(self, task_id: str, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.get(PATHS["getRecordInfo"], params={"taskId": task_id}, headers=named)

    def state(self, task_id: str) -> str:
        state: str = self.ask(task_id).json()["data"]["state"]
        return state


CREATE = PATHS["createTask"]
REFUSED = f"POST {CREATE} was refused with 400:"
NO_PROMPT = f"{REFUSED} input.prompt is required (z-image)"
