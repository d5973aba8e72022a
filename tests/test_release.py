"""A version is tagged only if branch, files, pyproject.toml and changelog agree on it."""

import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TODAY = datetime.now().astimezone()


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return a repository that can be released as 1.2.3."""
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n')
    (tmp_path / "CHANGELOG.md").write_text(f"# Changelog\n\n## 1.2.3 — {TODAY:%Y-%m-%d}\n", "utf-8")
    commit(tmp_path)
    return tmp_path


def commit(folder: Path) -> None:
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "A commit")


def check(folder: Path, *version: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, ROOT / ".ci/release.py", *version], cwd=folder, capture_output=True, text=True
    )
    return done.returncode, (done.stdout + done.stderr).strip()


def test_the_commit_to_tag_is_printed(repository: Path) -> None:
    assert check(repository, "1.2.3") == (0, git(repository, "rev-parse", "HEAD"))
    assert git(repository, "tag") == ""


@pytest.mark.parametrize("version", [(), ("",), ("1.2",), ("v1.2.3",), ("1.2.3", "1.2.4")])
def test_a_version_has_to_be_named(repository: Path, version: tuple[str, ...]) -> None:
    status, said = check(repository, *version)
    assert (status, said) == (1, "Name the version to release. Next: make release VERSION=1.2.3")


def test_every_reason_is_named_at_once(repository: Path) -> None:
    git(repository, "switch", "--quiet", "--create", "other")
    (repository / "new.txt").write_text("new")
    status, said = check(repository, "1.3.0")
    assert status == 1
    assert [line.partition(" Next:")[0] for line in said.splitlines()] == [
        "Citeback 1.3.0 cannot be released:",
        "- The branch is other.",
        "- Files are changed or new.",
        "- pyproject.toml says 1.2.3.",
        "- CHANGELOG.md has no such heading.",
    ]


def test_the_changelog_has_the_date_of_today(repository: Path) -> None:
    day = TODAY - timedelta(days=1)
    (repository / "CHANGELOG.md").write_text(f"## 1.2.3 — {day:%Y-%m-%d}\n", "utf-8")
    commit(repository)
    status, said = check(repository, "1.2.3")
    assert status == 1
    assert f"write '## 1.2.3 — {TODAY:%Y-%m-%d}' below Unreleased" in said


def test_no_version_is_released_twice(repository: Path) -> None:
    git(repository, "tag", "v1.2.3")
    status, said = check(repository, "1.2.3")
    assert status == 1
    assert "The tag v1.2.3 exists." in said
