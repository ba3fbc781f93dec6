"""`fer-keras demo`: the page for a phone's browser, served from this machine."""

from __future__ import annotations

from typing import Annotated

import typer


def demo(
    port: Annotated[int, typer.Option(help="0 for any that is free.", min=0, max=65535)] = 8000,
    host: Annotated[
        str, typer.Option(help="Address to listen on; 0.0.0.0 lets phones in the network in.")
    ] = "127.0.0.1",
    open_browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in this desktop's browser.")
    ] = True,
) -> None:
    """Serve the page that finds and names faces in the browser; pictures stay in the browser.

    Anywhere but on this machine itself it speaks HTTPS with a certificate of its own making, as
    browsers give cameras to secure pages only: your phone asks once whether to go on.

    Example: `fer-keras demo --host 0.0.0.0`
    """
    from rich.console import Console

    from fer_keras.demo.app import make_app
    from fer_keras.demo.certificate import is_loopback, reachable_addresses
    from fer_keras.demo.server import open_server
    from fer_keras.demo.site_files import read_site
    from fer_keras.desktop import open_page

    console = Console()
    app = make_app(read_site())
    addresses = reachable_addresses(host)
    context = None
    if not is_loopback(host):
        import platformdirs

        from fer_keras.demo.certificate import secure_context

        folder = platformdirs.user_data_path("fer-keras")
        context = secure_context([*addresses, "localhost", "127.0.0.1"], folder)
    server = open_server(app, host, port, context)

    def tell() -> None:
        for address in addresses:
            shown = f"[{address}]" if ":" in address else address
            url = f"{'https' if context else 'http'}://{shown}:{server.port}/"
            console.print(url, highlight=False, markup=False, soft_wrap=True)
            if context and console.is_terminal:
                _print_code(url)
        console.print("Ctrl-C ends it", highlight=False)
        if open_browser and context is None:
            open_page(url)

    server.serve_until_end(tell)


def _print_code(url: str) -> None:
    """The address as a QR code for the phone's camera."""
    import segno

    segno.make(url, micro=False).terminal(compact=True)
