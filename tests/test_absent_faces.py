"""What a person is told of a folder whose disk seems to be missing, and how it is decided."""

import os
import sys
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from shutil import rmtree

import pytest
from parsed import Parsed
from toy import ToyEncoder, loading, read
from typed import Typed, process

from citeback.index.errors import StoreError
from citeback.index.generations.store import Store
from citeback.index.records import Document, Failure
from citeback.index.sandbox.pool import WorkerPool
from citeback.index.sync.missing_files import NOW_EMPTY, MissingFolder
from citeback.index.sync.report import ProgressCallback, SyncReport, ignore_progress
from citeback.index.sync.sync import sync
from citeback.page.presenters.documents import FolderHandlers
from citeback.page.state.folders import StoreFolder
from citeback.page.views import documents
from citeback.rag.corpus import Corpus

AT = ("--store",)


class Unsent:
    """No files were sent."""

    def files(self, owner: str, keys: Iterable[str]) -> Mapping[str, Path]:
        raise AssertionError(f"{owner} sent {list(keys)}")

    def discard(self, owner: str, keys: Iterable[str]) -> None:
        raise AssertionError(f"{owner} sent {list(keys)}")


class Kept:
    """A folder of two documents that is indexed, then empty."""

    def __init__(self, place: Path) -> None:
        self.docs, self.store = place / "docs", Store(place / "store")
        self.docs.mkdir()
        for name in ("a", "b"):
            (self.docs / f"{name}.txt").write_text(f"Text of {name}.")
        self.sync()
        self.asked = f"The folder {self.docs} is empty now."

    def sync(
        self,
        watch: ProgressCallback = ignore_progress,
        folders: Sequence[str] = (),
        *_: object,
        **given: object,
    ) -> SyncReport:
        gone = given.get("gone") or (_[1] if len(_) > 1 else ())
        return sync(
            self.store,
            folders or [self.docs],
            load=loading(ToyEncoder()),
            read=read,
            progress=watch,
            decide=lambda _: gone,  # type: ignore[arg-type, return-value]
        )

    def empty(self) -> None:
        rmtree(self.docs)
        self.docs.mkdir()

    def documents(self) -> list[str]:
        with self.store.current() as now:
            return [document.name for document in now.documents]


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    made = Kept(tmp_path)
    made.empty()
    return made


class TestTyped:
    """In the terminal."""

    def test_where_nobody_can_be_asked_it_is_refused_without_yes(self, kept: Kept) -> None:
        refused = Typed("index", *AT, kept.store.path, "--json")
        assert (refused.status, refused.out) == (1, "")
        assert f"{kept.asked} Its 2 documents stay in the index. Nothing was changed." in refused.err
        assert "citeback index --yes" in refused.err
        assert kept.documents() == ["a.txt", "b.txt"]
        done = Typed("index", *AT, kept.store.path, "--yes", "--json")
        assert (done.status, done.json["deleted"], done.json["absent"]) == (0, ["a.txt", "b.txt"], [])

    def test_status_and_a_dry_run_tell_it(self, kept: Kept) -> None:
        absent = [{"folder": str(kept.docs), "reason": NOW_EMPTY, "documents": ["a.txt", "b.txt"]}]
        status = Typed("status", *AT, kept.store.path, "--json").json
        assert (status["absent"], status["since"]["deleted"]) == (absent, [])
        assert kept.asked in status["notices"][0]
        assert kept.asked in Typed("status", *AT, kept.store.path).err
        dry = Typed("index", *AT, kept.store.path, "--dry-run", "--json")
        assert (dry.json["absent"], dry.json["deleted"]) == (absent, [])
        assert kept.asked in Typed("index", *AT, kept.store.path, "--dry-run").err

    def test_status_tells_of_a_folder_that_is_not_there_at_all(self, kept: Kept) -> None:
        kept.docs.rmdir()
        done = Typed("status", *AT, kept.store.path, "--json")
        assert done.status == 0
        assert done.json["absent"][0]["reason"] == "cannot be listed: No such file or directory"
        assert len(done.json["documents"]) == 2

    @pytest.mark.skipif(sys.platform == "win32", reason="no terminals of that kind")
    @pytest.mark.parametrize(("answer", "left"), [(b"\n", 2), (b"n\n", 0)])
    def test_in_a_terminal_it_is_asked(self, kept: Kept, answer: bytes, left: int) -> None:
        ours, theirs = os.openpty()
        asked = process("index", "--store", kept.store.path, stdin=theirs, stderr=theirs)
        os.close(theirs)
        shown = b""
        while b"[Y/n]" not in shown:
            shown += os.read(ours, 4096)
        assert b"Keep its 2 documents in the index?" in shown
        os.write(ours, answer)
        asked.communicate()
        assert asked.returncode == 0
        os.close(ours)
        assert len(kept.documents()) == left


class TestPage:
    """On the Documents tab."""

    @staticmethod
    def tending(kept: Kept) -> FolderHandlers:
        corpus = Corpus.open(kept.store)

        def newest() -> Corpus:
            corpus.refresh()
            return corpus

        return FolderHandlers(newest, StoreFolder(kept.store, lambda: [str(kept.docs)], kept.sync), Unsent())

    def test_it_is_asked_with_both_answers(self, kept: Kept) -> None:
        shown = self.tending(kept).documents()
        Parsed(shown).check()
        assert f"{kept.asked} Its disk may just be disconnected." in shown
        assert f'data-act="keep" data-value="{kept.docs}"' in shown and "Keep its 2 documents" in shown
        assert f'data-act="gone" data-value="{kept.docs}"' in shown and "Remove them" in shown
        assert "citeback" not in shown.lower()

    def test_keeping_changes_nothing_and_removing_removes(self, kept: Kept) -> None:
        tending = self.tending(kept)
        assert "They are kept" in tending.keep()
        message = "".join(tending.rebuild())
        assert "Its 2 documents stay in the index." in message and "citeback" not in message
        assert kept.documents() == ["a.txt", "b.txt"]
        assert "2 deleted" in "".join(tending.forget(str(kept.docs)))
        assert kept.documents() == []
        assert 'data-act="gone"' not in tending.documents()

    @pytest.mark.parametrize("place", ["", "/", "a.txt", "/etc"])
    def test_only_a_folder_that_is_absent_can_be_forgotten(self, kept: Kept, place: str) -> None:
        assert "nothing was removed" in "".join(self.tending(kept).forget(place))
        assert "nothing was removed" in "".join(self.tending(kept).forget(str(kept.docs / "a.txt")))
        assert len(kept.documents()) == 2

    def test_a_folder_that_came_back_meanwhile_is_not_forgotten(self, kept: Kept) -> None:
        for name in ("a", "b"):
            (kept.docs / f"{name}.txt").write_text(f"Text of {name}.")
        assert "nothing was removed" in "".join(self.tending(kept).forget(str(kept.docs)))
        assert len(kept.documents()) == 2

    def test_the_last_document_of_a_folder_can_be_deleted(self, tmp_path: Path) -> None:
        kept = Kept(tmp_path)
        tending = self.tending(kept)
        for name in ("a.txt", "b.txt"):
            assert "1 deleted" in "".join(shown for shown, _ in tending.remove([name]))
        assert kept.documents() == []

    def test_hostile_names_are_text(self) -> None:
        shown = documents.absent(
            MissingFolder("/d/<script>alert(1)</script>", NOW_EMPTY, ('"><img src=x onerror=y>',))
        )
        Parsed(shown).check()
        assert "<script>" not in shown and "Keep its document" in shown


class TestParts:
    """What is within an archive or a mail."""

    @pytest.fixture
    def shelf(self, tmp_path: Path) -> Store:
        docs = tmp_path / "docs"
        docs.mkdir()
        with zipfile.ZipFile(docs / "reports.zip", "w") as packed:
            for name in ("2021.txt", "2022.txt", "2023.txt"):
                packed.writestr(name, f"The report of {name[:4]} counts ships.")
        store = Store(tmp_path / "store")
        with WorkerPool(count=1) as workers:
            sync(store, [docs], load=loading(ToyEncoder()), workers=workers)
        return store

    @staticmethod
    def tending(store: Store) -> FolderHandlers:
        docs = store.path.parent / "docs"

        def following(
            watch: ProgressCallback,
            folders: Sequence[str] = (),
            again: Sequence[str] = (),
            gone: Sequence[str] = (),
            replace: bool = False,
        ) -> SyncReport:
            with WorkerPool(count=1) as workers:
                load = loading(ToyEncoder())
                return sync(
                    store,
                    folders,
                    load=load,
                    progress=watch,
                    decide=lambda _: gone,
                    workers=workers,
                    replace=replace,
                )

        corpus = Corpus.open(store)
        return FolderHandlers(lambda: corpus, StoreFolder(store, lambda: [str(docs)], following), Unsent())

    def test_one_of_them_is_not_deleted_alone(self, shelf: Store) -> None:
        tending, archive = self.tending(shelf), shelf.path.parent / "docs" / "reports.zip"
        message = "".join(shown for shown, _ in tending.remove(["reports.zip!/2022.txt"]))
        assert "reports.zip holds 3 documents, which cannot be deleted one by one." in message
        assert archive.exists()
        with shelf.current() as now, pytest.raises(StoreError, match=r"is part of reports\.zip and cannot"):
            tending.tend.remove(now.document("reports.zip!/2022.txt"))
        assert archive.exists()

    def test_the_page_says_what_is_deleted_before_it_is(self, shelf: Store) -> None:
        tending = self.tending(shelf)
        shown = tending.documents()
        Parsed(shown).check()
        assert "This is part of reports.zip and cannot be deleted on its own." in shown
        assert "reports.zip contains 3 documents, and the whole file is deleted." in shown
        assert 'data-act="remove"' not in shown
        assert "3 deleted" in "".join(
            shown for shown, _ in tending.remove(["reports.zip!/2022.txt"], whole=True)
        )
        assert (shelf.path / "removed" / "reports.zip").exists()

    def test_a_mail_says_that_what_is_attached_to_it_goes_with_it(self) -> None:
        def one(member: str = "") -> Document:
            name = f"a.eml!/{member}" if member else "a.eml"
            return Document(name, "/d", "/d/a.eml", 1, 2, "", "t", "mail", member=member)

        shown = documents.documents([one(), one("costs.xlsx")], (), [("/d", "/d")])
        assert shown.count("a.eml contains 2 documents, and the whole file is deleted.") == 2
        assert shown.count("This is part of a.eml") == 1


def test_a_text_that_is_of_before_is_told_with_its_reason(tmp_path: Path) -> None:
    reason = "not read this time (cannot be opened: locked): answers come from what was read before"
    failed = Failure("a.txt", "/d", "/d/a.txt", 1, -1, reason)
    assert failed.outdated and failed.retryable and not failed.unread
    assert "answers come from what was read before" in documents.documents((), [failed], [("/d", "/d")])
