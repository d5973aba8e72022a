"""`citeback user`: who may open a page that is served to others. Must never know pages."""

from pathlib import Path
from typing import Annotated

import typer

Name = Annotated[str, typer.Argument(metavar="NAME", help="What the user types: letters, digits, . @ + - _")]


def user(
    name: Name,
    file: Annotated[Path, typer.Option(metavar="FILE", help="Where users are kept.")] = Path("users.txt"),
    remove: Annotated[bool, typer.Option("--remove", help="Take the user out of the file.")] = False,
) -> None:
    """Add a user to the file that citeback chat --auth reads, or change a password; it is asked for.

    The file holds a salted hash of the password, never the password. A page that is running goes on with
    the users it was started with.
    """
    from serving import users

    if remove:
        users.remove(file, name)
        typer.echo(f"{name} may not come in any more. Start citeback chat again.")
        return
    users.add(file, name, typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    typer.echo(f"{name} may come in. Next: citeback chat --host 0.0.0.0 --auth {file}")
