"""`citeback chat`: serves the page, for this computer or for others."""

import os
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from socket import gethostname
from typing import TYPE_CHECKING, Annotated

import typer

from citeback.index.errors import SettingsError
from citeback.terminal import stores
from citeback.terminal.options import STORE, At, Copy, Model, Rerank, Window

if TYPE_CHECKING:
    from citeback.serving.access.middleware import AccessRules

TWICE = 2


def chat(
    store: At = STORE,
    copy: Copy = None,
    host: Annotated[str, typer.Option(help="Address to serve on; the default is this computer only.")] = (
        "127.0.0.1"
    ),
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port to serve on; 0 means the first free port from 7860.")
    ] = 0,
    auth: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Ask for a name and password from this file; citeback user writes it."
        ),
    ] = None,
    rate: Annotated[int, typer.Option(min=1, help="Maximum requests per user per minute.")] = 240,
    open_to_all: Annotated[
        int,
        typer.Option("--open", count=True, help="If given twice, serve other computers without a password."),
    ] = 0,
    name: Annotated[
        list[str] | None,
        typer.Option(help="Host name of the page, such as docs.example.org. Repeatable."),
    ] = None,
    proxy: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDRESS",
            help="Address of a proxy whose X-Forwarded-For header is trusted. Repeatable.",
        ),
    ] = None,
    model: Model = None,
    window: Window = None,
    rerank: Rerank = None,
) -> None:
    """Open the page: ask in a browser, click a number, and see the cited words in their document.

    Programs get the same answers at /api/, and assistants at /mcp/.
    """
    from citeback.rag.model_factory import load_relevance, load_writer
    from citeback.serving.gradio_guard.environment import isolated_environment

    allowed = rules(host, auth, rate, open_to_all >= TWICE, name or (), proxy or ())
    writer = load_writer(model, window)

    def ready(at: str) -> None:
        typer.echo(f"Citeback is at {at} (press Ctrl-C to stop).")

    with isolated_environment(os.environ):
        from citeback.page.launch import serve
        from citeback.rag.corpus import CorpusOptions

        options = CorpusOptions(writer=writer, relevance=load_relevance(rerank))
        serve(store, host, port, ready, allowed, options, copy)


def rules(
    host: str,
    auth: Path | None,
    rate: int,
    everyone: bool,
    names: Sequence[str] = (),
    proxies: Sequence[str] = (),
) -> "AccessRules":
    """Return the access rules. Raises SettingsError for a public address without a password."""
    from citeback.serving.access import password_file
    from citeback.serving.access.middleware import LOOPBACK, AccessRules
    from citeback.serving.access.rate_limit import RateLimiter
    from citeback.serving.access.user_file import UserFile

    near = host in LOOPBACK
    if not near and auth is None and not everyone:
        raise SettingsError(
            f"Other computers can reach {host}, and anyone who opens the page can read the documents.",
            f"citeback user add NAME --file users.txt, then citeback chat --host {host} --auth users.txt "
            "(or, to serve anyone without a password, --open --open)",
        )
    known = UserFile.open(auth) if auth else None
    if auth and known:
        stores.print_notices(
            (*password_file.permission_warning(auth), *password_file.user_warnings(known(), auth))
        )
    return AccessRules(
        users=known,
        hosts=_hosts(near, host, names, auth is not None),
        rate=None if near and auth is None and not names else RateLimiter(rate, max(1, rate // 4)),
        addresses=not near,
        proxies=frozenset(map(_address, proxies)),
    )


def _hosts(near: bool, host: str, names: Sequence[str], guarded: bool) -> frozenset[str] | None:
    """Return the host names that the page answers to, or None for any.

    None requires a password and no given name: a browser sends a password only to the name it was typed for.
    """
    from citeback.serving.access.middleware import LOOPBACK

    named = frozenset(each.lower() for each in names)
    if near:
        return named | LOOPBACK
    if guarded and not named:
        return None
    own = gethostname().lower()
    return named | LOOPBACK | {host.lower(), own, f"{own}.local"}


def _address(proxy: str) -> str:
    try:
        return str(ip_address(proxy))
    except ValueError:
        raise SettingsError(f"{proxy!r} is not the address of a proxy.", "--proxy 127.0.0.1") from None
