"""Measure how often the right encoding is detected without a declaration.

    python -m bench.encodings [--texts DIR]

The folder holds `index.jsonl`, which lists a file and its `expected_encoding` on each line. Each text is read
as listed, with and without its declarations. Then excerpts of 120, 600 and 4,000 characters (two from each
text, with at least 5 % of characters beyond ASCII) are encoded in every code page of their language. A result
is right if the same characters come out.
"""

import argparse
import json
import random
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from bench.sets import commit
from citeback.index.errors import ReadError
from citeback.index.readers.common.decode import decode

TEXTS = Path("../shared/hostile")
SIZES = (120, 600, 4000)
_DECLARED = re.compile(
    rb"(<\?xml[^>]{,200}?encoding|<meta[^>]{,500}?charset)\s*=\s*[\"']?[\w.:-]{1,40}", re.IGNORECASE
)
_MARKUP, _SPACE = re.compile(r"<[^>]*>|&[#\w]+;"), re.compile(r"\s+")
_CYRILLIC = ("cp1251", "koi8_r", "iso8859_5", "cp866", "cp855", "mac_cyrillic")
_CENTRAL = ("cp1250", "iso8859_2")
PAGES: Mapping[str, tuple[str, ...]] = {
    "russian": _CYRILLIC,
    "bulgarian": tuple(page for page in _CYRILLIC if page != "koi8_r"),
    "greek": ("cp1253", "iso8859_7"),
    "hebrew": ("cp1255", "iso8859_8"),
    **dict.fromkeys(("hungarian", "polish", "croatian", "slovak", "slovene", "romanian"), _CENTRAL),
    "japanese": ("shift_jis", "euc_jp", "iso2022_jp", "cp932", "utf_16_le", "utf_16_be", "utf_32_le"),
    "korean": ("euc_kr", "cp949", "johab", "iso2022_kr", "utf_16_le"),
    "traditional": ("big5", "utf_16_be", "gb18030"),
    "chinese": ("gb2312", "gb18030", "big5", "hz", "utf_16_le"),
    "thai": ("tis_620", "cp874", "utf_16_le"),
}
"""Maps each language to its code pages."""
LANGUAGES: Mapping[str, str] = {
    **dict.fromkeys(("IBM855", "IBM866", "KOI8-R", "MacCyrillic", "iso-8859-5"), "russian"),
    **dict.fromkeys(("EUC-JP", "SHIFT_JIS"), "japanese"),
    **dict.fromkeys(("EUC-KR", "Johab"), "korean"),
    "Big5": "traditional",
    "GB2312": "chinese",
    "TIS-620": "thai",
    "iso-8859-7": "greek",
    "windows-1255": "hebrew",
}
"""Maps encodings to the language of the texts listed with them, where their names do not say."""
_SUPERSETS = {"GB2312": "gb18030", "Big5": "big5hkscs", "iso-8859-1": "cp1252", "utf-8-sig": "utf-8"}


def listed(folder: Path) -> list[tuple[str, str, bytes]]:
    """Return (name, expected encoding, bytes) for every listed text with an expected encoding."""
    rows = map(json.loads, (folder / "index.jsonl").read_text().splitlines())
    return [
        (row["file"], row["expected_encoding"], (folder / row["file"]).read_bytes())
        for row in rows
        if "expected_encoding" in row
    ]


def right(data: bytes, *encodings: str) -> bool:
    """Return whether bytes are decoded as one of these encodings would decode them."""
    try:
        result = decode(data)
        return any(result == data.decode(encoding, "replace") for encoding in encodings)
    except (ReadError, LookupError):
        return False


def as_listed(data: bytes, encoding: str) -> bool:
    """Return whether bytes are decoded as listed, or as a superset of that encoding."""
    return right(data, _SUPERSETS.get(encoding, encoding), encoding)


def stretches(texts: list[tuple[str, str, bytes]]) -> Iterator[tuple[int, str, bytes]]:
    """Yield (characters, encoding, bytes) for excerpts of the texts in every code page of their language."""
    dice = random.Random(1)  # noqa: S311  the same stretches at every run
    for name, encoding, data in texts:
        language = next((each for each in PAGES if each in name), LANGUAGES.get(encoding, ""))
        try:
            text = data.decode(encoding, "ignore") if language else ""
        except LookupError:
            continue
        text = _SPACE.sub(" ", _MARKUP.sub(" ", text))
        for size in SIZES:
            parts = (text[start : start + size] for start in range(0, len(text), size))
            rich = [part for part in parts if sum(char > "\x7f" for char in part) >= 0.05 * len(part)]
            for part in dice.sample(rich, min(2, len(rich))):
                for page in PAGES[language]:
                    written = part.encode(page, "ignore")
                    if not written.isascii() or page.startswith(("iso2022", "hz")):
                        yield size, page, written


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=Path, default=TEXTS)
    texts = listed(parser.parse_args().texts)
    silent = [(name, encoding, _DECLARED.sub(rb"\1", data)) for name, encoding, data in texts]
    print(f"`python -m bench.encodings` at {commit()}\n")
    print("| texts | read as listed | of |\n|---|---|---|")
    for label, some in (("as they are", texts), ("with their declarations taken out", silent)):
        print(f"| {label} | {sum(as_listed(data, encoding) for _, encoding, data in some)} | {len(some)} |")
    for name, encoding, data in silent:
        if not as_listed(data, encoding):
            print(f"\nnot read as {encoding}: {name}")
    made = [(size, right(data, page)) for size, page, data in stretches(texts)]
    print("\n| characters of a stretch | read as written | of |\n|---|---|---|")
    for size in SIZES:
        print(f"| {size:,} | {sum(ok for n, ok in made if n == size)} | {sum(n == size for n, _ in made)} |")
    print(f"| all | {sum(ok for _, ok in made)} | {len(made)} |")


if __name__ == "__main__":
    main()
