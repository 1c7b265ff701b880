"""Judge the hosts of URLs by their names; none is resolved."""

import ipaddress

_LABEL = 64  # a part of a host's name is shorter, RFC 1035, section 2.3.4


def is_host(name: str) -> bool:
    """Whether a name can be that of a host: sockets raise UnicodeError for others."""
    return all(0 < len(label) < _LABEL for label in name.removesuffix(".").split("."))


def is_loopback(host: str) -> bool:
    """Whether `host`, as written, is this machine."""
    host = host.removesuffix(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return address.is_loopback or address.is_unspecified
