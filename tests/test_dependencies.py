"""The list of packages that are given something hostile to read: as pinned, and mended where they were."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from citeback.index import any_store
from citeback.index.embedding.models import nano_e5

ROOT = Path(__file__).parents[1]
ROW = re.compile(r"\| ([\w-]+) \| ([\w.]+) \| (\d{4}-\d\d-\d\d) \| ([^|]+) \| ([^|]+) \|")
MENDED = re.compile(r": (\d[\w.]*)")


def rows() -> list[tuple[str, str, str, str, str]]:
    return ROW.findall((ROOT / "docs" / "dependencies.md").read_text())


def named(package: str) -> str:
    return package.lower().replace("_", "-")


def pinned() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pairs = (line.partition("==") for line in lines if "==" in line and not line.startswith("#"))
    return {named(package): version for package, _, version in pairs}


def bounds() -> dict[str, Version]:
    """Return the lowest version of each package that the product asks for."""
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    lowest = {}
    for requirement in map(Requirement, asked):
        versions = [Version(each.version) for each in requirement.specifier if each.operator in {">=", "=="}]
        lowest[named(requirement.name)] = max(versions)
    return lowest


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_each_package_was_looked_at_as_it_is_pinned(row: tuple[str, str, str, str, str]) -> None:
    package, version, _, _, advisories = row
    assert pinned()[named(package)] == version, f"{package} has changed: look at it and write down the day"
    for mended in MENDED.findall(advisories):
        assert Version(version) >= Version(mended)
        assert bounds().get(named(package), Version(version)) >= Version(mended)


def test_whatever_reads_requests_and_documents_is_in_the_list() -> None:
    listed = {named(package) for package, *_ in rows()}
    assert len(listed) == len(rows()) > 25
    code = "\n".join(path.read_text() for path in (ROOT / "tests" / "test_house.py",))
    homes = set(re.findall(r'^    "(\w+)": \{\n?.*?index/readers', code, re.MULTILINE))
    as_package = {"docx": "python-docx", "pptx": "python-pptx", "oxmsg": "python-oxmsg", "rapidocr": ""}
    assert {as_package.get(home, home) for home in homes} - {""} <= listed


@pytest.mark.parametrize(("extra", "advice"), [("languages", nano_e5.INSTALL), ("scale", any_store.INSTALL)])
def test_what_users_are_told_to_install_is_what_the_extra_holds(extra: str, advice: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert advice.removeprefix("pip install ").split() == project["optional-dependencies"][extra]
