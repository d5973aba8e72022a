"""What is attached to mails is a document of its own, and whatever it is, the mail is read."""

import mailbox
import struct
import sys
from collections.abc import Sequence
from email import policy
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Any

import msgforge
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgforge._builder import _OleWriter
from olefile import OleFileIO
from olefile.olefile import STGTY_STORAGE
from samples import MORE, WORDS, all_samples, outlook, packed, pdf
from toy import ToyEncoder, loading

from citeback.index.errors import ReadError
from citeback.index.generations.store import Store
from citeback.index.readers import archive, nested_files, read, read_any
from citeback.index.readers.mail.attachments import file_name
from citeback.index.records import Source
from citeback.index.sandbox.pool import WorkerPool
from citeback.index.sandbox.worker import Worker
from citeback.index.sync.sync import sync

Files = Sequence[tuple[str, bytes]]


def mail(files: Files = (), said: str = "See what is attached.") -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"] = "Locks", "Ada Holm <ada@example.org>"
    message.set_content(said)
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message


def found(tmp_path: Path, data: bytes, name: str = "a.eml") -> dict[str, str]:
    """Return what became of a mail ("") and of each attachment: its text or the reason."""
    (tmp_path / name).write_bytes(data)
    members = read_any(tmp_path / name)
    if isinstance(members, Source):
        return {"": members.text}
    return {each.name: each.source.text if each.source else each.reason for each in members}


def test_a_mail_and_what_is_attached_to_it_are_documents_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(bytes(mail([("traffic.pdf", pdf()), ("notes.txt", b"Notes.")])))
    whole, notes, traffic = read_any(path)  # type: ignore[misc]
    assert (whole.name, notes.name, traffic.name) == ("", "notes.txt", "traffic.pdf")
    assert whole.source == read(path)
    assert traffic.source and traffic.source.author == "Ada Holm"
    start = traffic.source.text.index(MORE)
    assert traffic.source.location_at(start) == "page 2"


@pytest.mark.parametrize("suffix", [suffix for suffix in all_samples() if suffix != "a.eml"])
def test_every_format_is_read_as_an_attachment(tmp_path: Path, suffix: str) -> None:
    data = all_samples()[suffix]
    assert WORDS in found(tmp_path, bytes(mail([(f"x{suffix}", data)])))[f"x{suffix}"]


def test_a_mail_with_nothing_attached_is_one_document(tmp_path: Path) -> None:
    assert list(found(tmp_path, bytes(mail()))) == [""]


def test_attachments_of_a_mailbox_stand_by_their_message(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "in.mbox")
    for n in range(3):
        box.add(mail([("a.txt", b"Words %d." % n)] * (n != 1)))
    box.close()
    names = found(tmp_path, (tmp_path / "in.mbox").read_bytes(), "in.mbox")
    assert names.pop("").count("See what is attached.") == 3
    assert names == {"message 1/a.txt": "Words 0.", "message 3/a.txt": "Words 2."}


def test_attachments_of_an_outlook_message_are_read(tmp_path: Path) -> None:
    message = msgforge.Message("Locks", text_body="See what is attached.")
    message.attach_bytes("traffic.pdf", pdf())
    names = found(tmp_path, message.as_bytes(), "a.msg")
    assert "See what is attached." in names[""] and WORDS in names["traffic.pdf"]
    assert found(tmp_path, outlook(), "b.msg")["ships.pdf"] == "not a PDF"


def test_what_a_message_only_shows_or_is_signed_with_is_no_attachment(tmp_path: Path) -> None:
    message = mail([("chart.png", b"x")])
    for kind, name, shown in (
        ("image/png", "logo.png", "<logo@example.org>"),
        ("application/pgp-signature", "signature.asc", None),
        ("application/pdf", None, None),
    ):
        main, _, sub = kind.partition("/")
        message.add_attachment(
            b"x", maintype=main, subtype=sub, filename=name, cid=shown, disposition="inline"
        )
    names = found(tmp_path, bytes(message))
    names.pop("")
    assert names == {"attachment.pdf": "not a PDF", "chart.png": "not read: a picture (.png)"}


def test_mails_within_mails_are_looked_into_but_not_for_ever(tmp_path: Path) -> None:
    message = mail([("words.txt", b"Words.")], "innermost")
    for depth in range(4):
        message = mail([(f"in{depth}.eml", bytes(message))], f"Number {depth}.")
    names = found(tmp_path, bytes(message))
    deepest = "in3.eml!/in2.eml!/in1.eml"
    assert list(names) == ["", "in3.eml", "in3.eml!/in2.eml", deepest, f"{deepest}!/in0.eml"]
    assert "Number 0." in names[deepest]
    assert names[f"{deepest}!/in0.eml"] == "files within files, more than 3 deep"
    archived = packed({"a.eml": bytes(mail([("b.zip", packed({"words.txt": b"Words."}))]))})
    assert found(tmp_path, archived, "a.zip")["a.eml!/b.zip!/words.txt"] == "Words."


def test_a_forwarded_message_is_text_and_what_is_attached_to_it_is_attached(tmp_path: Path) -> None:
    message = mail()
    message.add_attachment(mail([("words.txt", b"Words.")], "It was forwarded."))
    names = found(tmp_path, bytes(message))
    assert "It was forwarded." in names[""] and names["words.txt"] == "Words."


def test_files_of_one_name_are_numbered_and_names_lead_nowhere(tmp_path: Path) -> None:
    files = [("a.txt", b"One."), ("a.txt", b"Two."), ("a (2).txt", b"Three."), ("../../etc/x.txt", b"Four.")]
    names = found(tmp_path, bytes(mail(files)))
    names.pop("")
    assert names == {"a.txt": "One.", "a (2).txt": "Two.", "a (2) (2).txt": "Three.", "x.txt": "Four."}


@given(st.text(max_size=300))
def test_a_name_is_one_line_without_folders_of_bounded_length(said: str) -> None:
    name = file_name(said, "application/pdf")
    assert 0 < len(name) <= 150 and name not in (".", "..")
    assert not set(name) & set("/\\\n\r\0")
    name.encode()


def test_of_more_attachments_than_are_read_the_mail_is_kept_and_the_rest_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nested_files, "MAX_ATTACHMENTS", 2)
    names = found(tmp_path, bytes(mail([(f"{n}.txt", b"Words.") for n in range(3)])))
    assert names["attachments"] == "more than 2 attachments: the others are not read"
    assert "See what is attached." in names[""] and {"0.txt", "1.txt"} < names.keys()


def test_a_large_attachment_is_told_by_its_size(tmp_path: Path) -> None:
    page = mail([("page.html", b"<p>" + b"x" * (8 * 2**20))])
    names = found(tmp_path, bytes(page))
    assert names["page.html"] == "too large: more than 8 MB"


CRASH = """
from citeback.index.readers import read_any
import citeback.index.readers as readers, os, sys
def read(path, **more):
    if "unread" not in more:
        os.abort()
    return read_any(path, **more)
readers.read_any = read
from citeback.index.sandbox.child import main
main()
"""


def test_a_mail_is_read_whatever_an_attachment_does_to_the_process(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(bytes(mail([("words.txt", b"Words.")])))
    with WorkerPool(lambda: Worker.start((sys.executable, "-P", "-c", CRASH)), count=1) as workers:
        whole, words = workers.read(tmp_path / "a.eml")  # type: ignore[misc]
    assert whole.source and "See what is attached." in whole.source.text
    assert words.reason == "the reader crashed: this, or another file attached to it"


def test_of_a_mail_with_too_many_files_the_mail_is_read(tmp_path: Path) -> None:
    many = packed({f"{n}.txt": b"Words." for n in range(archive.MAX_MEMBERS + 1)})
    (tmp_path / "a.eml").write_bytes(bytes(mail([("many.zip", many)])))
    with WorkerPool(count=1) as workers:
        whole, notice = workers.read(tmp_path / "a.eml")  # type: ignore[misc]
    assert whole.source
    assert (notice.name, notice.reason.partition(":")[0]) == ("many.zip", archive.TOO_MANY)


def test_members_of_a_mail_come_through_the_process_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(
        bytes(mail([("a.txt", b"Words."), ("b.pdf", b"x"), ("c.zip", packed({"d.md": b"# D"}))]))
    )
    with WorkerPool(count=1) as workers:
        assert workers.read(path) == read_any(path)


LONG = {
    "From": '"<' * 30_000,
    "To": "Ada Holm <ada@example.org>, " * 4_000,
    "Subject": "=?utf-8?b?QUJD?= " * 10_000,
    "X": "=?utf-8?b?Q?= " * 200,
    "Cc": "=?unknown?b?QUJD?= " * 200,
    "Content-Type": "text/plain;" + "a;" * 60_000,
    "Content-Disposition": "inline; " + "a=b;" * 30_000,
}


@pytest.mark.parametrize("name", LONG)
def test_a_header_that_goes_on_and_on_is_no_reason_to_wait(tmp_path: Path, name: str) -> None:
    """Parsed as a header, each of these takes from a minute to an hour."""
    data = f"{name}: {LONG[name]}\nX-Mailer: x\n\nThe words of the mail.".encode()
    assert found(tmp_path, data)[""].endswith("The words of the mail.")


def test_everyone_a_mail_was_sent_to_is_found(tmp_path: Path) -> None:
    people = ", ".join(f"Person {n} <p{n}@example.org>" for n in range(3_000))
    text = found(tmp_path, f"Subject: All\nTo: {people}\n\nWords.".encode())[""]
    assert all(f"<p{n}@example.org>" in text for n in range(3_000))


def test_a_mail_may_begin_with_a_mark_of_its_encoding(tmp_path: Path) -> None:
    assert found(tmp_path, b"\xef\xbb\xbf" + bytes(mail()))[""].startswith("Subject: Locks")


def test_what_is_no_mail_has_one_reason(tmp_path: Path) -> None:
    for name, data, reason in (("a.msg", b"x", "not an Outlook message"), ("b.mbox", b"x", "not a mailbox")):
        with pytest.raises(ReadError, match=reason):
            found(tmp_path, data, name)


# What makes the mails refuses names with line ends.
LINE_ENDS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
NAMES = st.text(st.characters(exclude_characters=LINE_ENDS, codec="utf-8"), min_size=1, max_size=9)
SMALL = st.lists(st.tuples(NAMES, st.binary(max_size=40)), max_size=4)
EDITS = st.lists(st.tuples(st.integers(0, 4000), st.binary(min_size=1, max_size=4)), max_size=6)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=SMALL, edits=EDITS)
def test_a_damaged_mail_is_read_or_refused_and_offsets_are_exact(
    tmp_path: Path, files: Files, edits: list[tuple[int, bytes]]
) -> None:
    inner = bytes(mail([("words.txt", WORDS.encode()), ("a.md", b"# A\n\nB.")]))
    made = mail([*files, ("in.eml", inner), ("ships.zip", packed({"ships.txt": WORDS}))])
    data = bytearray(made.as_bytes(policy=policy.SMTP if len(files) % 2 else policy.default))
    for at, piece in edits:
        data[at % len(data) : at % len(data) + len(piece)] = piece
    (tmp_path / "a.eml").write_bytes(data)
    try:
        members = read_any(tmp_path / "a.eml")
    except ReadError as error:
        assert edits and str(error)
        return
    if not isinstance(members, Source):
        assert all(each.source or each.reason for each in members)
    sources = [members] if isinstance(members, Source) else [each.source for each in members]
    for source in filter(None, sources):
        for heading in source.headings:
            assert heading.span.end <= len(source.text)
        assert all(place.start <= len(source.text) for place in source.locations)
    if not edits:
        names = [each.name for each in members]  # type: ignore[union-attr]
        assert len(names) == len(files) + 5
        assert names == sorted(set(names))


def test_a_sync_keeps_attachments_by_their_mail(tmp_path: Path) -> None:
    folder, store, encoder = tmp_path / "docs", Store(tmp_path / "store"), loading(ToyEncoder())
    folder.mkdir()
    (folder / "a.eml").write_bytes(bytes(mail([("words.txt", WORDS.encode()), ("b.pdf", b"x")])))
    first = sync(store, [folder], load=encoder)
    assert (first.added, [f.name for f in first.failed]) == (("a.eml",), ["a.eml!/b.pdf"])
    with store.current() as generation:
        assert [d.name for d in generation.documents] == ["a.eml", "a.eml!/words.txt"]
        assert generation.source("a.eml!/words.txt").text == WORDS
    assert not sync(store, load=encoder).published
    (folder / "a.eml").rename(folder / "b.eml")
    moved = sync(store, load=encoder)
    assert (moved.renamed, moved.deleted, moved.added) == ((("a.eml", "b.eml"),), (), ())
    with store.current() as generation:
        assert [d.name for d in generation.documents] == ["b.eml", "b.eml!/words.txt"]
    sync(store, load=encoder, again=["b.eml!/words.txt"])
    with store.current() as generation:
        assert [d.name for d in generation.documents] == ["b.eml", "b.eml!/words.txt"]
    (folder / "b.eml").unlink()
    emptied = sync(store, load=encoder, decide=lambda _: [str(folder)])
    assert emptied.deleted == ("b.eml", "b.eml!/words.txt")
    assert not store.check()


def embedding(outer: bytes, inner: bytes) -> bytes:
    """Return an Outlook message with another one attached, as Outlook stores it."""
    writer: Any = _OleWriter()  # type: ignore[no-untyped-call]

    def copy(data: bytes, parent: Any, is_file: bool) -> None:
        with OleFileIO(BytesIO(data)) as opened:
            storages = {(): parent}
            for path in sorted(opened.listdir(streams=True, storages=True), key=len):
                above = storages[tuple(path[:-1])]
                if opened.get_type(path) == STGTY_STORAGE:
                    storages[tuple(path)] = writer.add_storage(above, path[-1])
                    continue
                content = opened.openstream(path).read()
                if path == ["__properties_version1.0"]:
                    count = struct.pack("<I", 1)
                    content = content[:20] + count + content[24:] if is_file else content[:24] + content[32:]
                writer.add_stream(above, path[-1], content)

    copy(outer, writer.root, True)
    attachment = writer.add_storage(writer.root, "__attach_version1.0_#00000000")
    writer.add_stream(attachment, "__properties_version1.0", bytes(8))
    copy(inner, writer.add_storage(attachment, "__substg1.0_3701000D"), False)
    return bytes(writer.build())


def test_messages_attached_to_outlook_messages_are_part_of_them(tmp_path: Path) -> None:
    inner = msgforge.Message(
        "Pump", text_body="The pump was tested on Friday.", sender=("bo@example.org", "Bo")
    )
    inner.attach_bytes("depth.txt", b"It is 4 m deep.")
    outer = msgforge.Message("Fwd", text_body="See the message.")
    (tmp_path / "a.msg").write_bytes(embedding(outer.as_bytes(), inner.as_bytes()))
    result = read_any(tmp_path / "a.msg")
    assert not isinstance(result, Source)
    texts = {each.name: each.source.text if each.source else each.reason for each in result}
    assert texts["depth.txt"] == "It is 4 m deep."
    assert "See the message." in texts[""]
    assert 'Subject: Pump\nFrom: "Bo" <bo@example.org>' in texts[""]
    assert "The pump was tested on Friday." in texts[""]


@pytest.mark.parametrize(
    ("name", "data", "advice"),
    [
        ("winmail.dat", b"\x78\x9f\x3e\x22" + b"\0" * 40, "packed by Outlook"),
        ("smime.p7m", b"0\x82", "encrypted or signed message"),
        ("old.pst", b"!BDN", "export its folders as .mbox"),
        ("plan.pages", b"PK", "export it as .docx or PDF"),
    ],
)
def test_attachments_that_are_not_read_come_with_advice(
    tmp_path: Path, name: str, data: bytes, advice: str
) -> None:
    letter = EmailMessage()
    letter["Subject"] = "Plan"
    letter.set_content("See the plan.")
    letter.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    (tmp_path / "a.eml").write_bytes(bytes(letter))
    result = read_any(tmp_path / "a.eml")
    assert not isinstance(result, Source)
    assert advice in next(each.reason for each in result if each.name == name)
