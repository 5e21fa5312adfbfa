"""The worker beside the app: started with it, started again when it dies, stopped with it."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from typing import Final

from cicatrix.web.settings import Settings

__all__ = ["Supervisor", "worker_command"]

PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 60.0
"""A worker that dies at once is started again ever more slowly."""
GOOD_RUN_S: Final = 60.0
PATIENCE_S: Final = 10.0
"""How long a worker may take to stop when it is asked to."""


def worker_command(settings: Settings) -> list[str]:
    """The command that runs a worker of a practice."""
    command = [sys.executable, "-m", "cicatrix.web.worker", "--with-parent", "--practice", str(settings.practice)]
    return command if settings.files is None else [*command, "--files", str(settings.files)]


class Supervisor:
    """Keeps one process running."""

    def __init__(self, command: Sequence[str]) -> None:
        self.command = list(command)
        self._stop = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, name="worker", daemon=True)

    def start(self) -> None:
        """Start the process, and whatever follows it."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the process to stop, and make it stop if it does not."""
        self._stop.set()
        process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._thread.join(PATIENCE_S)

    def _keep(self) -> None:
        pause = PAUSE_S
        while not self._stop.is_set():
            began = time.monotonic()
            self._process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL)  # noqa: S603 - our own program
            while self._process.poll() is None and not self._stop.wait(0.2):
                pass
            if self._stop.is_set():
                return
            pause = PAUSE_S if time.monotonic() - began > GOOD_RUN_S else min(2 * pause, LONGEST_PAUSE_S)
            self._stop.wait(pause)
