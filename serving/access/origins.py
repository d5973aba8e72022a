"""Checks the host name and the origin of a request.

Programs send neither `Origin` nor `Sec-Fetch-Site`, and are allowed. Browsers send them, and no page can
prevent that.
"""

from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers

OURS = {"", "same-origin", "none"}
"""Values of `Sec-Fetch-Site` for a program, for the page itself, and for a typed or bookmarked address."""
READS = {"GET", "HEAD"}


def is_known_host(headers: Headers, names: Collection[str] | None, addresses: bool = False) -> bool:
    """Return whether a request names a host of `names` (None: any) or, with `addresses`, an IP address.

    Another site's name can be pointed at this computer, which would make its scripts same-origin (DNS
    rebinding). An IP address cannot.
    """
    host = _netloc(f"//{headers.get('host', '')}")
    if host is None:
        return False
    name = host[0]
    return names is None or name in names or (addresses and _address(name))


def is_same_site(headers: Headers, method: str) -> bool:
    """Return whether a request is not from another site's page, unless by a link that was followed."""
    origin = headers.get("origin")
    if origin is not None and not _same(origin, headers.get("host", "")):
        return False
    if headers.get("sec-fetch-site", "") in OURS:
        return True
    followed = headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")
    return method in READS and followed == ("navigate", "document")


def _same(origin: str, host: str) -> bool:
    named = _netloc(origin)
    return named is not None and named == _netloc(f"//{host}")


def _netloc(url: str) -> tuple[str, int | None] | None:
    """Return the lower-case host name and the port, or None for an invalid URL or one without a host."""
    try:
        parts = urlsplit(url)
        name, port = parts.hostname, parts.port
    except ValueError:
        return None
    if not name or "@" in parts.netloc:
        return None
    standard = {"http": 80, "https": 443}.get(parts.scheme)
    return name, None if port == standard else port


def _address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
