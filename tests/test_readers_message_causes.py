"""Causes of faults in mail, mailboxes, calendars, contacts and notes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeback.index.readers.mail import calendar, contacts, mail, notes
from citeback.index.readers.mail.plain_body import unflowed, without_encoded_files


def test_flowed_lines_may_end_with_a_space_that_is_no_part_of_them() -> None:
    assert unflowed("https://x.org/har \nbour is  \nopen.", joined=True) == "https://x.org/harbour is open."
    assert unflowed("It is \nopen.") == "It is open."


@given(st.text(alphabet="ab \n`begin64en", max_size=80))
def test_text_without_an_encoded_file_is_unchanged(text: str) -> None:
    assert without_encoded_files(text) == text or "\nend" in text


AMP = (
    "Subject: T\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=B\n\n--B\n"
    "Content-Type: text/plain\n\nSee the web.\n--B\nContent-Type: text/x-amp-html\n\n<html amp4email>"
    f"<body>{'Choose a seat. ' * 9}</body></html>\n--B\n"
    "Content-Type: text/html\n\n<p>Your seat is 14C, see you.</p>\n--B--\n"
)


def test_the_part_of_a_mail_with_scripts_is_not_its_text() -> None:
    text = mail.read(AMP.encode(), "m").text
    assert "14C" in text
    assert "Choose" not in text


@pytest.mark.parametrize(
    ("flags", "seen"), [("0009", False), ("0008", False), ("0001", True), ("none", True)]
)
def test_deleted_messages_of_a_mailbox_are_not_read(flags: str, seen: bool) -> None:
    kept = "From a Tue May 31 12:00:00 2022\nSubject: B\n\nOpen.\n>From Monday on.\n"
    box = f"From a Tue May 31 12:00:00 2022\nX-Mozilla-Status: {flags}\nSubject: A\n\nSecret.\n\n{kept}"
    text = mail.box(box.encode(), "b").text
    assert ("Secret." in text) is seen
    assert "\nFrom Monday on." in text


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("DTEND;VALUE=DATE:20260706", "End: 2026-07-05"),
        ("DTEND:20260706T100000", "End: 2026-07-06 10:00"),
        ("DURATION:PT1H30M", "Duration: 1 h 30 min"),
        ("DURATION:P1DT2H", "Duration: 1 day 2 h"),
        ("COMMENT:Bring a vest", "Comment: Bring a vest"),
        ("DESCRIPTION:<b>Bring</b> the log", "Description: Bring the log"),
        ("EXDATE:20260706T100000,20260713T100000", "Except: 2026-07-06 10:00, 2026-07-13 10:00"),
    ],
)
def test_entries_of_a_calendar_are_as_a_person_sees_them(line: str, shown: str) -> None:
    assert calendar.calendar_text(f"BEGIN:VEVENT\n{line}\nEND:VEVENT") == shown


def test_labels_that_a_person_gave_name_what_a_contact_has() -> None:
    card = (
        "BEGIN:VCARD\nFN:Ada\nitem1.TEL:+46\nitem1.X-ABLabel:Boat\nitem2.X-ABRELATEDNAMES:Bo\n"
        "item2.X-ABLabel:_$!<Spouse>!$_\nEND:VCARD"
    )
    assert contacts.read(card.encode(), "c").text == "Name: Ada\nPhone (Boat): +46\nSpouse: Bo"


def test_tasks_of_notes_show_whether_they_are_done() -> None:
    item = '<li style="--en-checked:{};"><div>{}</div></li>'
    content = f"<en-note><ul>{item.format('true', 'Grease')}{item.format('false', 'Test')}</ul></en-note>"
    task = "<task><title>Call</title><taskStatus>open</taskStatus><dueDate>20260417T090000Z</dueDate></task>"
    export = f"<en-export><note><content><![CDATA[{content}]]></content>{task}</note></en-export>"
    assert notes.read(export.encode(), "n").text == "☑ Grease\n☐ Test\n\n☐ Call, due 2026-04-17"


def test_doubly_encoded_mail_is_repaired() -> None:
    head = "Subject: x\nContent-Type: text/plain; charset=utf-8\n\n"
    assert mail.read(f"{head}BÃ¥ten gÃ¥r.".encode(), "m").text.endswith("Båten går.")
    assert mail.read(f"{head}Båten kostar 5 Ã.".encode(), "m").text.endswith("Båten kostar 5 Ã.")
