"""Files for the phrases of the manual about mail, calendars, address books and notes."""

from collections.abc import Callable, Mapping
from email.message import EmailMessage
from types import MappingProxyType

from shown_file import WORDS, Shown, text


def a_mail(change: Callable[[EmailMessage], None] = lambda message: None) -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"] = "Osby", "Ada Holm <ada@example.org>"
    message.set_content("See below.")
    change(message)
    return message


def letter(change: Callable[[EmailMessage], None], words: str = WORDS) -> Shown:
    return Shown("a.eml", lambda: bytes(a_mail(change)), words)


def attached(name: str, data: bytes) -> Callable[[EmailMessage], None]:
    return lambda message: message.add_attachment(data, maintype="application", subtype="x", filename=name)


def note(content: str, more: str = "") -> Shown:
    return text(
        "a.enex",
        f"<en-export><note><title>Osby</title><content><![CDATA[<en-note>{content}</en-note>]]></content>{more}"
        "</note></en-export>",
    )


BREAK = "\nBEGIN:VEVENT\nSUMMARY:Osby\n"

LETTERS: Mapping[tuple[str, str, str], Shown] = MappingProxyType(
    {
        ("mail", "read", "headers"): letter(lambda m: None, "From: Ada Holm"),
        ("mail", "read", "plain text, or the page if it says more"): letter(
            lambda m: m.add_alternative(
                f"<p>There were {WORDS} on the quay this morning.</p>", subtype="html"
            )
        ),
        ("mail", "read", "forwarded messages"): letter(
            lambda m: m.add_attachment(a_mail(lambda n: n.set_content(WORDS)))
        ),
        ("mail", "read", "invitations"): letter(
            lambda m: m.add_attachment(
                f"BEGIN:VEVENT\nSUMMARY:{WORDS}\nEND:VEVENT\n", subtype="calendar", disposition="inline"
            )
        ),
        ("mail", "read", "attachments"): letter(attached("birds.txt", WORDS.encode())),
        ("mail", "listed", "attachments that are not read"): letter(
            attached("birds.mp3", b"x"), "sound or film"
        ),
        ("mail", "listed", "encrypted messages"): letter(
            attached("smime.p7m", b"x"), "an encrypted or signed message"
        ),
        ("mail", "listed", "files packed by Outlook"): letter(
            attached("winmail.dat", b"\x78\x9f\x3e\x22" + b"\0" * 9), "files packed by Outlook"
        ),
        ("mail", "passed over", "preview lines"): letter(
            lambda m: m.set_content(f"<div style='max-height:0'>{WORDS}</div><p>Osby.</p>", subtype="html")
        ),
        ("mail", "passed over", "deleted messages"): text(
            "a.mbox",
            f"From a Tue May 31 12:00:00 2022\nX-Mozilla-Status: 0009\nSubject: a\n\n{WORDS}\n\n"
            "From a Tue May 31 12:00:00 2022\nSubject: b\n\nOsby.\n",
        ),
        ("mail", "passed over", "encoded files in the text"): letter(
            lambda m: m.set_content("See:\nbegin 644 a.csv\n#86)C\n`\nend\n"), "#86)C"
        ),
        ("calendars", "read", "entries"): text("a.ics", f"BEGIN:VEVENT\nSUMMARY:{WORDS}\nEND:VEVENT\n"),
        ("calendars", "read", "what repeats"): text(
            "a.ics", f"{BREAK}RRULE:FREQ=WEEKLY\nEND:VEVENT\n", "weekly"
        ),
        ("calendars", "read", "whole days"): text(
            "a.ics", f"{BREAK}DTEND;VALUE=DATE:20260706\nEND:VEVENT\n", "End: 2026-07-05"
        ),
        ("calendars", "passed over", "reminders"): text(
            "a.ics", f"{BREAK}BEGIN:VALARM\nDESCRIPTION:{WORDS}\nEND:VALARM\nEND:VEVENT\n"
        ),
        ("calendars", "passed over", "changes of the clock"): text(
            "a.ics", f"BEGIN:VTIMEZONE\nSUMMARY:{WORDS}\nEND:VTIMEZONE{BREAK}END:VEVENT\n"
        ),
        ("address books", "read", "contacts"): text("a.vcf", f"BEGIN:VCARD\nFN:{WORDS}\nEND:VCARD\n"),
        ("address books", "read", "labels that a person gave"): text(
            "a.vcf", "BEGIN:VCARD\nFN:Ada\nitem1.TEL:7\nitem1.X-ABLabel:Boat\nEND:VCARD\n", "Phone (Boat): 7"
        ),
        ("address books", "listed", "files without a contact"): text(
            "a.vcf", "\n", "no contacts in this file"
        ),
        ("address books", "passed over", "pictures"): text(
            "a.vcf", "BEGIN:VCARD\nFN:Ada\nPHOTO;ENCODING=b:R0lG\nEND:VCARD\n", "R0lG"
        ),
        ("notes", "read", "notes"): note(f"<div>{WORDS}</div>"),
        ("notes", "read", "tags"): note("x", f"<tag>{WORDS}</tag>"),
        ("notes", "read", "boxes to tick"): Shown(
            "a.enex", note('<en-todo checked="true"/>herons').make, "☑ herons"
        ),
        ("notes", "read", "tasks"): note("x", f"<task><title>{WORDS}</title></task>"),
        ("notes", "read", "attached files"): note(
            "x",
            "<resource><data>c2V2ZW4gZ3JleSBoZXJvbnM=</data><resource-attributes><file-name>b.txt</file-name></resource-attributes></resource>",
        ),
        ("notes", "listed", "files that are not read"): Shown(
            "a.enex",
            note(
                "x",
                "<resource><data>eA==</data><resource-attributes><file-name>b.mp3</file-name></resource-attributes></resource>",
            ).make,
            "sound or film",
        ),
        ("notes", "passed over", "encrypted words"): note(f"<div>Osby <en-crypt>{WORDS}</en-crypt></div>"),
    }
)
"""Files by format, column and phrase of the table."""
