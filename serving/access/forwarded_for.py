"""The client address behind a proxy, trusted only from configured proxies.

Any client can send `X-Forwarded-For`. If it were trusted from everyone, a client could claim a new address
for each request and evade the limits.
"""

from collections.abc import Collection
from ipaddress import ip_address

from starlette.datastructures import Headers


def client_address(
    client: tuple[str, int] | None, headers: Headers, proxies: Collection[str]
) -> tuple[str, int]:
    """Return the address that a request comes from: the last forwarded address that is not a proxy.

    >>> client_address(("10.0.0.1", 1), Headers({"x-forwarded-for": "6.6.6.6, 192.0.2.7"}), {"10.0.0.1"})
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
