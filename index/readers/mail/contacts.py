"""Reads address books (vCard 2.1 to 4.0, RFC 6350): a block of lines for each contact."""

import re
from binascii import a2b_qp
from collections.abc import Iterator
from dataclasses import dataclass

from citeback.index.errors import ReadError
from citeback.index.readers.common.blocks import Block, join_blocks, location
from citeback.index.readers.common.control_characters import clean, line, title
from citeback.index.readers.common.decode import decode
from citeback.index.records import Source

_FOLDED = re.compile(r"\n[ \t]")
_ESCAPED = re.compile(r"\\([\\;,nN:])")
_PARTS = re.compile(r"(?<!\\);")
_LABELS = {
    "ORG": "Organization",
    "TITLE": "Title",
    "ROLE": "Role",
    "TEL": "Phone",
    "EMAIL": "Email",
    "ADR": "Address",
    "BDAY": "Birthday",
    "ANNIVERSARY": "Anniversary",
    "NICKNAME": "Nickname",
    "URL": "Web",
    "IMPP": "Chat",
    "CATEGORIES": "Categories",
    "X-ABDATE": "Date",
    "X-ANNIVERSARY": "Anniversary",
    "RELATED": "Related",
    "X-ABRELATEDNAMES": "Related",
    "X-SPOUSE": "Spouse",
    "X-MANAGER": "Manager",
    "X-ASSISTANT": "Assistant",
    "X-SOCIALPROFILE": "Profile",
    "X-SKYPE": "Skype",
    "NOTE": "Note",
}
_KINDS = {
    "home": "home",
    "work": "work",
    "cell": "mobile",
    "mobile": "mobile",
    "fax": "fax",
    "pager": "pager",
}
_DAYS = {"BDAY", "ANNIVERSARY", "X-ABDATE", "X-ANNIVERSARY"}
_LABEL = "X-ABLABEL"
_NAMELESS = {"X-ABDATE", "X-ABRELATEDNAMES", "RELATED"}  # named only by a label
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:T.*)?")
_LABEL_CHARS = 100


@dataclass(frozen=True, slots=True)
class _Property:
    """A line of a card: its group and name, its parameters in lower case, and its value."""

    group: str
    name: str
    parameters: tuple[str, ...]
    value: str


def read(data: bytes, stem: str) -> Source:
    """Read the bytes of a vCard file; `stem` is the title.

    Raises:
        ReadError: the bytes are not text, or hold no contact.
    """
    cards = list(_cards(clean(decode(data).removeprefix("\ufeff"))))
    if not cards:
        raise ReadError("no contacts in this file: no card begins in it")
    joined = join_blocks(_block(card) for card in cards)
    return Source(text=joined.text, title=title(stem), kind="contacts", locations=joined.locations)


def _cards(text: str) -> Iterator[list[_Property]]:
    """Yield the properties of each card."""
    card: list[_Property] = []
    for each in _properties(text):
        if each.name in ("BEGIN", "END"):
            if card:
                yield card
            card = []
        else:
            card.append(each)
    if card:
        yield card


def _properties(text: str) -> Iterator[_Property]:
    lines = iter(_FOLDED.sub("", text).split("\n"))
    for each in lines:
        head, colon, value = _divided(each)
        name, *parameters = head.split(";")
        low = tuple(parameter.lower().replace(" ", "") for parameter in parameters)
        quoted = any("quoted-printable" in parameter for parameter in low)
        while quoted and value.endswith("="):
            value = value[:-1] + next(lines, "")
        if quoted:
            value = clean(decode(a2b_qp(value.encode())) if value.strip() else "")
        is_data = any(p in ("encoding=b", "encoding=base64", "base64") for p in low) or value.startswith(
            "data:"
        )
        if colon and not is_data:
            group, _, own = name.rpartition(".")
            yield _Property(
                group=group.strip().lower(), name=own.strip().upper(), parameters=low, value=value.strip()
            )


def _divided(text: str) -> tuple[str, str, str]:
    """Divide a line at its first colon outside quotation marks."""
    quoted = False
    for at, char in enumerate(text):
        quoted ^= char == '"'
        if char == ":" and not quoted:
            return text[:at], ":", text[at + 1 :]
    return text, "", ""


def _block(card: list[_Property]) -> Block:
    named = {each.name: each.value for each in reversed(card)}
    name = _unescaped(named.get("FN", "")) or _name(named.get("N", ""))
    lines = [f"Name: {name}"] if name else []
    labels = {each.group: _own_label(each.value) for each in card if each.group and each.name == _LABEL}
    lines += [
        f"{_shown_label(each, labels)}: {value}"
        for each in card
        if each.name in _LABELS and (value := _display_value(each))
    ]
    label = f"contact {line(name)[:_LABEL_CHARS].strip()}" if name else "contact"
    return Block("\n".join(lines), locations=location(label))


def _own_label(value: str) -> str:
    """Return a custom label; Apple's predefined ones are enclosed, as in `_$!<Spouse>!$_`."""
    return _unescaped(value).removeprefix("_$!<").removesuffix(">!$_")


def _shown_label(each: _Property, labels: dict[str, str]) -> str:
    own = labels.get(each.group, "")
    if own and each.name in _NAMELESS:
        return own
    return f"{_LABELS[each.name]} ({own})" if own else f"{_LABELS[each.name]}{_kind(each)}"


def _kind(each: _Property) -> str:
    words = {word for parameter in each.parameters for word in re.split("[=,]", parameter.replace('"', ""))}
    kinds = list(dict.fromkeys(kind for word, kind in _KINDS.items() if word in words))
    return f" ({', '.join(kinds)})" if kinds else ""


def _display_value(each: _Property) -> str:
    """Return a value as displayed, structured ones with commas."""
    if each.name in ("ADR", "ORG"):
        parts = (_unescaped(part) for part in _PARTS.split(each.value))
        return ", ".join(part for part in parts if part)
    if each.name in _DAYS and (match := _DAY.fullmatch(each.value)):
        return "-".join(match.groups())
    value = _unescaped(each.value)
    return value.removeprefix("tel:").removeprefix("mailto:") if each.name in ("TEL", "EMAIL") else value


def _name(structured: str) -> str:
    """Return a name given by its parts: family, given, further names, prefix, suffix."""
    parts = [_unescaped(part) for part in _PARTS.split(structured)] + [""] * 5
    return " ".join(filter(None, (parts[3], parts[1], parts[2], parts[0], parts[4])))


def _unescaped(text: str) -> str:
    return line(_ESCAPED.sub(lambda match: " " if match[1] in "nN" else match[1], text))
