"""User feedback on answers, one JSON object a line in a local file.

Each line is a question that `citeback eval` can read, with `id`, `question`, `relevant` (spans that answer
it) and `answerable`. The last two are known only for right answers; for wrong ones they are null.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

from citeback.index.errors import HistoryError
from citeback.index.files.private_files import opener
from citeback.page.state.exchange import Exchange

LONGEST = 2000  # characters of a comment


@dataclass(frozen=True)
class FeedbackFile:
    """The feedback file, which is only appended to."""

    path: Path
    _lock: Lock = Lock()  # noqa: RUF009 -- one for the process: two threads must not write into one line

    def add(self, owner: str, exchange: Exchange, right: bool, comment: str = "") -> None:
        """Append the feedback of `owner` on an answered exchange. Raises HistoryError."""
        line = json.dumps(feedback_record(owner, exchange, right, comment), ensure_ascii=True)
        try:
            with self._lock, open(self.path, "a", encoding="ascii", opener=opener) as file:
                file.write(line + "\n")
        except OSError as error:
            raise HistoryError(self.path, "written", error.strerror or str(error)) from error


def feedback_record(owner: str, exchange: Exchange, right: bool, comment: str) -> dict[str, Any]:
    """Return the JSON object of a feedback line."""
    answer = exchange.answer
    if answer is None:
        raise ValueError("only an answer can be right or wrong")
    relevant = [
        {"document": cited.document, "start": cited.span.start, "end": cited.span.end}
        for cited in exchange.citations
    ]
    return {
        "id": sha256(f"{owner}\0{answer.standalone}".encode("utf-8", "surrogatepass")).hexdigest()[:12],
        "question": answer.standalone or exchange.question,
        "relevant": relevant if right else None,
        "answerable": not answer.abstained if right else None,
        "right": right,
        "comment": comment.strip()[:LONGEST],
        "answer": answer.text,
        "by": owner,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
