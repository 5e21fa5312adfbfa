"""The worker beside the app: started with it, started again when it dies, stopped with it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from cicatrix.web.settings import Settings

__all__ = ["DATABASE", "Supervisor", "worker_command", "worker_environment"]

DATABASE: Final = "CICATRIX_DATABASE"
"""The environment's variable that holds a database's address; the commands read it, too."""

PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 60.0
"""A worker that dies at once is started again ever more slowly."""
GOOD_RUN_S: Final = 60.0
PATIENCE_S: Final = 10.0
"""How long a worker may take to stop when it is asked to."""


def worker_command(settings: Settings) -> list[str]:
    """The command that runs a worker of a practice.

    Every user of a machine can read it, so a database's address, which may hold a password, is no part of it.
    """
    command = [sys.executable, "-m", "cicatrix.web.work.worker", "--with-parent"]
    folder = settings.practice if isinstance(settings.practice, Path) else None
    command += [] if folder is None else ["--practice", str(folder)]
    return command if settings.files is None else [*command, "--files", str(settings.files)]


def worker_environment(settings: Settings) -> dict[str, str]:
    """What the worker is told besides, for no other user to read."""
    return {} if isinstance(settings.practice, Path) else {DATABASE: settings.practice}


class Supervisor:
    """Keeps one process running.

    Parameters
    ----------
    command
        Program and arguments.
    environment
        What its environment holds besides that of this process.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        self.command, self.environment = list(command), {**os.environ, **(environment or {})}
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
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                self.command, stdin=subprocess.DEVNULL, env=self.environment
            )
            while self._process.poll() is None and not self._stop.wait(0.2):
                pass
            if self._stop.is_set():
                return
            pause = PAUSE_S if time.monotonic() - began > GOOD_RUN_S else min(2 * pause, LONGEST_PAUSE_S)
            self._stop.wait(pause)
