"""What must hold before a version is released; prints the commit to tag, or every reason not to.

    .venv/bin/python .ci/release.py 0.2.0

It looks at the repository in the current folder and changes nothing. `make release` calls it.
"""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path


def main() -> None:
    """Print the commit and end with 0, or print the reasons and end with 1."""
    version = sys.argv[1] if len(sys.argv) == 2 else ""
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        sys.exit("Name the version to release. Next: make release VERSION=1.2.3")
    problems = list(reasons(version))
    if problems:
        sys.exit(
            "\n".join([f"Citeback {version} cannot be released:", *(f"- {reason}" for reason in problems)])
        )
    print(git("rev-parse", "HEAD"))


def reasons(version: str) -> Iterator[str]:
    """Yield why a version cannot be released from here, each with the next thing to do."""
    branch = git("branch", "--show-current")
    if branch != "main":
        yield f"The branch is {branch or 'none'}. Next: git switch main"
    if git("status", "--porcelain"):
        yield "Files are changed or new. Next: git status, then commit or remove them"
    if git("tag", "--list", f"v{version}"):
        yield f"The tag v{version} exists. Next: choose a higher version"
    declared = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    if declared != version:
        yield f'pyproject.toml says {declared}. Next: set version = "{version}" there'
    heading = f"## {version} — {datetime.now().astimezone():%Y-%m-%d}"
    if heading not in Path("CHANGELOG.md").read_text(encoding="utf-8").splitlines():
        yield f"CHANGELOG.md has no such heading. Next: write {heading!r} below Unreleased"


def git(*arguments: str) -> str:
    """Return what a git command prints."""
    command = ["git", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603


if __name__ == "__main__":
    main()
