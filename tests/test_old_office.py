"""Office files from before 2007: converted by LibreOffice, or by a double of it."""

import shutil
import stat
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path
from textwrap import dedent

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import WORDS, packed, saved, word

from citeback.index.errors import ReadError
from citeback.index.readers.sniff import OLE
from citeback.index.records import ArchiveMember, Source
from citeback.index.sandbox import old_members
from citeback.index.sandbox.old_office import CURRENT, OfficeConverter, installed_office
from citeback.index.sandbox.pool import WorkerPool

SOFFICE = installed_office()


def double(folder: Path, body: str) -> OfficeConverter:
    """Return a converter whose program is a script; `log`, `folder` and `result` are at hand in its body."""
    program, log = folder / "soffice", folder / "log"
    script = f"""\
        #!{sys.executable}
        import os, pathlib, shutil, subprocess, sys, time
        log, folder = pathlib.Path({str(log)!r}), pathlib.Path({str(folder)!r})
        out = pathlib.Path(sys.argv[sys.argv.index("--outdir") + 1])
        source = pathlib.Path(sys.argv[-1])
        form = sys.argv[sys.argv.index("--convert-to") + 1]
        result = out / f"{{source.stem}}.{{form}}"
        os.makedirs(out, exist_ok=True)
        """
    program.write_text(dedent(script) + dedent(body))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return OfficeConverter(lambda: str(program), seconds=20)


def old(folder: Path, name: str = "Plan för 2004.doc", more: bytes = b"\0" * 600) -> Path:
    path = folder / name
    path.write_bytes(OLE + more)
    return path


def test_a_converted_file_is_read_under_its_own_name(tmp_path: Path) -> None:
    untitled = docx.Document()
    untitled.add_paragraph(WORDS)
    (tmp_path / "good").write_bytes(saved(untitled.save))
    converter = double(tmp_path, "shutil.copy(folder / 'good', result)\nlog.write_text(repr(sys.argv))")
    with WorkerPool(count=1, converter=converter) as pool:
        source = pool.read(old(tmp_path))
    assert isinstance(source, Source)
    assert WORDS in source.text
    assert source.title == "Plan för 2004"
    arguments = (tmp_path / "log").read_text()
    assert "'--headless'" in arguments
    assert "-env:UserInstallation=file://" in arguments
    assert str(tmp_path) not in arguments.partition("'--convert-to'")[2].partition("'--outdir'")[0]


def test_the_program_has_limits_settings_and_no_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    converter = double(
        tmp_path,
        """
        import resource
        settings = next(source.parent.rglob("registrymodifications.xcu")).read_text()
        limits = [resource.getrlimit(kind)[1] for kind in (resource.RLIMIT_DATA, resource.RLIMIT_FSIZE)]
        log.write_text(f"{limits} {sorted(os.environ)} {settings}")
        """,
    )
    with pytest.raises(ReadError, match="damaged, or needs a password"), converter.converted(old(tmp_path)):
        pass
    seen = (tmp_path / "log").read_text()
    assert "-1" not in seen.partition("]")[0]
    assert "OPENAI" not in seen
    assert "DisableMacrosExecution" in seen
    assert "BlockUntrustedRefererLinks" in seen


def test_a_program_that_hangs_is_killed_with_its_children(tmp_path: Path) -> None:
    converter = double(
        tmp_path,
        """
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        log.write_text(str(child.pid))
        time.sleep(600)
        """,
    )
    hasty = OfficeConverter(converter.find, seconds=2, patience=2)
    with pytest.raises(ReadError, match="took longer than 4 s"), hasty.converted(old(tmp_path, more=b"")):
        pass
    status = Path("/proc") / (tmp_path / "log").read_text() / "status"
    assert not status.exists() or "zombie" in status.read_text()


def test_a_program_that_uses_up_its_processor_time_is_ended(tmp_path: Path) -> None:
    converter = double(tmp_path, "while True: pass")
    hasty = OfficeConverter(converter.find, seconds=1, patience=60)
    with pytest.raises(ReadError, match="too much processor time"), hasty.converted(old(tmp_path)):
        pass


def test_nothing_that_the_program_wrote_is_left(tmp_path: Path) -> None:
    converter = double(tmp_path, "result.write_bytes(b'PK')\nlog.write_text(str(source.parent))")
    with converter.converted(old(tmp_path)) as path:
        assert path.read_bytes() == b"PK"
    assert not Path((tmp_path / "log").read_text()).exists()


@pytest.mark.parametrize("data", [b"{\\rtf1 In 2022, 412 ships passed the canal.}", b"plain"])
def test_what_only_has_the_suffix_is_not_converted(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.doc"
    path.write_bytes(data)
    with double(tmp_path, "log.write_text('ran')").converted(path) as current:
        assert current == path
    assert not (tmp_path / "log").exists()


@pytest.mark.parametrize("suffix", CURRENT)
def test_without_the_program_a_person_is_told_what_to_do(tmp_path: Path, suffix: str) -> None:
    absent = OfficeConverter(lambda: "")
    with WorkerPool(count=1, converter=absent) as pool, pytest.raises(ReadError) as error:
        pool.read(old(tmp_path, f"a{suffix}"))
    assert "install LibreOffice" in str(error.value)
    assert CURRENT[suffix] in str(error.value)


@pytest.mark.skipif(not SOFFICE, reason="LibreOffice is not installed: only its double is tested")
def test_libreoffice_itself_converts_a_document(tmp_path: Path) -> None:
    (tmp_path / "traffic.docx").write_bytes(word())
    profile = (tmp_path / "profile").as_uri()
    arguments = (
        f"-env:UserInstallation={profile}",
        "--headless",
        "--convert-to",
        "doc",
        "--outdir",
        str(tmp_path),
    )
    subprocess.run([SOFFICE, *arguments, str(tmp_path / "traffic.docx")], check=True, capture_output=True)
    shutil.rmtree(tmp_path / "profile")
    with WorkerPool(count=1) as pool:
        source = pool.read(tmp_path / "traffic.doc")
    assert isinstance(source, Source)
    assert WORDS in source.text
    assert (source.title, source.kind) == ("Traffic", "word")


GOOD = "shutil.copy(folder / 'good', result)"


def converter_to(folder: Path, body: str = GOOD) -> OfficeConverter:
    (folder / "good").write_bytes(word())
    return double(folder, body)


def members_of(folder: Path, name: str, data: bytes, converter: OfficeConverter) -> dict[str, str]:
    """Return the text of each member of a file, or the reason why it has none."""
    (folder / name).write_bytes(data)
    with WorkerPool(count=1, converter=converter) as pool:
        result = pool.read(folder / name)
    assert not isinstance(result, Source)
    return {each.name: each.source.text if each.source else each.reason for each in result}


def test_old_files_within_archives_and_mails_are_converted_too(tmp_path: Path) -> None:
    letter = EmailMessage()
    letter["Subject"] = "Plan"
    letter.set_content("See the plan.")
    letter.add_attachment(OLE + b"\0" * 600, maintype="application", subtype="msword", filename="plan.doc")
    archive = packed(
        {"in/old.xls": OLE + b"\0" * 600, "new.txt": b"Twelve boats.", "mail.eml": bytes(letter)}
    )
    texts = members_of(tmp_path, "a.zip", archive, converter_to(tmp_path))
    assert sorted(texts) == ["in/old.xls", "mail.eml", "mail.eml!/plan.doc", "new.txt"]
    assert WORDS in texts["mail.eml!/plan.doc"]
    assert "See the plan." in texts["mail.eml"]


def test_members_that_cannot_be_converted_are_listed_and_no_more_than_some_are_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(old_members, "MOST_CONVERTED", 2)
    names = [f"{n}.doc" for n in range(4)]
    archive = packed({name: OLE + name.encode() for name in names})
    body = "log.open('a').write('x')\nif source.read_bytes().endswith(b'1.doc'): sys.exit(1)\n" + GOOD
    texts = members_of(tmp_path, "a.zip", archive, converter_to(tmp_path, body))
    assert WORDS in texts["0.doc"]
    assert "LibreOffice cannot convert it" in texts["1.doc"]
    assert texts["2.doc"] == texts["3.doc"] == old_members.TOO_MANY
    assert (tmp_path / "log").read_text() == "xx"


def test_members_without_old_contents_are_not_converted(tmp_path: Path) -> None:
    texts = members_of(tmp_path, "a.zip", packed({"a.doc": b"plain"}), converter_to(tmp_path, "1 / 0"))
    assert "install LibreOffice" in texts["a.doc"]


@given(st.lists(st.sampled_from(["a.doc", "b.txt", "c!/d.xls", "e.doc!/f.ppt"]), unique=True))
def test_every_member_stays_one_member(names: list[str]) -> None:
    members = tuple(ArchiveMember(name, None, "1", "no") for name in names)
    converter = OfficeConverter(lambda: "soffice")

    def fetch(name: str) -> bytes:
        raise ReadError(f"gone: {name}")

    result = old_members.with_old_members(members, converter, fetch, lambda path: ())
    assert not isinstance(result, Source)
    assert [each.name for each in result] == names
    assert all(each.reason == f"gone: {each.name}" for each in result if not each.name.endswith("txt"))
