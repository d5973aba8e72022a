"""`citeback chat`: serves the page, for this computer or for others."""

import os
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from socket import gethostname
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import SettingsError
from terminal import opened
from terminal.options import STORE, At, Model, Rerank, Window

if TYPE_CHECKING:
    from serving.guard import Rules

TWICE = 2


def chat(
    store: At = STORE,
    host: Annotated[str, typer.Option(help="Address to serve on; the default is this computer only.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: the first free one from 7860.")] = 0,
    auth: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Ask for a name and password; citeback user writes the file."),
    ] = None,
    rate: Annotated[int, typer.Option(min=1, help="Most requests a user may make in a minute.")] = 240,
    open_to_all: Annotated[
        int,
        typer.Option("--open", count=True, help="Given twice: serve others without asking who they are."),
    ] = 0,
    name: Annotated[
        list[str] | None,
        typer.Option(help="A name that the page is called by, such as docs.example.org; may be repeated."),
    ] = None,
    proxy: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDRESS",
            help="A proxy in front of the page: X-Forwarded-For from it is believed; may be repeated.",
        ),
    ] = None,
    model: Model = None,
    window: Window = None,
    rerank: Rerank = None,
) -> None:
    """Open the page: ask in a browser, click a marker, see the cited words in their document.

    Programs get the same answers under /api, assistants under /mcp.
    """
    from rag.named import relevance_of, writer_of
    from serving.environment import shut

    allowed = rules(host, auth, rate, open_to_all >= TWICE, name or (), proxy or ())
    writer = writer_of(model, window)

    def ready(at: str) -> None:
        typer.echo(f"Citeback is at {at} until Ctrl-C.")

    with shut(os.environ):
        from ui import serve

        serve(store, host, port, ready, allowed, writer, relevance_of(rerank))


def rules(
    host: str,
    auth: Path | None,
    rate: int,
    everyone: bool,
    names: Sequence[str] = (),
    proxies: Sequence[str] = (),
) -> "Rules":
    """Return the access rules. Raises SettingsError for a public address without a password."""
    from serving import users
    from serving.guard import LOOPBACK, Rules
    from serving.limits import Rate

    near = host in LOOPBACK
    if not near and auth is None and not everyone:
        raise SettingsError(
            f"{host} can be reached from other computers, and whoever reaches the page reads the documents.",
            f"citeback user add NAME --file users.txt, then citeback chat --host {host} --auth users.txt "
            "(or, to serve whoever comes, --open --open)",
        )
    known = users.read(auth) if auth else None
    if auth and known:
        opened.notices((*users.exposed(auth), *users.remarks(known, auth)))
    return Rules(
        users=known,
        hosts=_hosts(near, host, names, auth is not None),
        rate=None if near and auth is None and not names else Rate(rate, max(1, rate // 4)),
        addresses=not near,
        proxies=frozenset(map(_address, proxies)),
    )


def _hosts(near: bool, host: str, names: Sequence[str], guarded: bool) -> frozenset[str] | None:
    """Return the host names that the page answers to, or None for any.

    None requires a password and no given name: a browser sends a password only to the name it was typed for.
    """
    from serving.guard import LOOPBACK

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
        raise SettingsError(f"{proxy!r} is no address of a proxy.", "--proxy 127.0.0.1") from None
