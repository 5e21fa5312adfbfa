"""Run workers of a practice as forks, so that hundreds can be killed without starting a Python for each.

``python dying_worker.py PRACTICE`` forks a worker at each line on its input, tells its process number, and says
``dead`` once it is gone. The worker forks its jobs' processes in turn; everything else is as in the program.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from pathlib import Path

import cicatrix.pipeline.assess
import cicatrix.pipeline.check
import cicatrix.web.upload.assemble_upload
import cicatrix.web.upload.previews
import cicatrix.web.work.assess
import cicatrix.web.work.upload  # noqa: F401 - imported once, before the forks
from cicatrix.practice import open_practice
from cicatrix.web.work.worker import work


def main(folder: Path) -> None:
    """Fork at each line until the input ends."""
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            os.write(1, f"{os.getpid()}\n".encode())
            work(open_practice(folder), context=multiprocessing.get_context("fork"))
            os._exit(0)
        os.waitpid(pid, 0)
        os.write(1, b"dead\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
