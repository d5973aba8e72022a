"""Converts Office files from before 2007 to the current formats with LibreOffice, if it is installed.

LibreOffice runs in a process group of its own, under the limits of `limited`, with a profile and a folder
that exist for one file. Its settings forbid macros, links and active content. The group is killed if it takes
too long by the clock.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import quoteattr

from citeback.index.errors import FileNotOpened, ReadError
from citeback.index.files.safe_open import open_regular_file
from citeback.index.readers import MAX_BYTES
from citeback.index.readers.sniff import OLE
from citeback.index.sandbox.process import PATIENCE, module_command, module_environment

CURRENT = {
    **dict.fromkeys((".doc", ".dot"), ".docx"),
    **dict.fromkeys((".xls", ".xlt"), ".xlsx"),
    **dict.fromkeys((".ppt", ".pps", ".pot"), ".pptx"),
}
"""Maps suffixes of Office files from before 2007 to those of the current formats."""

SECONDS, MB_SECONDS = 60.0, 5.0
"""Limit of processor time for converting a file: a base, plus an amount per MB."""

_XCPU = int(getattr(signal, "SIGXCPU", 24))
_OUT_OF_TIME = (-_XCPU, 128 + _XCPU)  # return codes of a program that used it up, or of a shell around it
_PROGRAMS = (
    "soffice",
    "libreoffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
)
_VARIABLES = frozenset({"PATH", "PYTHONPATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT"})
_LONGEST_NAME = 200  # bytes
_MOST = MAX_BYTES["word"]
_SETTINGS = (
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Office.Calc/Content/Update", "Link", "2"),
)


def installed_office() -> str:
    """Return the path of the LibreOffice on this machine, "" if there is none."""
    return next((path for name in _PROGRAMS if (path := shutil.which(name))), "")


@dataclass(frozen=True, slots=True)
class OfficeConverter:
    """Converts files with LibreOffice; `find` returns the path of its program, "" if there is none.

    A small file may take `seconds` of processor time, and `patience` times as long by the clock.
    """

    find: Callable[[], str] = installed_office
    seconds: float = SECONDS
    patience: float = PATIENCE

    @contextmanager
    def converted(self, path: Path, root: str = "") -> Iterator[Path]:
        """Yield the path of a copy in the current format, or the file's own if it needs no conversion.

        If `root` is given, no symbolic link below it is followed. Files whose content is of another format
        are not converted, and none is without LibreOffice.

        Raises:
            ReadError: the file is too large, or LibreOffice cannot convert it in time.
        """
        suffix = CURRENT.get(path.suffix.lower())
        program = self.find() if suffix else ""
        data = _bytes(path, root) if program else b""
        if not suffix or not data.startswith(OLE):
            yield path
            return
        with self._converted(program, data, path) as result:
            yield result

    @contextmanager
    def converted_bytes(self, data: bytes, name: str) -> Iterator[Path]:
        """Yield the path of an old Office file in the current format; `name` is the file's name.

        Raises:
            ReadError: LibreOffice is not installed, or cannot convert the file in time.
        """
        program = self.find()
        if not program:
            raise ReadError("LibreOffice is not installed any more")
        with self._converted(program, data, Path(name)) as result:
            yield result

    @contextmanager
    def _converted(self, program: str, data: bytes, path: Path) -> Iterator[Path]:
        with TemporaryDirectory(prefix="citeback-") as folder:
            result = self._convert(program, data, path.suffix.lower(), Path(folder))
            name = os.fsdecode(os.fsencode(path.stem)[:_LONGEST_NAME])
            yield result.rename(Path(folder, f"{name}{CURRENT[path.suffix.lower()]}"))

    def _convert(self, program: str, data: bytes, old: str, folder: Path) -> Path:
        new = CURRENT[old]
        source, profile, results = folder / f"document{old}", folder / "profile", folder / "converted"
        source.write_bytes(data)
        _write_settings(profile / "user" / "registrymodifications.xcu")
        seconds = self.seconds + MB_SECONDS * len(data) / 2**20
        arguments = (
            f"-env:UserInstallation={profile.as_uri()}",
            *("--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck"),
            *("--convert-to", new.removeprefix("."), "--outdir", str(results), str(source)),
        )
        _run(_limited(seconds, program, *arguments), seconds * self.patience, folder)
        result = results / f"document{new}"
        if not result.is_file():
            raise ReadError("LibreOffice cannot convert it: it is damaged, or needs a password")
        return result


def _limited(seconds: float, *command: str) -> tuple[str, ...]:
    """Return the command that runs another under limits; there are none on Windows."""
    if os.name == "nt":
        return command
    return (*module_command("citeback.index.sandbox.limited"), str(int(seconds) + 1), *command)


def _run(command: tuple[str, ...], seconds: float, folder: Path) -> None:
    """Run a command; kill its process group at the time limit, and any processes left at its end."""
    process = subprocess.Popen(  # noqa: S603  LibreOffice, with arguments of our own
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=_environment(folder),
        start_new_session=True,
    )
    try:
        used_up = process.wait(seconds) in _OUT_OF_TIME
    except subprocess.TimeoutExpired:
        raise ReadError(f"LibreOffice took longer than {seconds:.0f} s to convert it") from None
    finally:
        _kill_group(process)
    if used_up:
        raise ReadError("LibreOffice needs too much processor time to convert it")


def _environment(folder: Path) -> dict[str, str]:
    """Return the few variables that the program needs, with `folder` for all that it writes."""
    needed = {name: value for name, value in module_environment().items() if name in _VARIABLES}
    return needed | dict.fromkeys(("HOME", "TMPDIR", "TMP", "TEMP"), str(folder))


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        process.kill()
    else:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _write_settings(path: Path) -> None:
    path.parent.mkdir(parents=True)
    items = "".join(
        f"<item oor:path={quoteattr('/org.openoffice.' + where)}>"
        f'<prop oor:name={quoteattr(name)} oor:op="fuse"><value>{value}</value></prop></item>'
        for where, name, value in _SETTINGS
    )
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry"'
        ' xmlns:xs="http://www.w3.org/2001/XMLSchema"'
        f' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{items}</oor:items>',
        encoding="utf-8",
    )


def _bytes(path: Path, root: str) -> bytes:
    try:
        with open_regular_file(path, root) as file:
            data = file.read(_MOST + 1)
    except (OSError, ValueError) as error:
        raise FileNotOpened(f"cannot be opened: {getattr(error, 'strerror', None) or error}") from error
    if len(data) > _MOST:
        raise ReadError(f"too large: more than {_MOST // 2**20} MB")
    return data
