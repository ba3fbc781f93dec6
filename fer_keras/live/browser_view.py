"""What is seen, shown in this machine's browser, where OpenCV has no windows.

One page on 127.0.0.1 with the newest picture, drawn onto, as motion JPEG: every browser plays it,
nothing is installed for it, and nothing leaves the machine.
"""

from __future__ import annotations

import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
from numpy.typing import NDArray

_BOUNDARY = "frame"
_PATIENCE = 1.0
"""Seconds after which a browser that waits for a picture is looked at again."""
_PAGE = b"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>fer-keras live</title>
<meta name="viewport" content="width=device-width">
<style>
  body { margin: 0; background: #14171c; color: #f5f5f5; font: 1rem system-ui, sans-serif;
         display: grid; grid-template-rows: 1fr auto; height: 100dvh; }
  img { width: 100%; height: 100%; min-height: 0; object-fit: contain; }
  p { margin: 0; padding: .75rem; text-align: center; }
  button { font: inherit; padding: .5rem 1.25rem; border-radius: .5rem; border: 0; }
</style>
<img src="/pictures" alt="The newest picture, with what is said of each face">
<p><button id="stop">Stop</button></p>
<script>
  const button = document.getElementById("stop");
  button.onclick = async () => {
    await fetch("/stop", { method: "POST", headers: { "X-Stop": "1" } });
    button.disabled = true;
    button.textContent = "Ended. This page can be closed.";
  };
</script></html>
"""


class BrowserView:
    """A page with what is seen; served until `close`.

    Args:
        port: to listen on; 0: one that is free.

    Attributes:
        address: of the page.

    Example:
        >>> view = BrowserView()
        >>> view.address.startswith("http://127.0.0.1:")
        True
        >>> view.show(np.zeros((48, 64, 3), np.uint8))
        True
        >>> view.close()
    """

    def __init__(self, port: int = 0) -> None:
        self._newest = b""
        self._count = 0
        self._changed = threading.Condition()
        self._closed = threading.Event()
        self._stopped = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, name="page", daemon=True).start()

    def show(self, picture: NDArray[np.uint8]) -> bool:
        """Show a picture (height, width, 3), red, green, blue; False when the user has stopped."""
        import cv2

        _, encoded = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
        with self._changed:
            self._newest = encoded.tobytes()
            self._count += 1
            self._changed.notify_all()
        return not self._stopped.is_set()

    def close(self) -> None:
        """End the page."""
        self._closed.set()
        with self._changed:
            self._changed.notify_all()
        self._server.shutdown()
        self._server.server_close()

    def next_picture(self, after: int) -> tuple[int, bytes] | None:
        """Wait for a picture newer than number `after` (0: any).

        Returns:
            Its number and its JPEG; number `after` and nothing if none came within a second; None
            at the end.
        """
        with self._changed:
            self._changed.wait_for(
                lambda: self._count > after or self._closed.is_set(), timeout=_PATIENCE
            )
            if self._closed.is_set():
                return None
            return (self._count, self._newest) if self._count > after else (after, b"")

    def stop(self) -> None:
        """The user has had enough: `show` says so."""
        self._stopped.set()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        view = self

        class Handler(_Handler):
            shown = view

        return Handler


class _Handler(BaseHTTPRequestHandler):
    shown: BrowserView

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing of requests."""

    def do_GET(self) -> None:
        """The page, and its pictures one after the other."""
        if not self._is_ours():
            self.send_error(HTTPStatus.FORBIDDEN)
        elif self.path == "/":
            self._answer(_PAGE, "text/html; charset=utf-8")
        elif self.path == "/pictures":
            self._send_pictures()
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        """The button that ends it. Other sites can't set its header without asking first."""
        if not self._is_ours() or self.path != "/stop" or "X-Stop" not in self.headers:
            self.send_error(HTTPStatus.FORBIDDEN)
            return
        self.shown.stop()
        self._answer(b"", "text/plain")

    def _is_ours(self) -> bool:
        """No page of another name may read the camera's pictures by pointing its name at us."""
        return f"http://{self.headers.get('Host', '')}/" == self.shown.address

    def _answer(self, content: bytes, kind: str) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.end_headers()
        self.wfile.write(content)

    def _send_pictures(self) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={_BOUNDARY}")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        number = 0
        try:
            while (newest := self.shown.next_picture(number)) is not None:
                number, picture = newest
                if picture:
                    head = f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\n"
                    size = f"Content-Length: {len(picture)}\r\n\r\n"
                    self.wfile.write(f"{head}{size}".encode() + picture + b"\r\n")
        except OSError:  # the page was closed
            return
