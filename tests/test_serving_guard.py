"""The guard around the HTTP API: headers, other sites, sizes, users and rates."""

import base64
from pathlib import Path

import httpx
from served import SHIPS, client, corpus, served

from citeback.rag.corpus import Corpus
from citeback.serving.access import password_file
from citeback.serving.access.middleware import LARGEST, AccessRules
from citeback.serving.access.rate_limit import RateLimiter
from citeback.serving.access.user_file import UserFile


def test_every_answer_has_headers_that_keep_a_browser_safe(client: httpx.Client) -> None:
    for path in ("/", "/api/documents", "/style.css", "/nothing/here"):
        headers = client.get(path).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "http" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_other_sites_cannot_ask_through_a_browser(client: httpx.Client) -> None:
    asked = {"json": {"question": SHIPS}}
    assert client.post("/api/ask", **asked, headers={"Origin": "http://evil.test"}).status_code == 403  # type: ignore[arg-type]
    assert client.get("/api/documents", headers={"Host": "evil.test"}).status_code == 421
    origin = str(client.base_url).rstrip("/")
    assert client.post("/api/ask", **asked, headers={"Origin": origin}).status_code == 200  # type: ignore[arg-type]


def test_a_request_is_bounded(client: httpx.Client) -> None:
    assert client.post("/api/ask", content=b"x" * (LARGEST + 1)).status_code == 413
    chunks = (b"x" for _ in range(3))
    assert client.post("/api/ask", content=chunks).status_code == 411


def test_users_come_in_by_name_and_password_and_not_too_often(corpus: Corpus, tmp_path: Path) -> None:
    password_file.add(tmp_path / "users.txt", "ada", "correct hörse")
    rules = AccessRules(UserFile.open(tmp_path / "users.txt"), None, rate=RateLimiter(60, 2))
    for client in served(corpus, rules):
        for path in ("/", "/api/documents", "/mcp", "/source/canal.md", "/gradio_api/info"):
            refused = client.get(path)
            assert refused.status_code == 401 and "Basic" in refused.headers["www-authenticate"]
        assert client.get("/api/documents", auth=("ada", "wrong")).status_code == 401
        assert client.get("/api/documents", headers={"Authorization": "Basic !"}).status_code == 401
        token = base64.b64encode("ada:correct hörse".encode()).decode()
        client.headers["Authorization"] = f"Basic {token}"
        assert client.get("/api/documents").status_code == 200
        asked = [client.post("/api/search", json={"question": "ships"}).status_code for _ in range(3)]
        assert asked == [200, 200, 429]
