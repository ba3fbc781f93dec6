from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import cv2
import numpy as np
import pytest

from fer_keras.live.browser_view import BrowserView


@pytest.fixture
def view() -> Iterator[BrowserView]:
    shown = BrowserView()
    yield shown
    shown.close()


def ask(view: BrowserView, method: str, path: str, headers: dict[str, str] | None = None) -> int:
    connection = http.client.HTTPConnection(urlsplit(view.address).netloc, timeout=60)
    connection.request(method, path, headers=headers or {})
    return connection.getresponse().status


def test_the_newest_picture_comes(view: BrowserView) -> None:
    view.show(np.full((48, 64, 3), (250, 10, 10), np.uint8))
    connection = http.client.HTTPConnection(urlsplit(view.address).netloc, timeout=60)
    connection.request("GET", "/pictures")
    answer = connection.getresponse()
    assert answer.headers["Content-Type"].startswith("multipart/x-mixed-replace")
    for red in (250, 100):
        assert answer.readline() == b"--frame\r\n"
        assert answer.readline() == b"Content-Type: image/jpeg\r\n"
        size = int(answer.readline().split(b":")[1])
        answer.readline()
        picture = cv2.imdecode(np.frombuffer(answer.read(size), np.uint8), cv2.IMREAD_COLOR_RGB)
        assert picture[:, :, 0].mean() == pytest.approx(red, abs=6)
        answer.readline()
        view.show(np.full((48, 64, 3), (100, 10, 10), np.uint8))
    connection.close()


def test_the_page_can_stop_it(view: BrowserView) -> None:
    picture = np.zeros((4, 4, 3), np.uint8)
    assert view.show(picture)
    assert ask(view, "GET", "/") == 200
    assert ask(view, "POST", "/stop", {"X-Stop": "1"}) == 200
    assert not view.show(picture)


def test_other_sites_see_nothing_and_stop_nothing(view: BrowserView) -> None:
    assert ask(view, "GET", "/", {"Host": "evil.example"}) == 403
    assert ask(view, "GET", "/pictures", {"Host": "evil.example"}) == 403
    assert ask(view, "POST", "/stop") == 403
    assert ask(view, "GET", "/etc/passwd") == 404
    assert view.show(np.zeros((4, 4, 3), np.uint8))


def test_a_browser_that_waits_does_not_keep_it(view: BrowserView) -> None:
    ended = threading.Event()

    def wait() -> None:
        while view.next_picture(0) is not None:
            pass
        ended.set()

    threading.Thread(target=wait, daemon=True).start()
    view.close()
    assert ended.wait(60)
