""".gitignore patterns for document names, matched in linear time.

pathspec translates the patterns to regular expressions, and RE2 matches them: Python's own engine backtracks,
so a pattern with twenty stars would keep it busy for ever (docs/decisions/0022-patterns.md).
"""

from collections.abc import Sequence
from typing import Any

import re2
from pathspec import GitIgnoreSpec
from pathspec.patterns.gitignore import GitIgnorePatternError
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

from citeback.index.errors import SettingsError

MAX_PATTERNS, MAX_PATTERN_CHARS = 50, 500
"""Most patterns at once, and most characters of one."""
_REMEDY = "write it as reports/**, *.pdf or reports/2024/"


class NamePatterns:
    """A set of patterns, of which a name must match one; those with `!` exclude names again.

    >>> NamePatterns(["reports/**", "!*.tmp"]).matches("reports/2024/a.pdf")
    True

    Raises:
        SettingsError: there are too many patterns, or one is too long or invalid.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        check_bounds("patterns", lines)
        results = [pattern for line in lines if (pattern := _pattern(line))]
        self._spec = GitIgnoreSpec(results, backend="simple")
        self._included = None if any(not p.include for p in results) else [p.regex for p in results]

    def matches(self, name: str) -> bool:
        """Return whether a name matches."""
        if self._included is None:
            return bool(self._spec.match_file(name))
        # Names that two folders share become absolute paths; "./" means the same to pathspec.
        relative = name[2:] if name.startswith("./") else name.removeprefix("/")
        return any(regex.search(relative) for regex in self._included if regex)


def check_bounds(what: str, values: Sequence[str]) -> None:
    """Raise SettingsError if there are too many values, or one is too long."""
    if len(values) > MAX_PATTERNS:
        raise SettingsError(
            f"{len(values)} {what} at once; at most {MAX_PATTERNS} are allowed.", "give fewer"
        )
    longest = max(map(len, values), default=0)
    if longest > MAX_PATTERN_CHARS:
        raise SettingsError(
            f"One of the {what} has {longest:,} characters; at most {MAX_PATTERN_CHARS} are allowed.",
            "shorten it",
        )


def _pattern(line: str) -> GitIgnoreSpecPattern | None:
    """Compile a pattern; return None for a blank line or a comment."""
    options: Any = re2.Options()
    options.log_errors = False
    try:
        regex, include = GitIgnoreSpecPattern.pattern_to_regex(line)
        return None if regex is None else GitIgnoreSpecPattern(re2.compile(regex, options), include)
    except (GitIgnorePatternError, re2.error, UnicodeEncodeError) as error:
        raise SettingsError(f"{line!r} is not a pattern for names.", _REMEDY) from error
