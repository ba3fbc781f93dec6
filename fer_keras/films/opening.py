"""Opening a film with FFmpeg's libraries, and saying in one line why it can't be."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fer_keras.errors import InputError

if TYPE_CHECKING:
    import av

PATIENCE = 10.0
"""Seconds that an address may take to answer, and to send more."""
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_KINDS = (
    *("mov", "mp4", "matroska", "webm", "avi", "mpegts", "mpeg", "mpegvideo", "m4v", "h264"),
    *("hevc", "obu", "ivf", "flv", "asf", "ogg", "gif", "apng", "mjpeg", "nut", "mxf", "dv"),
    *("wtv", "rm", "yuv4mpegpipe", "png_pipe", "jpeg_pipe", "webp_pipe"),
)
"""What a file may be. Lists of other files are not among them: FFmpeg would open whatever they
name, and wait for what is added to them."""
_NO_FILM = {"tty", "ansi", "srt", "webvtt", "ass"}
"""What FFmpeg reads as films and nobody means by one: text."""


def require_pyav() -> None:
    """Say in one line how to get PyAV where it is missing: a hundred megabytes, so an extra.

    Raises:
        InputError: if it is not installed.
    """
    if find_spec("av") is None:
        raise InputError("films are read and written by PyAV: pip install 'fer-keras[films]'")


def is_address(source: str | Path) -> bool:
    """Whether it is an address (`http://`, `rtsp://`, ...) and no path."""
    return isinstance(source, str) and _ADDRESS.match(source) is not None


def shown_name(source: str | Path) -> str:
    """The source as it may stand in messages: an address without its user and password.

    >>> shown_name("rtsp://me:secret@camera/1")
    'rtsp://camera/1'
    """
    return re.sub(r"://[^/@]*@", "://", str(source)) if is_address(source) else str(source)


def ffmpeg_name(path: Path) -> str:
    """A file's name as FFmpeg takes it: what stands before a colon would be a protocol.

    >>> ffmpeg_name(Path("10:30.mp4"))
    'file:10:30.mp4'
    """
    return f"file:{path}"


def open_container(source: str | Path) -> tuple[str, av.container.InputContainer]:
    """Open a file or an address.

    Returns:
        The name for messages, and PyAV's container.

    Raises:
        InputError: if it is missing or no film, or PyAV is not installed.
    """
    require_pyav()
    import av

    name = shown_name(source)
    if not is_address(source) and not Path(source).is_file():
        raise InputError(f"{name}: no such file")
    options = {}
    if not is_address(source):
        options = {"format_whitelist": ",".join(_KINDS), "protocol_whitelist": "file"}
    elif str(source).startswith("rtsp"):
        options["rtsp_transport"] = "tcp"  # without it a busy network tears pictures
    try:
        container: Any = av.open(
            str(source) if is_address(source) else ffmpeg_name(Path(source)),
            options=options,
            metadata_errors="replace",
            timeout=PATIENCE if is_address(source) else None,
        )
    except (av.FFmpegError, OSError, ValueError) as error:
        raise InputError(f"{name}: {_reason(error, source)}") from error
    if container.format.name in _NO_FILM:
        container.close()
        raise InputError(f"{name}: can't be read as a film; it is a text")
    return name, container


def picture_stream(container: av.container.InputContainer, name: str) -> Any:
    """The stream of pictures that a player would show.

    Raises:
        InputError: if there is none.
    """
    from av.stream import Disposition

    # The cover of a piece of music is a stream of pictures too, of one.
    streams = [
        one
        for one in container.streams.video
        if not one.disposition & Disposition.attached_pic and one.codec_context is not None
    ]
    if not streams:
        container.close()
        raise InputError(f"{name}: has no pictures; is it sound alone?")
    best = container.streams.best("video")
    return best if best in streams else streams[0]


def _reason(error: Exception, source: str | Path) -> str:
    import av

    if isinstance(error, av.error.ExitError):
        return f"no answer within {PATIENCE:.0f} seconds"
    said = " ".join(str(getattr(error, "strerror", None) or error).split())
    if is_address(source):
        return f"can't be opened ({said})"
    if isinstance(error, av.error.ArgumentError):
        said = "a text or a list of other files, or none of .mp4, .mov, .mkv, .webm, .avi, ..."
        return f"can't be read as a film ({said})"
    return f"can't be read as a film; it may be cut off or damaged ({said})"
