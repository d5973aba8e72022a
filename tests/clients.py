"""Clients of a server of the tests."""

from typing import Any

import httpx


def client_of(address: str, timeout: float = 60, **settings: Any) -> httpx.Client:
    """Return a client that keeps no connection: a server closes those that wait, even as one is used again.

    Nothing is verified, since there is no TLS: loading certificates takes longer than most requests.
    """
    transport = httpx.HTTPTransport(verify=False, limits=httpx.Limits(max_keepalive_connections=0))
    return httpx.Client(base_url=address, timeout=timeout, transport=transport, **settings)
