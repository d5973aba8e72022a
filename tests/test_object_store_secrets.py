"""Addresses and credentials of an object store: what is refused, and what nobody may see."""

from pathlib import Path
from typing import Any

import pytest
from bucket import docs, store, synced
from weed import SECRET, WeedServer

from citeback.index import any_store
from citeback.index.errors import SettingsError, StoreError


def test_an_address_with_credentials_is_refused_and_not_repeated(weed: WeedServer) -> None:
    with pytest.raises(SettingsError) as refused:
        any_store.open_store(f"s3://somebody:{SECRET}@bucket/x")
    assert SECRET not in str(refused.value)


def test_the_credentials_are_in_no_object_and_no_message(
    store: Any, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced(store, docs)
    held = b"".join((store.place.read(found.path) or (b"",))[0] for found in store.place.list())
    assert SECRET.encode() not in held
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-wrong-secret")
    with pytest.raises(StoreError, match="access is denied") as refused:
        any_store.open_store(store.path).current()
    assert "a-wrong-secret" not in str(refused.value)
    assert "test-key" not in str(refused.value)


def test_other_computers_are_not_asked_without_tls(weed: WeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://store.example.org:9000")
    with pytest.raises(SettingsError, match="no TLS"):
        any_store.open_store("s3://bucket/x")
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    assert any_store.open_store("s3://bucket/x").path == "s3://bucket/x"


@pytest.mark.parametrize("wrong", ["s3://", "s3:///x", "ftp://bucket/x", "s3://bucket/../x", "s3://a b/x"])
def test_what_is_no_address_is_refused(weed: WeedServer, wrong: str) -> None:
    with pytest.raises(SettingsError):
        any_store.open_store(wrong)


def test_a_store_that_cannot_be_reached_says_so(monkeypatch: pytest.MonkeyPatch, weed: WeedServer) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(StoreError, match="cannot be reached"):
        any_store.open_store("s3://tests/x").numbers()
