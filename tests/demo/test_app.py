from __future__ import annotations

import asyncio
import gzip
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_keras.demo.app import POLICY, make_app
from fer_keras.demo.site_files import SITE, SiteFile, read_site
from fer_keras.errors import InputError
from fer_keras.models.model_file import DEFAULT_MODEL, PACKAGE_WEIGHTS

SECRET = b"secret"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def ask(
    files: dict[str, SiteFile], method: str, path: str, headers: dict[str, str] | None = None
) -> Answer:
    """What the application answers, without a network."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "path": path,
        "raw_path": path.encode(errors="replace"),
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "headers": [(name.encode(), text.encode()) for name, text in (headers or {}).items()],
    }
    # In a thread of its own: a browser test in the same process leaves Playwright's loop running.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, make_app(files)(scope, receive, send)).result()
    start, *parts = sent
    about = {name.decode(): value.decode() for name, value in start["headers"]}
    return Answer(start["status"], about, b"".join(part.get("body", b"") for part in parts))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, SiteFile]:
    """A page with a secret beside it, and a link to the secret inside."""
    root = tmp_path_factory.mktemp("root")
    (root / "secret.txt").write_bytes(SECRET)
    site = root / "site"
    (site / "assets").mkdir(parents=True)
    (site / "index.html").write_text("<p>page</p>")
    (site / "assets" / "index-1a.js").write_text("let page;")
    (site / "run.wasm").write_bytes(b"\0asm")
    (site / "service_worker.js").write_text('const V = "__VERSION__"; const F = __FILES__;')
    (site / "link.txt").symlink_to(root / "secret.txt")
    return read_site(site, [PACKAGE_WEIGHTS])


def test_the_page_and_its_files(files: dict[str, SiteFile]) -> None:
    page = ask(files, "GET", "/")
    assert (page.status, page.body) == (200, b"<p>page</p>")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-cache"
    script = ask(files, "GET", "/assets/index-1a.js")
    assert script.body == b"let page;"
    assert "immutable" in script.headers["cache-control"]
    assert ask(files, "GET", "/run.wasm").headers["content-type"] == "application/wasm"


def test_packed_for_those_who_take_it(files: dict[str, SiteFile]) -> None:
    packed = ask(files, "GET", "/", {"accept-encoding": "br, gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == b"<p>page</p>"
    assert packed.headers["content-length"] == str(len(packed.body))
    assert packed.headers["etag"] != ask(files, "GET", "/").headers["etag"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"if-none-match": "now"}, 304),  # "now" is replaced by the file's own tag, or date
        ({"if-none-match": "*"}, 304),
        ({"if-none-match": '"other"'}, 200),
        ({"if-modified-since": "now"}, 304),
        ({"if-modified-since": "Thu, 01 Jan 1998 00:00:00 GMT"}, 200),
        ({"if-modified-since": "yesterday"}, 200),
        ({"if-modified-since": "now", "if-none-match": '"other"'}, 200),
    ],
)
def test_what_is_kept_is_not_sent_again(
    files: dict[str, SiteFile], headers: dict[str, str], status: int
) -> None:
    first = ask(files, "GET", "/").headers
    own = {"if-none-match": first["etag"], "if-modified-since": first["last-modified"]}
    headers = {name: own[name] if value == "now" else value for name, value in headers.items()}
    again = ask(files, "GET", "/", headers)
    assert again.status == status
    assert bool(again.body) == (status == 200)


def test_policies(files: dict[str, SiteFile]) -> None:
    for path, method in (("/", "GET"), ("/no", "GET"), ("/", "POST")):
        headers = ask(files, method, path).headers
        assert (
            headers["content-security-policy"]
            == POLICY
            == (
                "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
                "img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; "
                "worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
                "frame-ancestors 'none'"
            )
        )
        assert headers["x-content-type-options"] == "nosniff"


@given(st.text(), st.sampled_from(["GET", "HEAD", "POST", "PUT", "OPTIONS"]))
def test_whatever_is_asked_nothing_else_is_given(
    files: dict[str, SiteFile], path: str, method: str
) -> None:
    path = path.encode(errors="replace").decode()
    given_back = ask(files, method, f"/{path}")
    assert SECRET not in given_back.body
    assert given_back.status in ((200, 404) if method in ("GET", "HEAD") else (405,))


def test_links_are_not_followed(files: dict[str, SiteFile]) -> None:
    assert ask(files, "GET", "/link.txt").status == 404


def test_a_page_that_is_not_built_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="npm run build"):
        read_site(tmp_path)


def test_both_builds_of_litert_come_out_of_the_archive() -> None:
    files = read_site()
    assert not [name for name in files if name.endswith(".xz")]
    for build in ("litert_wasm_internal", "litert_wasm_compat_internal"):
        compiled = files[f"/wasm/{build}.wasm"]
        assert compiled.content.startswith(b"\0asm")
        assert compiled.kind == "application/wasm"
        assert build in files["/service_worker.js"].content.decode()
        assert files[f"/wasm/{build}.js"].content.count(b"wasm") > 10


def test_a_damaged_archive_is_named(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<p>page</p>")
    archive = tmp_path / "wasm.tar.xz"
    archive.write_bytes((SITE / "wasm.tar.xz").read_bytes()[:10_000])
    with pytest.raises(InputError, match=r"wasm\.tar\.xz: damaged .*install fer-keras again"):
        read_site(tmp_path)


def test_models_are_the_packages_and_so_is_what_is_said_of_them(
    files: dict[str, SiteFile],
) -> None:
    told = json.loads(ask(files, "GET", "/models.json").body)
    assert [one["name"] for one in told["models"]] == [
        path.stem
        for path in sorted(PACKAGE_WEIGHTS.glob("*.tflite"))
        if not path.stem.endswith("-rgb")
    ]
    assert told["default"] in (DEFAULT_MODEL, f"{DEFAULT_MODEL}-int8")
    for one in told["models"]:
        given_back = ask(files, "GET", f"/models/{one['file']}")
        assert given_back.body == (PACKAGE_WEIGHTS / one["file"]).read_bytes()
        assert one["bytes"] == len(given_back.body)
    small = next(one for one in told["models"] if one["name"] == "mobile-s-int8")
    at = small["labels"].index("happy")
    assert {lang: words[at] for lang, words in small["translations"].items()} == {
        "de": "fröhlich",
        "es": "alegría",
        "fr": "joie",
        "zh": "高兴",
    }


def test_a_new_model_is_offered_and_renews_what_phones_keep(
    files: dict[str, SiteFile], tmp_path: Path
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("<p>page</p>")
    (site / "service_worker.js").write_text('const V = "__VERSION__"; const F = __FILES__;')
    shutil.copy(PACKAGE_WEIGHTS / "mobile-s-int8.tflite", tmp_path / "first.tflite")
    before = read_site(site, [tmp_path], tmp_path)["/service_worker.js"].content.decode()
    shutil.copy(PACKAGE_WEIGHTS / "mobile-s-int8.tflite", tmp_path / "second.tflite")
    after = read_site(site, [tmp_path], tmp_path)["/service_worker.js"].content.decode()
    assert './models/second.tflite"' in after
    assert "second" not in before
    assert before.partition(";")[0] != after.partition(";")[0], "another version"


def test_the_licences_of_what_is_bundled_are_on_the_page_and_kept_by_phones(
    files: dict[str, SiteFile],
) -> None:
    folder = PACKAGE_WEIGHTS.parent / "LICENSES"
    names = sorted(path.name for path in folder.iterdir())
    assert "Apache-2.0.txt" in names
    kept = files["/service_worker.js"].content.decode()
    for name in names:
        assert files[f"/LICENSES/{name}"].content == (folder / name).read_bytes()
        assert files[f"/LICENSES/{name}"].kind.startswith("text/plain")
        assert f"./LICENSES/{name}" in kept
