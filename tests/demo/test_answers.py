from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_keras.demo.answers import POLICY, answer
from fer_keras.demo.site_files import SiteFile, read_site
from fer_keras.errors import InputError

SECRET = b"secret"


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
    (site / "link.txt").symlink_to(root / "secret.txt")
    return read_site(site)


def test_the_page_and_its_files(files: dict[str, SiteFile]) -> None:
    page = answer(files, "GET", "/", {})
    assert (page.status, page.body) == (200, b"<p>page</p>")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Content-Security-Policy"] == POLICY
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Cache-Control"] == "no-cache"
    script = answer(files, "GET", "/assets/index-1a.js?v=2#top", {})
    assert script.body == b"let page;"
    assert "immutable" in script.headers["Cache-Control"]
    assert answer(files, "GET", "/run.wasm", {}).headers["Content-Type"] == "application/wasm"


def test_packed_for_those_who_take_it(files: dict[str, SiteFile]) -> None:
    packed = answer(files, "GET", "/", {"accept-encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == b"<p>page</p>"
    assert packed.headers["Content-Length"] == str(len(packed.body))


def test_head_and_what_is_known_already_have_no_body(files: dict[str, SiteFile]) -> None:
    head = answer(files, "HEAD", "/", {})
    assert (head.status, head.body, head.headers["Content-Length"]) == (200, b"", "11")
    again = answer(files, "GET", "/", {"if-none-match": head.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"if-none-match": "*"}, 304),
        ({"if-none-match": 'W/"other"'}, 200),
        ({"if-modified-since": "now"}, 304),  # "now" is replaced by the file's own date
        ({"if-modified-since": "Thu, 01 Jan 1998 00:00:00 GMT"}, 200),
        ({"if-modified-since": "Thu, 01 Jan 2098 00:00:00 GMT"}, 304),
        ({"if-modified-since": "yesterday"}, 200),
        ({"if-modified-since": "Thu, 01 Jan 2098 00:00:00 -0000"}, 200),
        ({"if-modified-since": "now", "if-none-match": 'W/"other"'}, 200),
    ],
)
def test_what_is_kept_is_not_sent_again(
    files: dict[str, SiteFile], headers: dict[str, str], status: int
) -> None:
    modified = answer(files, "GET", "/", {}).headers["Last-Modified"]
    headers = {name: modified if value == "now" else value for name, value in headers.items()}
    given_back = answer(files, "GET", "/", headers)
    assert given_back.status == status
    assert bool(given_back.body) == (status == 200)
    assert given_back.headers["Last-Modified"] == modified


def test_policies(files: dict[str, SiteFile]) -> None:
    for given_back in (answer(files, "GET", "/", {}), answer(files, "GET", "/no", {})):
        assert given_back.headers["Content-Security-Policy"] == (
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
            "img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; "
            "worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
            "frame-ancestors 'none'"
        )
        assert given_back.headers["X-Content-Type-Options"] == "nosniff"
        assert given_back.headers["Referrer-Policy"] == "no-referrer"
        assert given_back.headers["Permissions-Policy"].startswith("camera=(self)")
        assert given_back.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert given_back.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_other_methods_are_refused(files: dict[str, SiteFile]) -> None:
    refused = answer(files, "POST", "/", {})
    assert (refused.status, refused.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("target", ["/assets", "/assets/", "/link.txt", "/nothing", "", "*", "//"])
def test_no_listing_no_link_nothing_else(files: dict[str, SiteFile], target: str) -> None:
    assert answer(files, "GET", target, {}).status == 404


STEPS = ["..", ".", "%2e%2e", "%2E.", "..%2f", "%5c..", "..\\", "%c0%ae%c0%ae", "%252e%252e", "\0"]
PARTS = [*STEPS, "/", "//", "secret.txt", "site", "assets", "index.html", "http://x", "[", "%", "?"]


@given(st.lists(st.sampled_from(PARTS), max_size=9))
def test_no_spelling_reaches_the_secret(files: dict[str, SiteFile], parts: list[str]) -> None:
    for target in ("/".join(parts), "".join(parts), "/" + "/".join(parts)):
        given_back = answer(files, "GET", target, {})
        assert given_back.status in (200, 404)
        assert SECRET not in given_back.body


@given(st.text())
def test_any_text_is_answered(files: dict[str, SiteFile], target: str) -> None:
    assert answer(files, "GET", target, {}).status in (200, 404)


def test_a_checkout_without_the_page_says_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="npm run build"):
        read_site(tmp_path)
