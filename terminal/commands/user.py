"""`citeback user`: manages the users of a page that is served to others, and their rights."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from typer.core import TyperGroup

from citeback.terminal import render, screen, stores

if TYPE_CHECKING:
    from citeback.rag.rights import Rights

Name = Annotated[str, typer.Argument(metavar="NAME", help="User name: letters, digits, . @ + - _")]
At = Annotated[Path, typer.Option("--file", metavar="FILE", help="The user file.")]
FILE = Path("users.txt")


class Users(TyperGroup):
    """The subcommands; `citeback user NAME`, the former syntax, still adds a user."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Return the arguments left to parse."""
        if args and args[0] not in self.commands and args[0] != "--help":
            args = ["add", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=Users,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Manage the users of a page served by citeback chat --auth, and their roles: a reader asks, an "
    "editor also adds and deletes documents, and an admin also chooses folders.",
)


@app.command()
def add(
    name: Name,
    role: Annotated[
        Literal["reader", "editor", "admin"] | None,
        typer.Option(help="Role of the user [reader]."),
    ] = None,
    may: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATTERN",
            help="Limit the user to matching documents: 'reports/**', '*.pdf'. Repeatable; '**' allows all.",
        ),
    ] = None,
    file: At = FILE,
    taken_out: Annotated[bool, typer.Option("--remove", hidden=True)] = False,
) -> None:
    """Add a user, or change an existing one.

    A password is asked for, unless only the role or the visible documents of a user change. The file holds a
    salted hash, never the password. A running page keeps the users it was started with.
    """
    from citeback.serving.access import password_file

    if taken_out:
        remove(name, file)
        return
    patterns = None if may is None else tuple(may) if may != ["**"] else ()
    there = name in password_file.read_existing(file)
    if there and (role or may):
        _change(file, name, role, patterns)
    else:
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        password_file.add(file, name, password, None if there else _rights(role, patterns))
    listed = password_file.read(file)
    typer.echo(render.may(name, listed[name].rights))
    stores.print_notices(password_file.user_warnings(listed, file))
    typer.echo(f"Next: citeback chat --host 0.0.0.0 --auth {file}")


@app.command("list")
def list_users(file: At = FILE) -> None:
    """List the users, their roles and the documents that they may see."""
    from citeback.serving.access import password_file

    screen.console().print(render.users(password_file.read(file)))


@app.command()
def remove(name: Name, file: At = FILE) -> None:
    """Remove a user from the file."""
    from citeback.serving.access import password_file

    password_file.remove(file, name)
    typer.echo(f"{name} can no longer log in.")


def _change(file: Path, name: str, role: str | None, patterns: tuple[str, ...] | None) -> None:
    from citeback.rag.rights import Role
    from citeback.serving.access import password_file

    password_file.change(file, name, Role(role) if role else None, patterns)
    typer.echo("The password has not changed.")


def _rights(role: str | None, patterns: tuple[str, ...] | None) -> "Rights":
    from citeback.rag.rights import Rights, Role

    return Rights(Role(role or "reader"), patterns or ())
