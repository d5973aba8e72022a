"""What a bucket of documents may hold, and how it is watched."""

from threading import Event
from typing import Any

from bucket import put, store, synced
from toy import ToyEncoder, loading, never, read

from citeback.index import any_store


def test_a_bucket_is_indexed_by_prefix_and_by_pattern(store: Any, address: str) -> None:
    source = f"{address}-source"
    put(
        source,
        {
            "papers/a.txt": "Red fish.",
            "papers/deep/b.md": "Blue fish.",
            "papers/.hidden.txt": "No.",
            "other.txt": "Green fish.",
        },
    )
    report = synced(store, f"{source}/papers")
    assert report.added == ("a.txt", "deep/b.md")
    with store.current() as now:
        document = now.document("a.txt")
        assert (document.path, document.folder) == (f"{source}/papers/a.txt", f"{source}/papers")
        assert document.etag
        assert now.source("a.txt").text == "Red fish."
    again = synced(store, load=never)
    assert (again.published, again.unchanged) == (False, ("a.txt", "deep/b.md"))
    put(source, {"papers/a.txt": "Old fish."})
    assert synced(store).changed == ("a.txt",)
    store.place  # noqa: B018
    pattern = any_store.open_store(f"{address}-2")
    assert synced(pattern, f"{source}/**/*.md").added == ("papers/deep/b.md",)


def test_objects_that_are_too_large_or_broken_are_listed_with_the_reason(store: Any, address: str) -> None:
    from citeback.index.object_store.indexing import buckets

    source = f"{address}-source"
    put(source, {"good.txt": "Fish.", "broken.txt": "broken", "film.mp4": "x"})
    before = buckets.MAX_UNKNOWN
    try:
        buckets.MAX_UNKNOWN = 0
        report = synced(store, source)
    finally:
        buckets.MAX_UNKNOWN = before
    assert {failure.name: failure.reason for failure in report.failed} == {
        "broken.txt": "broken",
        "film.mp4": "too large: more than 0 MB",
    }


def test_an_object_that_changes_while_it_is_read_is_read_next_time(store: Any, address: str) -> None:
    from citeback.index.object_store.indexing.sync import RemoteSync

    source = f"{address}-source"
    put(source, {"a.txt": "First."})

    def meddle(progress: Any) -> None:
        if progress.stage == "reading" and progress.done == 0:
            put(source, {"a.txt": "Second, and longer."})

    RemoteSync(store=store, load=loading(ToyEncoder()), read=read, progress=meddle).run([source])
    assert [failure.retryable for failure in store.current().failures] == [True]
    assert synced(store).added == ("a.txt",)
    assert store.current().source("a.txt").text == "Second, and longer."


def test_an_empty_bucket_keeps_its_documents_until_somebody_decides(store: Any, address: str) -> None:
    from citeback.index.object_store.place import Place

    source = f"{address}-source"
    put(source, {"a.txt": "Fish."})
    synced(store, source)
    Place.open(source).delete("a.txt")
    kept = synced(store)
    assert (kept.published, [each.reason for each in kept.absent]) == (False, ["is empty now"])
    assert synced(store, decide=lambda asked: [each.folder for each in asked]).deleted == ("a.txt",)


def test_buckets_are_watched_by_looking_again_and_again(store: Any, address: str) -> None:
    from citeback.index.object_store.indexing.watch import PollingWatcher

    source, events, stop = f"{address}-source", list[Any](), Event()
    put(source, {"a.txt": "Fish."})
    synced(store, source)
    put(source, {"b.txt": "More fish."})

    def notify(event: Any) -> None:
        events.append(event)
        stop.set()

    PollingWatcher(store, loading(ToyEncoder()), notify, stop, look=0.01).run()
    assert events[0].added == ("b.txt",)
    assert store.current().number == 2
