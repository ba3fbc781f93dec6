"""How many files, connections among them, this process may have open."""

from __future__ import annotations

import contextlib


def allow_open_files(wanted: int) -> int:
    """Raise the limit to what is wanted, as far as the system lets us; 1,024 is usual.

    Returns:
        how many may be open, at most what was wanted.
    """
    try:
        import resource
    except ImportError:  # Windows: asyncio's loop carries more than the C library's 512 there
        return wanted
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return wanted
    possible = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    with contextlib.suppress(ValueError, OSError):  # macOS refuses what its kernel can't
        resource.setrlimit(resource.RLIMIT_NOFILE, (possible, hard))
        soft = possible
    return soft
