"""`gembatch emulator`: the workspace's emulator on a port, until it is interrupted."""

from __future__ import annotations

import signal
from threading import Event

import click

from gembatch.cli.options import Common, common_options
from gembatch.cli.output import show
from gembatch.cli.render import DEFAULT_PORT
from gembatch.cli.wiring import EMULATOR_FOLDER, embedded_emulator, open_run


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=DEFAULT_PORT, show_default=True,
              help="Where to listen on 127.0.0.1; 0 for any free port.")  # fmt: skip
@common_options
def emulator(common: Common, port: int) -> None:
    """Run Vertex AI batch prediction and Cloud Storage on this machine, on the data of the embedded endpoint.

    It listens on 127.0.0.1 alone and stops on Ctrl-C. Point Google's own clients at its URL.
    """
    run = open_run(common)
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())
    with embedded_emulator(run.root, run.environment, port=port) as (url, _):
        show(f"{url}  serving {EMULATOR_FOLDER}; Ctrl-C stops it")
        stop.wait()
