"""What a test of a rig says on simulated skin, and if it holds on other skin: ``python -m benchmarks.repeatability``.

One skin is captured six times, moved, turned and relit, and the rig's repeatability is found. Then other skins, none of
which changes, are captured twice each (``COUNT`` of them, 6 unless told): how many of their scars change by more than
the smallest detectable change shows how far one skin stands for others. Seeds from 10000, as for ``cicatrix validate``.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from cicatrix.capture import read_capture
from cicatrix.change import AssessedCapture
from cicatrix.change.compare import compare
from cicatrix.phantom import PhantomSettings
from cicatrix.phantom.revisit import Pose, Skin, look, make_skin
from cicatrix.phantom.write import write_capture
from cicatrix.pipeline.assess import assess
from cicatrix.repeatability import repeatability, smallest_in_words

FIRST_SEED = 10_077
SETTINGS = PhantomSettings(
    kind="lights",
    size_mm=34.0,
    pixel_mm=0.08,
    lights=8,
    icepick=6,
    boxcar=14,
    rolling=4,
    red_marks=5,
    brown_marks=5,
    form_radius_mm=200.0,
)
PICTURE_MM = 28.0
POSES = (
    Pose(),
    Pose(0.6, -0.4, 3.0),
    Pose(-0.5, 0.5, -4.0),
    Pose(0.2, 0.7, 6.0),
    Pose(-0.7, -0.2, -2.0),
    Pose(0.4, 0.1, 8.0),
)
QUANTITIES = ("depth", "volume", "width")
FIELDS = {"depth": "depth_mm", "volume": "volume_mm3", "width": "width_mm"}


def main(arguments: Sequence[str]) -> None:
    """Print the smallest detectable changes, and how often unchanged scars exceed them."""
    count = int(arguments[0]) if arguments else 6
    found = repeatability(captured(make_skin(FIRST_SEED, SETTINGS), POSES), "eight lights, simulated")
    print(found.text)
    for one in found.agreements:
        if found.judging(one.quantity) is one:
            cv = "" if one.cv_percent is None else f", CV {one.cv_percent.value:.2f} %"
            icc = "" if one.icc is None else f", ICC {one.icc.value:.3f} ({one.icc.low:.3f} to {one.icc.high:.3f})"
            print(f"  {one.name} ({one.way}): smallest {smallest_in_words(one)}{cv}{icc}")
    tally = {name: [0, 0] for name in QUANTITIES}
    for at in range(1, count + 1):
        before, after = captured(make_skin(FIRST_SEED + at, SETTINGS), POSES[at % 5 : at % 5 + 2])
        for row in compare(before, after).scars:
            for name in QUANTITIES:
                changed = getattr(row, name)
                smallest = None if changed is None else found.sdc_for(FIELDS[name], abs(changed.before or 0.0))
                if row.fate == "same" and smallest is not None:
                    tally[name][0] += abs(changed.change.value) > smallest
                    tally[name][1] += 1
    for name, (beyond, of) in tally.items():
        print(f"  {name}: {beyond} of {of} unchanged scars of {count} other skins change by more")


def captured(skin: Skin, poses: Sequence[Pose]) -> list[AssessedCapture]:
    """Capture a skin once in each pose, with other lights and noise each time, and assess it."""
    seen = []
    with TemporaryDirectory() as folder:
        for at, pose in enumerate(poses):
            place = Path(folder) / str(at)
            phantom, _ = look(skin, skin.seed + 1000 * (at + 1), replace(SETTINGS, size_mm=PICTURE_MM), pose)
            write_capture(phantom, place)
            seen.append(AssessedCapture(*assess(read_capture(place))))
    return seen


if __name__ == "__main__":
    main(sys.argv[1:])
