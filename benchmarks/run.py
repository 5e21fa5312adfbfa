"""Time and memory of `cicatrix assess` from files to results, stage by stage, and of the per-pixel solver.

    python benchmarks/run.py [--quick] [--json]

Two captures of eight JPEG photographs are made in a temporary folder: 1 MP is a rendered phantom of 40 x 40 mm at
0.04 mm a pixel, 24 MP a phantom of 20 x 20 mm at 0.02 mm repeated 6 x 4 times. Each is assessed in a process of its
own; the first run on the small one, which compiles the kernels or loads them from the cache, does not count. The time
in all is that of the whole process, from its start to its end, the best of the repetitions; the stages are of that run,
and processor time is that of all threads. The floor is the time to read and decode the photographs alone with OpenCV on
two threads, as many as the reader uses. ``peak`` is the greatest resident memory of the process.

The solver (see ``cicatrix.relief.photometric``) is compared with ``numpy.linalg.lstsq``, the plain least-squares
solution of all pixels of one channel at once in double precision: alone, on pixels that were made linear and freed from
uneven light beforehand, and whole, with everything else that the solver does too (make pixels linear, undo uneven
light, slopes, albedo of three channels). Neither drops lights that do not fit, as the solver does. The solver takes out
gloss as well where the colours tell of it; its time for that stands beside, and takes no part in the ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from cicatrix.capture import read_capture
from cicatrix.model import LightsCapture
from cicatrix.model.light import linear_lut
from cicatrix.phantom import Phantom, PhantomSettings, make_phantom, write_capture
from cicatrix.phantom.camera import encode_file
from cicatrix.relief.gloss import NO_GLOSS, Gloss
from cicatrix.relief.illumination import estimate
from cicatrix.relief.photometric import solve

SEED = 31_415
SIZES = {"1 MP": (40.0, 0.04, (1, 1)), "24 MP": (20.0, 0.02, (4, 6))}
"""Side of the phantom, width of a pixel, and how often it is repeated down and across."""
REPETITIONS = {"1 MP": 3, "24 MP": 1}
TARGETS = {"1 MP": {"wall": 5.0}, "24 MP": {"wall": 25.0, "peak": 4e9}}
SOLVER_TARGET = 4.0
DECODERS = 2
BLUE = 2


def make_capture(folder: Path, size: str) -> None:
    """Write a capture of 8 photographs."""
    side_mm, pixel_mm, repeat = SIZES[size]
    settings = PhantomSettings(size_mm=side_mm, pixel_mm=pixel_mm)
    if repeat != (1, 1):  # fewer scars on a smaller field; repeated forms would not meet at their edges
        few = {"icepick": 1, "boxcar": 2, "rolling": 1, "red_marks": 1, "brown_marks": 1, "tilt_deg": 0.0}
        settings = replace(settings, form_radius_mm=None, **few)  # type: ignore[arg-type]
    phantom = make_phantom(SEED, settings)
    write_capture(phantom, folder)
    (folder / "truth.json").unlink()
    if repeat != (1, 1):
        _repeat_images(phantom, folder, repeat)


def _repeat_images(phantom: Phantom, folder: Path, repeat: tuple[int, int]) -> None:
    assert phantom.images is not None  # noqa: S101 - a phantom of kind lights
    for path, image in zip(sorted(folder.glob("*.jpg")), phantom.images, strict=True):
        tiles = np.tile(image, (*repeat, 1))
        path.write_bytes(encode_file(tiles, "jpeg", phantom.settings.jpeg_quality))


def assess_once(capture: Path, out: Path) -> dict[str, Any]:
    """Run the command in a process of its own; seconds by stage, in all, and bytes of memory."""
    start = time.perf_counter()
    command = [sys.executable, str(Path(__file__).with_name("stages.py")), str(capture), str(out)]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    wall = time.perf_counter() - start
    start_up = [
        whole - sum(stage[k] for stage in found["stages"].values()) for k, whole in enumerate((wall, found["cpu"]))
    ]
    return found | {"wall": wall, "stages": {"start and imports": start_up} | found["stages"]}


def floor(capture: Path) -> float:
    """Seconds to read and decode the photographs, the best of two."""

    def decode(path: Path) -> int:
        image = cv2.imdecode(np.fromfile(path, dtype=np.uint8), cv2.IMREAD_COLOR_RGB)
        return 0 if image is None else image.size

    def decode_all() -> None:
        with ThreadPoolExecutor(DECODERS) as pool:
            list(pool.map(decode, sorted(capture.glob("*.jpg"))))

    return _best(decode_all, 2)


def compare_solvers(folder: Path) -> dict[str, Any]:
    """Seconds of our solver and of NumPy's least squares on the same photographs."""
    capture = read_capture(folder)
    assert isinstance(capture, LightsCapture)  # noqa: S101 - what make_capture wrote
    images, directions = capture.images, capture.directions
    light = estimate(capture, BLUE)
    table = linear_lut(images.dtype, linear=capture.linear).astype(np.float64)
    gain = [cv2.resize(plane, images.shape[2:0:-1]).astype(np.float64) for plane in light.gain]
    signal = (table[images[..., BLUE]] * gain).reshape(len(images), -1)

    def ours(gloss: Gloss = NO_GLOSS) -> None:
        solve(images, light.directions, light.gain, channel=BLUE, linear=capture.linear, gloss=gloss)

    def alone() -> None:
        np.linalg.lstsq(directions, signal, rcond=None)

    def whole() -> None:
        planes = table[images] * np.asarray(gain)[..., None]
        surface = np.linalg.lstsq(directions, planes[..., BLUE].reshape(len(images), -1), rcond=None)[0]
        normal = surface / np.linalg.norm(surface, axis=0)
        -normal[:2] / normal[2]
        facing = directions @ normal
        np.einsum("np,npk->pk", facing, planes.reshape(*facing.shape, -1)) / (facing**2).sum(axis=0)[:, None]

    ours()  # compile, or load from the cache
    seconds = {"solver": _best(ours, 5), "lstsq": _best(alone, 5), "whole": _best(whole, 2)}
    return seconds | {"glossy": _best(lambda: ours(light.gloss), 5), "pixels": signal.shape[1]}


def _best(work: Callable[[], Any], repetitions: int) -> float:
    seconds = []
    for _ in range(repetitions):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def measure(sizes: list[str]) -> dict[str, Any]:
    """Run everything; what ``--json`` prints."""
    found: dict[str, Any] = {
        "machine": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
        "numpy": np.__version__,
        "captures": {},
    }
    with tempfile.TemporaryDirectory(prefix="cicatrix-bench-") as folder:
        for size in sizes:
            capture = Path(folder) / size.replace(" ", "-")
            _say(f"making {size} x 8")
            make_capture(capture, size)
            if size == sizes[0]:
                _say("warming up")
                assess_once(capture, Path(folder) / "out")
                found["solver"] = compare_solvers(capture)
            _say(f"assessing {size} x 8")
            runs = [assess_once(capture, Path(folder) / "out") for _ in range(REPETITIONS[size])]
            best = min(runs, key=lambda run: float(run["wall"]))
            found["captures"][size] = best | {"floor": floor(capture)}
    return found


def _say(what: str) -> None:
    print(f"{what} ...", file=sys.stderr, flush=True)


def show(found: dict[str, Any]) -> None:
    """Print the table."""
    print(f"{found['machine']}, {found['cores']} cores, Python {found['python']}, NumPy {found['numpy']}")
    if found["load"] > 0.3 * found["cores"]:
        print(f"load {found['load']:.1f} at the start: other work is going on here, and times are too long")
    for size, run in found["captures"].items():
        target = TARGETS[size]
        print(f"\n{size} x 8 lights, from files to results")
        for stage, (wall, cpu) in run["stages"].items():
            print(f"  {stage:22} {wall:7.2f} s  {100 * wall / run['wall']:3.0f} %  {cpu:7.2f} s of processor time")
        print(f"  {'in all':22} {run['wall']:7.2f} s  100 %  {run['cpu']:7.2f} s", end="")
        print(f"   (target: at most {target['wall']:.0f} s)")
        print(f"  {'floor: decoding alone':22} {run['floor']:7.2f} s")
        limit = f"   (target: at most {target['peak'] / 1e9:.0f} GB)" if "peak" in target else ""
        print(f"  {'peak memory':22} {run['peak'] / 1e9:7.2f} GB{limit}")
    solver = found["solver"]
    print(f"\nper-pixel solver, {solver['pixels'] / 1e6:.0f} MP x 8 lights")
    print(f"  {'ours':22} {solver['solver']:7.3f} s  robust; from 8-bit pixels to slopes, albedo and trusted lights")
    print(f"  {'ours, with gloss':22} {solver['glossy']:7.3f} s  the same, and gloss taken out, which NumPy's does not")
    for name, title, what in (
        ("lstsq", "numpy.linalg.lstsq", "alone, float64, on pixels made linear and even beforehand"),
        ("whole", "the same, whole", "with what it needs to get from the same pixels to slopes and albedo"),
    ):
        ratio = solver[name] / solver["solver"]
        print(f"  {title:22} {solver[name]:7.3f} s  {what}: {ratio:.1f} x (target: at least {SOLVER_TARGET:.0f} x)")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description="Time and memory of cicatrix assess.")
    parser.add_argument("--quick", action="store_true", help="1 MP only")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    found = measure(["1 MP"] if options.quick else list(SIZES))
    if options.json:
        print(json.dumps(found, indent=1))
    else:
        show(found)


if __name__ == "__main__":
    main()
