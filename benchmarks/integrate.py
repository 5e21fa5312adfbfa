"""Time and memory of the integration of slopes, beside a reference in the same run.

    python benchmarks/integrate.py [--quick]

Every case runs in a process of its own, on a synthetic relief with noisy slopes, after one call on a quarter of it
that compiles the kernels or loads them from the cache. ``wall`` is the best of the repetitions, ``cpu`` the
processor time of that repetition over all threads, ``peak`` the greatest resident memory of the process, inputs
included. On a busy machine threads that wait for each other count as processor time; NUMBA_NUM_THREADS=1 in the
environment shows the work alone. The reference solves the same weighted problem with SciPy's conjugate gradients in
double precision, preconditioned by the cosine transform.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import fft
from scipy.sparse.linalg import LinearOperator, cg

from cicatrix.relief.integrate import integrate

Plane = NDArray[np.float32]

SIZES = {"1 MP": (1000, 1000), "6 MP": (2000, 3000), "24 MP": (4000, 6000)}
CASES = ("cosine transform", "weights", "weights and mask")
PIXEL_MM = 0.04
REPETITIONS = 3


def scene(shape: tuple[int, int]) -> tuple[Plane, Plane, Plane, Plane]:
    """Slopes of a random relief with noise of 0.02, weights from 0.02 to 1, and the same with a mask.

    The mask takes the outside of a disc, and blotches of half a millimetre that cover 5 % of the rest.
    """
    rng = np.random.default_rng(1)
    height = sum(share * _blotches(rng, shape, size) for size, share in ((2, 0.3), (8, 2.0), (30, 10.0)))
    slopes = [(slope + rng.normal(0, 0.02, shape)).astype(np.float32) for slope in np.gradient(height)]
    weights = rng.uniform(0.02, 1, shape).astype(np.float32)
    y, x = np.ogrid[: shape[0], : shape[1]]
    inside = np.hypot(y - shape[0] / 2, x - shape[1] / 2) < 0.48 * min(shape)
    return slopes[1], slopes[0], weights, weights * (inside & (_blotches(rng, shape, 6) < 1.645))


def _blotches(rng: np.random.Generator, shape: tuple[int, int], size: float) -> Plane:
    """Smooth noise of unit standard deviation."""
    noise = cv2.GaussianBlur(rng.standard_normal(shape, dtype=np.float32), (0, 0), size)
    return np.asarray(noise / noise.std(), np.float32)


def reference(p: Plane, q: Plane, weights: Plane) -> NDArray[np.float64]:
    """Solve the weighted problem by SciPy, to a residual of a millionth."""
    w = weights.astype(float)
    wx, wy = (2 * a * b / (a + b) for a, b in ((w[:, :-1], w[:, 1:]), (w[:-1], w[1:])))
    gx, gy = (p[:, :-1].astype(float) + p[:, 1:]) / 2, (q[:-1].astype(float) + q[1:]) / 2
    eigenvalues = np.add.outer(*(4 * np.sin(np.arange(n) * np.pi / (2 * n)) ** 2 for n in p.shape))
    eigenvalues[0, 0] = np.inf

    def gather(across: NDArray[np.float64], down: NDArray[np.float64]) -> NDArray[np.float64]:
        out = np.zeros(p.shape)
        out[:, 1:] += across
        out[:, :-1] -= across
        out[1:] += down
        out[:-1] -= down
        return out.ravel()

    def matrix(flat: NDArray[np.float64]) -> NDArray[np.float64]:
        z = flat.reshape(p.shape)
        return gather(wx * np.diff(z, axis=1), wy * np.diff(z, axis=0))

    def by_cosines(flat: NDArray[np.float64]) -> Any:
        spectrum = fft.dctn(flat.reshape(p.shape), norm="ortho", workers=2) / eigenvalues
        return fft.idctn(spectrum, norm="ortho", workers=2).ravel()

    shape = (p.size, p.size)
    flat, failed = cg(
        LinearOperator(shape, matvec=matrix, dtype=float),
        gather(wx * gx, wy * gy),
        rtol=1e-6,
        M=LinearOperator(shape, matvec=by_cosines, dtype=float),
    )
    if failed:
        raise RuntimeError("the reference did not converge")
    height: NDArray[np.float64] = PIXEL_MM * flat.reshape(p.shape)
    return height - np.average(height, weights=w)


def measure(size: str, case: str) -> dict[str, Any]:
    """Run one case in this process."""
    p, q, weights, masked = scene(SIZES[size])
    if case == "reference":
        return _measure_reference(p, q, weights)
    chosen = {"cosine transform": None, "weights": weights, "weights and mask": masked}[case]
    del weights, masked
    corner = np.s_[: p.shape[0] // 2, : p.shape[1] // 2]
    integrate(p[corner], q[corner], PIXEL_MM, None if chosen is None else chosen[corner])
    wall, cpu, _ = _best(lambda: integrate(p, q, PIXEL_MM, chosen), REPETITIONS)
    return {"wall": wall, "cpu": cpu, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}


def _measure_reference(p: Plane, q: Plane, weights: Plane) -> dict[str, Any]:
    wall, cpu, height = _best(lambda: reference(p, q, weights), 1)
    error = integrate(p, q, PIXEL_MM, weights) - height
    return {"wall": wall, "cpu": cpu, "difference": float(np.sqrt(np.mean(error**2)) / height.std())}


def _best(work: Callable[[], Any], repetitions: int) -> tuple[float, float, Any]:
    runs = []
    for _ in range(repetitions):
        wall, cpu = time.perf_counter(), time.process_time()
        result = work()
        runs.append((time.perf_counter() - wall, time.process_time() - cpu))
    return (*min(runs), result)


def _in_a_process(size: str, case: str) -> dict[str, Any]:
    command = [sys.executable, __file__, "--case", size, case]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Time and memory of the integration of slopes.")
    parser.add_argument("--quick", action="store_true", help="1 MP only")
    parser.add_argument("--case", nargs=2, metavar=("SIZE", "CASE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.case:
        print(json.dumps(measure(*options.case)))
        return
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    print(
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, load {load:.1f} per core at the start"
    )
    if load > 0.3:
        print("other work is going on here: wall times are too long, compare the cpu times")
    quick: dict[str, Any] = {}
    for size in ("1 MP",) if options.quick else SIZES:
        for case in CASES:
            found = _in_a_process(size, case)
            quick = found if (size, case) == ("1 MP", "weights") else quick
            print(f"{size:>5}  {case:16}  {_times(found)}  peak {found['peak'] / 1e6:5.0f} MB", flush=True)
    slow = _in_a_process("1 MP", "reference")
    print(f" 1 MP  {'reference':16}  {_times(slow)}  differs by {slow['difference']:.0e} of the SD")
    print(f"weights at 1 MP against the reference: {slow['wall'] / quick['wall']:.1f} x faster by wall time, ", end="")
    print(f"{slow['cpu'] / quick['cpu']:.1f} x by processor time")


def _times(found: dict[str, Any]) -> str:
    return f"wall {found['wall']:6.2f} s  cpu {found['cpu']:6.2f} s"


if __name__ == "__main__":
    main()
