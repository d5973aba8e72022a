"""Which name a request calls the page by, and which site's page sent it. Must never know what is asked.

Programs send no `Origin` and no `Sec-Fetch-Site`: what they ask is theirs. A browser sends them, and no page
can make it leave them out.
"""

from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers

OURS = {"", "same-origin", "none"}
"""Of `Sec-Fetch-Site`: a program, the page itself, and what a person has typed or bookmarked."""
READS = {"GET", "HEAD"}


def called(headers: Headers, names: Collection[str] | None, addresses: bool = False) -> bool:
    """Tell whether a request calls the page by one of `names` (None: any), or by any address of a computer.

    Another site's name can be made to point at this computer, and then its scripts would be the page's own.
    An address cannot be made to mean something else.
    """
    host = _netloc(f"//{headers.get('host', '')}")
    if host is None:
        return False
    name = host[0]
    return names is None or name in names or (addresses and _address(name))


def own(headers: Headers, method: str) -> bool:
    """Tell whether a request is none of another site's page: only a link there may be followed to here."""
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
    """Return the name in lower case and the port, None where there is no name or it is no URL."""
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
