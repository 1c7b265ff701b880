"""Receive callbacks, and check that they come from the API.

`Receiver` is an ASGI application to mount in yours, or to serve alone. In any other framework call
`verify_liangxin` or `verify_magnific`. docs/callbacks.md shows both.
"""

from liangxin.callbacks.event import Event
from liangxin.callbacks.liangxin import tokenised, verify_liangxin
from liangxin.callbacks.magnific import verify_magnific
from liangxin.callbacks.receiver import Receiver
from liangxin.errors import CallbackVerificationError

__all__ = [
    "CallbackVerificationError",
    "Event",
    "Receiver",
    "tokenised",
    "verify_liangxin",
    "verify_magnific",
]
