"""Which hosts a request may name.

A web page elsewhere can give a name of its own the address of this machine (DNS rebinding); the
browser then takes a mock that answers to that name for the page's own server. So a mock answers to
names alone that no such page can have.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

_LOOPBACK = r"127(\.\d{1,3}){3}|\[::1\]|([a-z\d_-]+\.)*localhost"
# Addresses; the names that containers and machines of one network have; names that nobody can
# register.
_NEARBY = (
    r"\d{1,3}(\.\d{1,3}){3}|\[[\da-f:.]+\]|[a-z\d_-]+"
    r"|([a-z\d_-]+\.)+(internal|local|svc|test)"
)


def is_loopback(host: str) -> bool:
    """Return whether a host, without brackets and port, is this machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def served_hosts(address: str, public_url: str | None = None) -> str:
    """Return the pattern of Host headers that are for a mock listening on this address.

    It is one for Python and JavaScript, to be matched as a whole and without regard to case. On
    loopback, only hosts of loopback are; the address itself and the host of `public_url` always.
    """
    hosts = [_LOOPBACK] if is_loopback(address) else [_LOOPBACK, _NEARBY]
    hosts.append(re.escape(f"[{address}]" if ":" in address else address))
    if public_url is not None:
        own = urlsplit(public_url).hostname or ""
        hosts.append(re.escape(f"[{own}]" if ":" in own else own))
    return rf"({'|'.join(hosts)})(:\d*)?"
