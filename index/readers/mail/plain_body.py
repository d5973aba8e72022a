"""Plain text bodies of mail: flowed lines are joined, and encoded files in the text left out."""

import re

_SIGNATURE = "-- "  # the line above a signature
_BEGIN = re.compile(r"begin [0-7]{3,4} (\S[^\n]{0,300})")
_ENCODED = re.compile(r"[!-`]{1,62}")


def unflowed(text: str, joined: bool = False) -> str:
    """Join the lines of each paragraph; a line that ends with a space continues (RFC 3676).

    `joined` means that this space is not part of the text (DelSp).
    """
    lines: list[str] = []
    goes_on = False
    for each in text.split("\n"):
        words = each.removeprefix(" ") if not each.startswith(">") else each
        following = each.endswith(" ") and each != _SIGNATURE and not each.startswith(">")
        if following and joined:
            words = words[:-1]
        if goes_on and not each.startswith(">"):
            lines[-1] += words
        else:
            lines.append(words)
        goes_on = following
    return "\n".join(each.rstrip() for each in lines)


def without_encoded_files(text: str) -> str:
    r"""Return a text with the name in place of each uuencoded file.

    >>> without_encoded_files("See:\nbegin 644 a.csv\n#86)C\n`\nend\nBye")
    'See:\nAttachment in the text, not read: a.csv\nBye'
    """
    if "begin " not in text or "\nend" not in text:
        return text
    lines: list[str] = []
    held: list[str] = []
    for each in text.split("\n"):
        if held and each == "end":
            lines.append(f"Attachment in the text, not read: {held[0].split(' ', 2)[2]}")
            held = []
        elif held and _ENCODED.fullmatch(each):
            held.append(each)
        else:
            lines += held
            held = [each] if _BEGIN.fullmatch(each) else []
            lines += [] if held else [each]
    return "\n".join([*lines, *held])
