from __future__ import annotations

import http.client
import json
import struct
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import cv2
import numpy as np
import pytest

from fer_keras.data.labels import EMOTIONS
from fer_keras.detection import Face
from fer_keras.live.decision import Decider, DecisionRule
from fer_keras.live.live_page import LARGEST, LivePage
from fer_keras.live.watcher import Seen, Shot


@pytest.fixture
def page() -> Iterator[LivePage]:
    shown = LivePage("camera 0", "mobile-s", EMOTIONS)
    yield shown
    shown.close()


def plain(red: int, size: tuple[int, int] = (64, 48)) -> Shot:
    return Shot(np.full((size[1], size[0], 3), (red, 10, 10), np.uint8), 0.0, [], [], {})


def connect(page: LivePage) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(urlsplit(page.address).netloc, timeout=60)


def ask(page: LivePage, method: str, path: str, headers: dict[str, str] | None = None) -> int:
    connection = connect(page)
    connection.request(method, path, headers=headers or {})
    return connection.getresponse().status


def read_shot(answer: http.client.HTTPResponse) -> tuple[dict[str, Any], np.ndarray]:
    lengths = struct.unpack(">II", answer.read(8))
    seen, picture = (answer.read(length) for length in lengths)
    decoded = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR_RGB)
    return json.loads(seen), decoded


def test_the_newest_picture_comes(page: LivePage) -> None:
    page.show(plain(200))
    page.show(plain(250))
    connection = connect(page)
    connection.request("GET", "/live")
    answer = connection.getresponse()
    assert answer.headers["Cache-Control"] == "no-store"
    for red in (250, 100):
        seen, picture = read_shot(answer)
        assert (seen["width"], seen["height"], seen["seen"]) == (64, 48, [])
        assert picture[:, :, 0].mean() == pytest.approx(red, abs=6)
        page.show(plain(100))
    connection.close()


def test_what_is_seen_comes_with_its_picture(page: LivePage) -> None:
    shares = np.linspace(0, 0.25, 8, dtype=np.float32)
    face = Face(10.5, 20, 110, 121, 0.9, tuple((float(x), 30.0) for x in range(6)))
    decision = Decider(DecisionRule(window=1, abstain_below=0)).update(shares)
    picture = np.zeros((3000, 4000, 3), np.uint8)
    one = Seen(3, face, shares, decision)
    page.show(Shot(picture, 1.5, [one], [2, 3], {"detection": 4.0}))
    connection = connect(page)
    connection.request("GET", "/live")
    seen, shown = read_shot(connection.getresponse())
    connection.close()
    assert shown.shape == (LARGEST * 3 // 4, LARGEST, 3), "no larger than screens"
    assert (seen["width"], seen["height"], seen["time"]) == (4000, 3000, 1.5)
    assert (seen["followed"], seen["milliseconds"]) == ([2, 3], {"detection": 4.0})
    (told,) = seen["seen"]
    assert told["number"] == 3
    assert told["face"]["left"] == 10.5
    assert told["face"]["keypoints"][5] == [5, 30]
    assert told["probabilities"] == pytest.approx(shares)
    assert told["decision"]["label"] == told["decision"]["leader"] == 7
    assert told["decision"]["probability"] == pytest.approx(0.25)
    assert (told["decision"]["votes"], told["decision"]["frames"]) == (1, 1)


def test_the_page_is_told_what_it_shows(page: LivePage) -> None:
    connection = connect(page)
    connection.request("GET", "/models.json")
    told = json.loads(connection.getresponse().read())
    assert told["live"] == "camera 0"
    assert told["default"] == told["models"][0]["name"] == "mobile-s"
    assert told["models"][0]["labels"] == list(EMOTIONS)
    assert told["models"][0]["translations"]["de"][EMOTIONS.index("happy")] == "fröhlich"
    connection.close()


def test_labels_of_ones_own_stay_as_they_are() -> None:
    page = LivePage("film.mp4", "mine", ("yes", "no"))
    connection = connect(page)
    connection.request("GET", "/models.json")
    assert json.loads(connection.getresponse().read())["models"][0]["translations"] == {}
    connection.close()
    page.close()


def test_the_page_can_stop_it(page: LivePage) -> None:
    assert page.show(plain(0))
    assert ask(page, "GET", "/") == 200
    assert ask(page, "POST", "/stop", {"X-Stop": "1"}) == 204
    assert not page.show(plain(0))


def test_other_sites_see_nothing_and_stop_nothing(page: LivePage) -> None:
    for path in ("/", "/live", "/models.json"):
        assert ask(page, "GET", path, {"Host": "evil.example"}) == 400
    assert ask(page, "POST", "/stop", {"Host": "evil.example", "X-Stop": "1"}) == 400
    assert ask(page, "POST", "/stop") == 403
    assert ask(page, "GET", "/stop") in (404, 405)
    assert ask(page, "GET", "/etc/passwd") == 404
    assert ask(page, "GET", "/service_worker.js") == 404, "it is not kept without its server"
    assert page.show(plain(0))


def test_a_browser_that_waits_does_not_keep_it(page: LivePage) -> None:
    connection = connect(page)
    connection.request("GET", "/live")
    answer = connection.getresponse()
    page.show(plain(0))
    read_shot(answer)
    ended = threading.Event()
    threading.Thread(target=lambda: (page.close(), ended.set()), daemon=True).start()
    assert answer.read() == b""
    assert ended.wait(60)
