"""Does what `cicatrix assess` does, and prints how long each stage took: the process that `run.py` starts.

python benchmarks/stages.py CAPTURE OUT
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from cicatrix.pipeline.assess import assess_folder


def main() -> None:
    """Assess a capture; print seconds of wall and processor time by stage, and bytes of memory at most, as JSON."""
    capture, out = map(Path, sys.argv[1:])
    began: dict[str, tuple[float, float]] = {}
    ended: dict[str, tuple[float, float]] = {}

    def tell(stage: str, done: int, total: int) -> None:
        (ended if done == total else began).setdefault(stage, (time.perf_counter(), time.process_time()))

    assess_folder(capture, out, progress=tell)
    stages = {stage: [ended[stage][k] - began[stage][k] for k in (0, 1)] for stage in began}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"stages": stages, "cpu": time.process_time(), "peak": peak}))


if __name__ == "__main__":
    main()
