"""Where a session is looked at: the page in this machine's browser, or nowhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from fer_keras.desktop import has_screen, open_page
from fer_keras.live.watcher import Shot

if TYPE_CHECKING:
    from fer_keras.live.live_page import LivePage


class View(Protocol):
    """What a session is shown on."""

    def show(self, shot: Shot) -> bool:
        """Show what is seen; False when the user has stopped."""

    def close(self) -> None:
        """End it."""


def open_view(
    tell: Callable[[str], None],
    source: str,
    model: str,
    labels: Sequence[str],
    *,
    only_if_seen: bool,
) -> LivePage | None:
    """The page with what is seen; the browser is opened where there is a screen.

    Without a screen the page can still be looked at from elsewhere (`ssh -L`).

    Args:
        tell: is given the line that says where to look.
        source: what is looked at, by name.
        model: that looks, by name.
        labels: the model's.
        only_if_seen: no page without a screen: something else comes of the session.
    """
    if only_if_seen and not has_screen():
        return None
    from fer_keras.live.live_page import LivePage  # not needed where a film is written

    view = LivePage(source, model, labels)
    tell(f"{view.address} shows what is seen; its button or Ctrl-C ends it")
    open_page(view.address)
    return view
