"""Cameras in a network: servers that send pictures by RTSP, and as motion JPEG by HTTP."""

from __future__ import annotations

import struct
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import StreamRequestHandler, ThreadingTCPServer

import av
import cv2
import numpy as np

CLOCK = 90_000
KIND = 96
"""RTP's number for what the SDP describes."""
FIRST = 1_234_567
"""RTP's clock at the first picture: any time but 0, which FFmpeg takes for none."""
SDP = f"""v=0
o=- 0 0 IN IP4 127.0.0.1
s=camera
c=IN IP4 127.0.0.1
t=0 0
a=range:npt=now-
m=video 0 RTP/AVP {KIND}
a=rtpmap:{KIND} H264/{CLOCK}
a=fmtp:{KIND} packetization-mode=1
a=control:track
""".replace("\n", "\r\n")


class _Quiet(ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


@contextmanager
def rtsp_camera(pictures: Iterable[np.ndarray], fps: int = 25) -> Iterator[str]:
    """The address of a camera that sends pictures (height, width, 3), red, green, blue, once.

    They are sent over the connection itself, as fast as they are taken; then it says nothing more.
    """

    class Camera(StreamRequestHandler):
        def handle(self) -> None:
            while request := self.rfile.readline().decode():
                method = request.split()[0]
                headers = {}
                while line := self.rfile.readline().decode().strip():
                    name, _, value = line.partition(":")
                    headers[name.lower()] = value.strip()
                self._answer(method, headers["cseq"])
                if method == "PLAY":
                    self._send()
                if method in ("PLAY", "TEARDOWN"):
                    return

        def _answer(self, method: str, number: str) -> None:
            body = SDP if method == "DESCRIBE" else ""
            lines = {
                "OPTIONS": ["Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN"],
                "DESCRIBE": ["Content-Type: application/sdp", f"Content-Length: {len(body)}"],
                "SETUP": ["Transport: RTP/AVP/TCP;unicast;interleaved=0-1", "Session: 1"],
                "PLAY": ["Session: 1", "Range: npt=now-"],
            }.get(method, [])
            head = "\r\n".join(["RTSP/1.0 200 OK", f"CSeq: {number}", *lines, "", ""])
            self.wfile.write(head.encode() + body.encode())

        def _send(self) -> None:
            number = 0
            for time, units in _encoded(pictures, fps):
                for last, unit in zip([False] * (len(units) - 1) + [True], units, strict=True):
                    kind = KIND | (0x80 if last else 0)
                    packet = struct.pack(">BBHII", 0x80, kind, number & 0xFFFF, time, 1) + unit
                    number += 1
                    try:
                        self.wfile.write(struct.pack(">cBH", b"$", 0, len(packet)) + packet)
                    except OSError:  # who watched has gone
                        return

    with _Quiet(("127.0.0.1", 0), Camera) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"rtsp://me:secret@127.0.0.1:{server.server_address[1]}/camera"
        server.shutdown()


def _encoded(pictures: Iterable[np.ndarray], fps: int) -> Iterator[tuple[int, list[bytes]]]:
    """Each picture's RTP time, and its units of H.264 without start codes."""
    encoder = av.CodecContext.create("libx264", "w")
    encoder.pix_fmt, encoder.time_base = "yuv420p", Fraction(1, fps)
    encoder.options = {"preset": "ultrafast", "tune": "zerolatency"}
    for number, picture in enumerate(pictures):
        if not number:
            encoder.height, encoder.width = picture.shape[:2]
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts = number
        for packet in encoder.encode(frame):
            data = bytes(packet).replace(b"\0\0\0\1", b"\0\0\1")
            yield FIRST + number * CLOCK // fps, [unit for unit in data.split(b"\0\0\1") if unit]


@contextmanager
def jpeg_camera(pictures: Iterable[np.ndarray]) -> Iterator[str]:
    """The address of a camera that sends pictures, as JPEG, one after the other, once."""

    class Camera(BaseHTTPRequestHandler):
        def log_message(self, format: str, *arguments: object) -> None:
            pass

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=next")
            self.end_headers()
            for picture in pictures:
                _, encoded = cv2.imencode(".jpg", picture[:, :, ::-1])
                head = f"--next\r\nContent-Type: image/jpeg\r\nContent-Length: {len(encoded)}"
                try:
                    self.wfile.write(f"{head}\r\n\r\n".encode() + encoded.tobytes() + b"\r\n")
                except OSError:
                    return

    with ThreadingHTTPServer(("127.0.0.1", 0), Camera) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/video"
        server.shutdown()
