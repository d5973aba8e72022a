"""Faults reported in mail, calendars and address books: threads, files and what is right.

What is right was decided before the files were read.
"""

from collections.abc import Callable, Mapping
from email.message import EmailMessage

import msgforge
from reported_file import Reported


def eml(*lines: str | bytes) -> Callable[[], bytes]:
    return b"\r\n".join(each if isinstance(each, bytes) else each.encode() for each in lines).__bytes__


def named() -> bytes:
    name = "=?UTF-8?Q?Zarz=C4=85dzenie_o_odmowie_dopuszczenia_SOWP_do_ud?=\r\n\t=?UTF-8?Q?zia=C5=82u=2Etxt?="
    return (
        "Subject: Osby\r\nFrom: ada@example.org\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSee below.\r\n"
        f'--b\r\nContent-Type: text/plain;\r\n\tname="{name}"\r\n'
        f'Content-Disposition: attachment;\r\n\tfilename="{name}"\r\n\r\nThe appeal was refused.\r\n--b--\r\n'
    ).encode()


def bounce() -> bytes:
    inner = EmailMessage()
    inner["Subject"], inner["From"] = "Crane", "Ada Holm <ada@example.org>"
    inner.set_content("The crane is tested on Friday by Bo Ström.", charset="iso-8859-1")
    return (
        b"Subject: Undelivered Mail Returned to Sender\r\nFrom: MAILER-DAEMON@example.org\r\n"
        b"MIME-Version: 1.0\r\n"
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nYour message could not be delivered.\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n"
        b"Final-Recipient: rfc822; bo@example.org\r\nStatus: 5.1.1\r\n"
        b"Diagnostic-Code: smtp; 550 5.1.1 mailbox unavailable\r\n\r\n"
        b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + bytes(inner) + b"\r\n--b--\r\n"
    )


def western_msg() -> bytes:
    """Return a message whose HTML body is in windows-1252, as its code page says and its markup does not."""
    data = msgforge.Message("Prices", html_body="<p>Größe: neun, Preis: fünf.</p>").as_bytes()
    for char in "öüß":
        data = data.replace(char.encode(), char.encode("cp1252") + b" ")
    at = data.index(bytes.fromhex("0300DE3F")) + 8  # the code page of the markup
    data = data[:at] + (1252).to_bytes(4, "little") + data[at + 4 :]
    for plain, other in (("1000001F", "6000001F"), ("10090102", "60090102")):  # only the markup is left
        data = data.replace(plain.encode("utf-16-le"), other.encode("utf-16-le"))
        key, new = (bytes.fromhex(each)[::-1] for each in (plain, other))
        data = data.replace(key, new)
    return data


CARD = (
    "BEGIN:VCARD\r\nVERSION:2.1\r\n"
    "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;=57=6F=6C=6C=6B=6E=C3=A4=75=65=6C=20=45=\r\n=50;;;\r\n"
    "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=57=6F=6C=6C=6B=6E=C3=A4=75=65=6C=20=45=\r\n=50\r\n"
    "ADR;WORK;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;;=53=74=72=61=C3=9F=65=20=31=30;Osby;;;\r\n"
    "TEL;CELL:+123456\r\nNOTE;ENCODING=QUOTED-PRINTABLE:Has the key=0D=0Aof the mill.\r\nEND:VCARD\r\n"
)


INLINE_BODY = (
    "Subject: Crane", "From: ada@example.org", "MIME-Version: 1.0",
    'Content-Type: multipart/alternative; boundary="b"', "",
    "--b", "Content-Type: text/plain; charset=utf-8; format=flowed; DelSp=Yes", "Content-Disposition: inline",
    "Content-Description: Message en texte brut", "", "The crane is tested on Friday.", "",
    "--b", "Content-Type: text/html; charset=utf-8", "Content-Disposition: inline", "",
    "<div>The crane is tested on Friday.</div>", "--b--",
)  # fmt: skip


META_CHARSET = (
    "Subject: Gr", "From: ada@example.org", "MIME-Version: 1.0", "Content-Type: text/html",
    "Content-Transfer-Encoding: quoted-printable", "",
    '<html><head><meta http-equiv=3D"Content-Type" content=3D"text/html; charset=',
    '=3Diso-8859-1"></head><body><p>S=F8ren k=F8rte p=E5 broen.</p></body></html>',
)  # fmt: skip


BAD_START = (
    ">From daemon Tue Sep 29 12:22:20 2026", "Subject: Crane", "From: ada@example.org", "",
    "It is tested on Friday.",
)  # fmt: skip


BAD_HEADER = (
    "Subject: Crane", "From: ada@example.org", "this line is no header", "To: bo@example.org",
    "Content-Type: text/plain", "", "It is tested on Friday.",
)  # fmt: skip


CONDITIONAL = (
    "Subject: Fees", "From: ada@example.org", "MIME-Version: 1.0",
    "Content-Type: text/html; charset=utf-8", "",
    "<html><body><!--[if mso]><p>Outlook only</p><![endif]--><!--[if !mso]><!--><p>The fee is 34 euros.</p>",
    "<!--<![endif]--><![if !mso]><p>It is due in June.</p><![endif]></body></html>",
)  # fmt: skip


TWO_TEXTS = (
    "Subject: Ice", "From: ada@example.org", "MIME-Version: 1.0",
    'Content-Type: multipart/mixed; boundary="b"', "",
    "--b", "Content-Type: text/plain", "", "The ice house is shut.",
    "--b", "Content-Type: text/plain", "Content-Disposition: inline", "",
    "Sent through the list of the harbour.", "--b--",
)  # fmt: skip


EVENTS = "\r\n".join((
    "BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", "DTSTART:20260504T220000Z", "SUMMARY:Tide watch",
    "LOCATION:Mill Lane 119\\nOsby   0451-77 fax ", " : 0451-78",
    'ATTENDEE;CN="Ek; Bo";X-RESPONSE-COMMENT="late: at nine":mailto:bo@example.org',
    "DESCRIPTION:Bring: rope\\; lamp\\, oil.", "END:VEVENT", "BEGIN:VTODO",
    "DUE;TZID=Europe/Amsterdam:20260510T230601", "SUMMARY:Paint the shed that ", " stands by the mill",
    "END:VTODO", "END:VCALENDAR", "",
))  # fmt: skip


CARD4 = "\r\n".join((
    "BEGIN:VCARD", "VERSION:4.0", "N:Ek\\, junior;Bo;;;", "FN:Bo Ek\\, junior", "item1.TEL:+46 451 77",
    "item1.X-ABLabel:boat house", "PHOTO:data:image/png;base64," + "iVBORw0KGgo" * 30, "END:VCARD", "",
))  # fmt: skip


MESSAGES: Mapping[str, Reported] = {
    "folded-subject.eml": Reported(
        "python/cpython#79728",
        eml(
            "Subject: =?UTF-8?B?UHLDvGZ1bmcgZGVyIFNjaGw=?=",
            " =?UTF-8?Q?euse_f=C3?=",
            " =?UTF-8?Q?=BCr_Osby?=",
            "From: ada@example.org",
            "Content-Type: text/plain; charset=utf-8",
            "",
            "It is on Friday.",
        ),
        ("Subject: Prüfung der Schleuse für Osby", "It is on Friday."),
    ),
    "raw-subject.eml": Reported(
        "nodemailer/mailparser#351",
        eml(
            b"Subject: " + "发信方已撤回邮件".encode("gb18030"),
            "From: ada@example.org",
            "Content-Type: text/plain; charset=gb18030",
            "Content-Transfer-Encoding: 8bit",
            "",
            "渡船七点从北码头开出。".encode("gb18030"),
        ),
        ("发信方已撤回邮件", "渡船七点从北码头开出。"),
    ),
    "encoded-name.eml": Reported(
        "SpamScope/mail-parser#26",
        named,
        ("Zarządzenie o odmowie dopuszczenia SOWP do udziału.txt", "The appeal was refused."),
        ("=?UTF-8",),
    ),
    "bounce.eml": Reported(
        "GOVCERT-LU/eml_parser#38",
        bounce,
        ("could not be delivered", "550 5.1.1 mailbox unavailable", "tested on Friday by Bo Ström"),
    ),
    "western.msg": Reported("hrbrmstr/msgxtractr#4", western_msg, ("Grö ß e: neun, Preis: fü nf.",)),
    "card.vcf": Reported(
        "skarim/vobject#160, #152, mozjag in jowave/vcard2to3#5",
        CARD.encode,
        ("Wollknäuel EP", "Straße 10", "+123456", "Has the key"),
        ("=57", "=50", "=0D"),
    ),
    "inline-body.eml": Reported(
        "MQpeng/eml-parse-js#52, sepinf-inc/IPED#330",
        eml(*INLINE_BODY),
        once=("The crane is tested on Friday.",),
    ),
    "meta-charset.eml": Reported("nodemailer/mailparser#370", eml(*META_CHARSET), ("Søren kørte på broen.",)),
    "bad-start.eml": Reported(
        "GOVCERT-LU/eml_parser#24",
        eml(*BAD_START),
        ("Subject: Crane", "It is tested on Friday."),
        ("daemon",),
    ),
    "bad-header.eml": Reported(
        "GOVCERT-LU/eml_parser#10",
        eml(*BAD_HEADER),
        ("Subject: Crane", "To: bo@example.org", "It is tested on Friday."),
        ("Content-Type",),
    ),
    "conditional.eml": Reported(
        "mazira/rtf-stream-parser (conditional comments)",
        eml(*CONDITIONAL),
        ("The fee is 34 euros.", "It is due in June."),
        ("Outlook only", "[if", "endif"),
    ),
    "two-texts.eml": Reported(
        "sepinf-inc/IPED#330",
        eml(*TWO_TEXTS),
        ("The ice house is shut.", "Sent through the list of the harbour."),
    ),
    "events.ics": Reported(
        "ics-py/ics-py#185, #193, #290",
        EVENTS.encode,
        (
            "Tide watch",
            "0451-77 fax : 0451-78",
            "Bring: rope; lamp, oil.",
            "2026-05-10 23:06",
            "Paint the shed that stands by the mill",
        ),
        ("\\;", "\\,", "mailto:"),
    ),
    "card4.vcf": Reported(
        "u01jmg3/ics-parser#111 (cards)",
        CARD4.encode,
        ("Bo Ek, junior", "boat house"),
        ("iVBOR", "\\,"),
        once=("+46 451 77",),
    ),
}
