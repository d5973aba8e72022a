"""Fuzzes one format until the time is up; `bench.fuzz` starts it as a process.

Atheris must be imported first, since it instruments only what is imported after it.
"""

import sys
import zipfile
from io import BytesIO
from pathlib import Path

import atheris

LIBRARIES = (
    "citeback.index",
    "striprtf",
    "markdown_it",
    "trafilatura",
    "justext",
    "email",
    "oxmsg",
)
LONGEST = 100_000  # bytes of a mutated file or part
PARTS = {
    ".docx": "word/document.xml",
    ".pptx": "ppt/slides/slide1.xml",
    ".xlsx": "xl/worksheets/sheet1.xml",
    ".odt": "content.xml",
    ".epub": "a.xhtml",
}
"""The part of a package to mutate: mutations of the whole would nearly all fail its checksum."""


def packed(package: bytes, name: str, part: bytes) -> bytes:
    """Return a package with one part replaced."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(package)) as before, zipfile.ZipFile(out, "w") as after:
        for each in before.namelist():
            after.writestr(each, part if each == name else before.read(each))
    return out.getvalue()


def main(suffix: str, seconds: str, sample: str, corpus: str) -> None:
    """Read mutations of the files in `corpus`; ends the process."""
    with atheris.instrument_imports(include=list(LIBRARIES)):
        from citeback.index.errors import ReadError
        from citeback.index.readers import reading
        from citeback.index.readers.mail import mail

        read = reading(suffix)  # imports the reader and its libraries
    package, part = Path(sample).read_bytes(), PARTS.get(suffix, "")

    def one(data: bytes) -> None:
        try:
            read(packed(package, part, data) if part else data, "stem").text.encode()
            if suffix == ".eml":
                "".join(name for name, _ in mail.attached(data)).encode()
        except ReadError as error:
            str(error).encode()

    limits = [f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-timeout=20", "-rss_limit_mb=4096"]
    atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={corpus}/../", corpus], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
