"""Bodies of callbacks, as the APIs send them."""

import json
from datetime import UTC, datetime

from standardwebhooks import Webhook

SECRET = "a secret of sixteen characters or more"
WEBHOOK_SECRET = "not base64: a dashboard's secret"


def liangxin_body(task_id: str = "task_1", state: str = "success") -> bytes:
    """Return the body of a callback from LiangXin."""
    data = {"taskId": task_id, "model": "z-image", "state": state, "param": "{}", "resultJson": ""}
    return json.dumps({"code": 200, "msg": "success", "data": data}).encode()


def magnific_body(task_id: str = "046b6c7f", status: str = "COMPLETED") -> bytes:
    """Return the body of a callback from Magnific."""
    return json.dumps({"task_id": task_id, "status": status, "generated": []}).encode()


def signed(
    body: bytes, now: float, secret: str | bytes = WEBHOOK_SECRET, message: str = "msg_1"
) -> dict[str, str]:
    """Return the headers of a callback from Magnific; a `str` is the secret's UTF-8 form."""
    key = secret.encode() if isinstance(secret, str) else secret
    signature = Webhook(key).sign(message, datetime.fromtimestamp(now, UTC), body.decode())
    return {
        "content-type": "application/json",
        "webhook-id": message,
        "webhook-timestamp": str(int(now)),
        "webhook-signature": signature,
    }
