"""Pages of the documentation site that are not in docs/, and links as they are on the site.

MkDocs calls these functions (`hooks` in mkdocs.yml). In the repository, pages link to files, which works
wherever the repository is shown; on the site the same pages have other addresses.
"""

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File

ROOT = Path(__file__).resolve().parents[1]
ADDRESSES = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "LICENSE": "LICENSE.txt",
    "SECURITY.md": "reporting.md",
    "bench/LOG.md": "log.md",
}
"""Addresses on the site of the files that are not in docs/."""

PATHS = {address: path for path, address in ADDRESSES.items()}
LINK = re.compile(r"(?<=\]\()(?!\w+:|#)[^)#\s]+")


def on_config(config: Any) -> Any:
    """List the decisions in the navigation."""
    decisions = sorted(path.name for path in (ROOT / "docs/decisions").glob("*.md"))
    config.nav.append({"Decisions": [f"decisions/{name}" for name in decisions]})
    return config


def on_files(files: Any, config: Any) -> Any:
    """Add the files that are not in docs/."""
    for path, address in ADDRESSES.items():
        text = (ROOT / path).read_text(encoding="utf-8")
        files.append(File.generated(config, address, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Return a page whose links lead to addresses on the site."""
    address: str = page.file.src_uri
    path = PATHS.get(address, f"docs/{address}")

    def on_site(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), link[0]))
        there = ADDRESSES.get(target, posixpath.relpath(target, "docs"))
        return posixpath.relpath(there, posixpath.dirname(address) or ".")

    return LINK.sub(on_site, markdown)
