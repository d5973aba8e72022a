"""Whatever is done to a folder, in whatever order: incremental equals fresh, and twice is once."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from snapshot import contents
from toy import ToyEncoder, loading, never, read

from citeback.index.generations.rollback import rollback
from citeback.index.generations.store import Store
from citeback.index.sync.missing_files import MissingFolder
from citeback.index.sync.sync import sync

NAMES = ("a.txt", "b.txt", "sub/a.txt", "sub/b.txt", "z/y/x.txt")
PARAGRAPHS = ("Red fish.", "Blue fish. One more.", "3,000 men at Tartus.", "Ü and 東京.", " ", "broken")


@dataclass(frozen=True)
class Write:
    name: str
    paragraphs: tuple[str, ...]

    def do(self, folder: Path) -> None:
        path = folder / self.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n\n".join(self.paragraphs))


@dataclass(frozen=True)
class Delete:
    name: str

    def do(self, folder: Path) -> None:
        (folder / self.name).unlink(missing_ok=True)


@dataclass(frozen=True)
class Rename:
    name: str
    to: str

    def do(self, folder: Path) -> None:
        if (folder / self.name).exists():
            (folder / self.to).parent.mkdir(parents=True, exist_ok=True)
            (folder / self.name).replace(folder / self.to)


Edit = Write | Delete | Rename
name = st.sampled_from(NAMES)
writes = st.builds(Write, name, st.lists(st.sampled_from(PARAGRAPHS), max_size=4).map(tuple))
edits = st.lists(writes | st.builds(Delete, name) | st.builds(Rename, name, name), max_size=4)


@dataclass(frozen=True)
class Round:
    """Edits, and whether the store is taken back to an earlier generation before they are synced."""

    edits: tuple[Edit, ...]
    back: bool


many = st.lists(st.builds(Round, edits.map(tuple), st.booleans()), min_size=1, max_size=4)


def emptied(asked: Sequence[MissingFolder]) -> list[str]:
    """Return that the documents of every folder that is empty now are to go."""
    return [absent.folder for absent in asked]


@settings(max_examples=16, deadline=None)
@given(many)
def test_incremental_equals_fresh_and_twice_is_once(rounds: Sequence[Round]) -> None:
    with TemporaryDirectory() as directory:
        folder, store = Path(directory) / "docs", Store(Path(directory) / "store")
        folder.mkdir()
        for round_ in rounds:
            if round_.back and len(store.numbers()) > 1:
                rollback(store)
            for edit in round_.edits:
                edit.do(folder)
            report = sync(store, [folder], load=loading(ToyEncoder()), read=read, decide=emptied)
            again = sync(store, [folder], load=never, read=read, decide=emptied)
            assert (again.generation, again.published) == (report.generation, False)
        fresh = Store(Path(directory) / "fresh")
        sync(fresh, [folder], load=loading(ToyEncoder()), read=read)
        with store.current() as one, fresh.current() as other:
            assert contents(one) == contents(other)
            assert one.check() == other.check() == []
            here = {path.relative_to(folder).as_posix() for path in folder.rglob("*.txt")}
            assert here == {d.name for d in one.documents} | {f.name for f in one.failures}
            # What was deleted is not retrieved: every row there is stands in its file as that is now.
            for row in one.chunks(range(len(one))):
                assert one.text(row.row) in (folder / row.document).read_text()
        rmtree(directory, ignore_errors=True)
