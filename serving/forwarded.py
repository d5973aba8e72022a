"""Whose request a proxy passed on: believed of proxies that were named, of nobody else. Knows no limits.

`X-Forwarded-For` is written by whoever sends a request. Believed of everybody, each request would come from
another address, and no limit of an address would be reached.
"""

from collections.abc import Collection
from ipaddress import ip_address

from starlette.datastructures import Headers


def sender(client: tuple[str, int] | None, headers: Headers, proxies: Collection[str]) -> tuple[str, int]:
    """Return the address that a request comes from: the last that is none of the proxies.

    >>> sender(("10.0.0.1", 1), Headers({"x-forwarded-for": "6.6.6.6, 192.0.2.7"}), {"10.0.0.1"})
    ('192.0.2.7', 0)
    """
    nearest = client or ("", 0)
    if nearest[0] not in proxies:
        return nearest
    passed = ",".join(headers.getlist("x-forwarded-for")).split(",")
    for address in map(_address, reversed(passed)):
        if address not in proxies:
            return (address, 0) if address else nearest
    return nearest


def _address(written: str) -> str:
    try:
        return str(ip_address(written.strip()))
    except ValueError:
        return ""
