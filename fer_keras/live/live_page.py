"""What is seen, on the page that `fer_keras.demo` serves, in this machine's browser.

It is the phone's page, fed with the pictures that Python looks at and with what it says of them:
the browser computes nothing. Nothing leaves the machine.
"""

from __future__ import annotations

import json
import struct
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from fer_keras.demo.app import make_app
from fer_keras.demo.server import open_server
from fer_keras.demo.site_files import read_site
from fer_keras.export.packing import label_files
from fer_keras.live.watcher import Seen, Shot

LARGEST = 1280
"""Pixels of the longer side of what is sent: screens show no more, and browsers keep up."""
_PATIENCE = 1.0
"""Seconds after which a browser that waits for a picture is looked at again."""
_LEFT_OUT = ("/wasm/", "/models/", "/service_worker.js")
"""Of the page's files: it computes nothing here, and is not kept for when there is no server."""


class LivePage:
    """The page with what is seen; served until `close`.

    Args:
        source: what is looked at, by name.
        model: that looks, by name.
        labels: the model's.
        port: to listen on; 0: one that is free.

    Attributes:
        address: of the page.

    Raises:
        InputError: if the address can't be had, or the page is not built.

    Example:
        >>> page = LivePage("camera 0", "mobile-s", ("happy", "sad"))
        >>> page.address.startswith("http://127.0.0.1:")
        True
        >>> page.show(Shot(np.zeros((48, 64, 3), np.uint8), 0.0, [], [], {}))
        True
        >>> page.close()
    """

    def __init__(self, source: str, model: str, labels: Sequence[str], port: int = 0) -> None:
        self._newest = b""
        self._count = 0
        self._changed = threading.Condition()
        self._closed = threading.Event()
        self._stopped = threading.Event()
        about = _about(source, model, labels)

        async def models(request: Request) -> Response:
            return JSONResponse(about)

        async def pictures(request: Request) -> Response:
            kind = "application/octet-stream"
            headers = {"Cache-Control": "no-store"}
            return StreamingResponse(self._messages(), media_type=kind, headers=headers)

        async def stop(request: Request) -> Response:
            # Other sites can't set this header without asking first, and get no answer.
            if "X-Stop" not in request.headers:
                return Response(status_code=403)
            self.stop()
            return Response(status_code=204)

        files = {
            path: file
            for path, file in read_site(weights=[]).items()
            if not path.startswith(_LEFT_OUT)
        }
        routes = [
            Route("/models.json", models),
            Route("/live", pictures),
            Route("/stop", stop, methods=["POST"]),
        ]
        app = make_app(files, routes)
        # No page of another name may read the camera's pictures by pointing its name at us.
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
        self._server = open_server(app, "127.0.0.1", port)
        self.address = f"http://127.0.0.1:{self._server.port}/"
        self._thread = threading.Thread(
            target=self._server.serve_until_end, name="page", daemon=True
        )
        self._thread.start()

    def show(self, shot: Shot) -> bool:
        """Show what is seen; False when the user has stopped."""
        message = encode_shot(shot)
        with self._changed:
            self._newest = message
            self._count += 1
            self._changed.notify_all()
        return not self._stopped.is_set()

    def close(self) -> None:
        """End the page."""
        self._closed.set()
        with self._changed:
            self._changed.notify_all()
        self._server.stop()
        self._thread.join()

    def stop(self) -> None:
        """The user has had enough: `show` says so."""
        self._stopped.set()

    def _messages(self) -> Iterator[bytes]:
        """The newest message, and each time that the browser has taken it the newest one then."""
        number = 0
        while not self._closed.is_set():
            with self._changed:
                if self._count == number and not self._closed.is_set():
                    self._changed.wait(_PATIENCE)
                is_new, number, message = self._count > number, self._count, self._newest
            # Also where nothing is new: a browser that has gone is noticed so.
            yield message if is_new else b""


def encode_shot(shot: Shot) -> bytes:
    """A shot for the page: two lengths of four bytes, most significant first, JSON, and JPEG.

    The JSON is what the page's own engine says of a picture (`Looked` in `mobile_demo/`), with the
    time. Boxes are in pixels of the shot, also where the JPEG is smaller.
    """
    height, width = shot.picture.shape[:2]
    seen = json.dumps(
        {
            "time": shot.time,
            "width": width,
            "height": height,
            "seen": [_face(one) for one in shot.seen],
            "followed": list(shot.followed),
            "milliseconds": dict(shot.milliseconds),
        },
        separators=(",", ":"),
    ).encode()
    picture = _jpeg(shot.picture)
    return struct.pack(">II", len(seen), len(picture)) + seen + picture


def _face(one: Seen) -> dict[str, Any]:
    face, decision = one.face, one.decision
    return {
        "number": one.number,
        "face": {
            **{side: float(getattr(face, side)) for side in ("left", "top", "right", "bottom")},
            "score": float(face.score),
            "keypoints": [[float(x), float(y)] for x, y in face.keypoints],
        },
        "probabilities": one.probabilities.tolist(),
        "decision": {
            "label": decision.label,
            "leader": decision.leader,
            "probability": decision.probability,
            "probabilities": decision.probabilities.tolist(),
            "votes": decision.votes,
            "frames": decision.frames,
        },
    }


def _jpeg(picture: NDArray[np.uint8]) -> bytes:
    import cv2

    height, width = picture.shape[:2]
    shrink = min(1.0, LARGEST / max(height, width))
    if shrink < 1:
        size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    _, encoded = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    return encoded.tobytes()


def _about(source: str, model: str, labels: Sequence[str]) -> dict[str, Any]:
    """As `list_models` tells it, of the one model, and of what is looked at."""
    translations = {
        locale: text.splitlines() for locale, text in label_files(labels).values() if locale
    }
    one = {
        **{"name": model, "file": "", "bytes": 0},
        **{"labels": list(labels), "translations": translations},
    }
    return {"default": model, "models": [one], "live": source}
