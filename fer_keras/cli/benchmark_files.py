"""`fer-keras benchmark FILE…`: the latency of TFLite files against each other."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fer_keras.cli import data_options
from fer_keras.cli.lists import number_range, whole_numbers, words
from fer_keras.cli.printing import print_table, say


def files(
    models: Annotated[
        list[str],
        typer.Argument(help="Shipped names or .tflite files; ratios refer to the first."),
    ],
    peer: Annotated[
        Path | None, typer.Option(help="Another project's .tflite for faces, timed with them.")
    ] = None,
    peer_range: Annotated[str, typer.Option(help="What black and white are to the peer.")] = "-1,1",
    threads: Annotated[str, typer.Option(help="Processor threads.")] = "1",
    kernels: Annotated[
        str, typer.Option(help="xnnpack (LiteRT's default), builtin or both.")
    ] = "xnnpack,builtin",
    runs: Annotated[int, typer.Option(help="Inferences of each file and setting.")] = 300,
    data: Annotated[str | None, typer.Option(help="As for train: measures accuracy, too.")] = None,
    split: data_options.SplitName = "validation",
    sizes: data_options.Sizes = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for latency.json and, with --data, latency.png.")
    ] = None,
) -> None:
    """Time TFLite files in turn: latency, first inference, load, memory, size.

    Example: `fer-keras benchmark files mobile-s mobile-m --threads 1,2`; the word "files" may be
    left out.
    """
    black_and_white = number_range(peer_range, "peer_range")
    counts = whole_numbers(threads, "threads", "1,2")

    from fer_keras.studies.peer import check_peer

    check_peer(peer)

    from fer_keras.studies.file_benchmark import benchmark_files, latency_table

    opened = None
    if data is not None or sizes is not None:
        spec = data or data_options.DEFAULT_DATA
        opened = data_options.open_faces(spec, sizes=sizes, report=say)
    found = benchmark_files(
        models,
        peer=peer,
        peer_range=black_and_white,
        kernels=words(kernels),
        threads=counts,
        runs=runs,
        data=opened,
        split=split,
        report=say,
    )
    print_table(latency_table(found.rows, found.names, found.accuracies))
    if out is not None:
        found.save(out)
        say(f"written to {out}")
