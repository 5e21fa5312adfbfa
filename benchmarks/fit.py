"""Time and memory of the fit of scars to shading and shadows.

    python benchmarks/fit.py [--quick] [--json]

A phantom of 40 x 40 mm at 0.04 mm a pixel under eight lights, with a dozen and with about forty scars (``--quick``:
a dozen only). Each is measured in a process of its own: seconds of ``cicatrix.scars.fit.fit_shapes`` a scar, all cores
at work, the second of two runs (the first loads the compiled kernels), and how far both raise the process's greatest
resident memory above what the photographs and the relief took (a scene is a few MB, and there is one a core).

Two references, on one boxcar of the same phantom:

- the shadows of all lights by one sweep against a ray marched from every corner in NumPy, half a cell a step;
- the fit against SciPy's Nelder-Mead simplex on the same cost from the same start, stopped where it has rendered ten
  times as often as the fit: the cost it has reached stands beside.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

SEED = 27_182
FEW = {"icepick": 3, "boxcar": 4, "rolling": 3, "raised": 1}
MANY = {"icepick": 13, "boxcar": 14, "rolling": 9, "raised": 4}
TARGET_S = 0.3
SIMPLEX_TIMES = 10


def one(scars: dict[str, Any], *, compare: bool) -> dict[str, Any]:
    """Make the phantom, find its scars, fit them; seconds, bytes and, on request, the references."""
    from cicatrix.capture import read_capture  # noqa: PLC0415
    from cicatrix.phantom import PhantomSettings, make_phantom, write_capture  # noqa: PLC0415
    from cicatrix.relief import reconstruct  # noqa: PLC0415
    from cicatrix.scars import find  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="cicatrix-bench-") as folder:
        path = Path(folder) / "capture"
        write_capture(make_phantom(SEED, PhantomSettings(size_mm=40.0, pixel_mm=0.04, **scars)), path)
        relief = reconstruct(read_capture(path))
    kept: list[tuple[Any, ...]] = []
    module: Any = find
    fit_shapes = module.fit_shapes

    def timed(*given: Any) -> Any:
        kept.append(given)
        return fit_shapes(*given)

    module.fit_shapes = timed
    before = _peak()
    find.find_scars(relief)
    given = kept[0]
    start = time.perf_counter()
    fits = fit_shapes(*given)
    seconds = time.perf_counter() - start
    found = {
        "scars": len(fits),
        "fitted": sum(f is not None for f in fits),
        "seconds": seconds,
        "grown": _peak() - before,
    }
    return found | (_references(given, fits) if compare else {})


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _references(given: tuple[Any, ...], fits: list[Any]) -> dict[str, Any]:
    from scipy.optimize import minimize  # noqa: PLC0415

    from cicatrix.scars.fit import cast, family, render  # noqa: PLC0415
    from cicatrix.scars.fit import solve as solving  # noqa: PLC0415

    solve: Any = solving

    shape, best = max(
        ((s, f) for s, f in zip(given[0], fits, strict=True) if f is not None), key=lambda both: both[1].pit.p
    )
    scene, outline, optics = best.scene, best.pit.outline, solve.Optics()
    start = best.pit.theta.copy()
    start[family.DEPTH : family.ALBEDO] = 0.0
    start[: family.GROW] = np.log([abs(shape.depth_mm), shape.profile.p, shape.profile.q])
    renders = 0
    plain = render.render

    def counted(*args: Any) -> Any:
        nonlocal renders
        renders += len(args[3])
        return plain(*args)

    solve.render = counted
    began = time.perf_counter()
    answer = solve.fit(scene, outline, best.pit.sign, start, optics)
    ours, needed = time.perf_counter() - began, renders
    problem = solve._problem(scene, outline, best.pit.sign, start, optics)  # noqa: SLF001
    glossy = render.shine(scene, outline, best.pit.sign, start)

    def cost(theta: NDArray[np.float64]) -> float:
        theta = theta.copy()
        solve._keep_within(theta)  # noqa: SLF001
        rest = solve._residuals(problem, glossy, theta[None], None)[0]  # noqa: SLF001
        return float(solve._cost(problem, rest, theta))  # noqa: SLF001

    began = time.perf_counter()
    simplex = minimize(cost, start, method="Nelder-Mead", options={"maxfev": SIMPLEX_TIMES * needed})
    other = time.perf_counter() - began
    return {
        "start_cost": cost(start),
        "fit": {"seconds": ours, "renders": needed, "cost": answer.cost},
        "simplex": {"seconds": other, "renders": int(simplex.nfev), "cost": float(simplex.fun)},
        "shadows": _shadows(scene, best.pit.depth_mm, cast.sweep),
    }


def _shadows(scene: Any, depth_at: Any, sweep: Any) -> dict[str, float]:
    """Seconds of the sweep and of a ray from every corner for all lights, and how far they are apart in mm."""
    rows, cols = scene.base_mm.shape
    height = scene.base_mm - depth_at(scene.x0_mm, scene.y0_mm, scene.cell_mm, rows, cols)
    shadow = np.empty_like(height)
    apart = []
    times = [0.0, 0.0]
    for light in scene.lights:
        flat = math.hypot(light[0], light[1])
        slope = light[2] / flat * scene.cell_mm
        sweep(height, -light[1] / flat, light[0] / flat, slope, shadow)
        began = time.perf_counter()
        sweep(height, -light[1] / flat, light[0] / flat, slope, shadow)
        middle = time.perf_counter()
        marched = _march(height, -light[1] / flat, light[0] / flat, slope)
        times = [times[0] + middle - began, times[1] + time.perf_counter() - middle]
        dark = (shadow > height) & (marched > height)
        apart.append(float(np.abs(shadow - marched)[dark].mean()) if dark.any() else 0.0)
    return {"sweep": times[0], "march": times[1], "apart_mm": float(np.mean(apart))}


def _march(height: NDArray[np.float32], drow: float, dcol: float, slope: float) -> NDArray[np.float64]:
    from scipy import ndimage  # noqa: PLC0415

    row, col = np.mgrid[0 : height.shape[0], 0 : height.shape[1]].astype(float)
    best: NDArray[np.float64] = np.full(height.shape, -np.inf)
    for step in np.arange(0.5, max(height.shape), 0.5):
        at = [row + step * drow, col + step * dcol]
        best = np.maximum(best, ndimage.map_coordinates(height, at, order=1, cval=-np.inf) - step * slope)
    return best


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description="Time and memory of the fit of scars.")
    parser.add_argument("--quick", action="store_true", help="a dozen scars only")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(one(json.loads(options.one), compare=sum(json.loads(options.one).values()) < 20)))
        return
    fields = [FEW] if options.quick else [FEW, MANY]
    found = [
        json.loads(
            subprocess.run(
                [sys.executable, __file__, "--one", json.dumps(scars)], check=True, capture_output=True, text=True
            ).stdout
        )
        for scars in fields
    ]
    if options.json:
        print(json.dumps({"cores": os.cpu_count(), "load": os.getloadavg()[0], "fields": found}, indent=1))
        return
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    for field in found:
        each = field["seconds"] / field["scars"]
        print(
            f"{field['scars']:3d} scars, {field['fitted']} kept their fit: {each:.2f} s a scar (target: at most "
            f"{TARGET_S} s on two cores); memory grew by {field['grown'] / 1e6:.0f} MB"
        )
    first = found[0]
    fit, simplex, shadows = first["fit"], first["simplex"], first["shadows"]
    print(
        f"one boxcar: cost {first['start_cost']:.0f} at the start; the fit reaches {fit['cost']:.0f} in "
        f"{fit['seconds']:.2f} s and {fit['renders']} renderings, Nelder-Mead {simplex['cost']:.0f} in "
        f"{simplex['seconds']:.2f} s and {simplex['renders']}"
    )
    print(
        f"shadows of all lights: {1e3 * shadows['sweep']:.1f} ms by sweeps, {1e3 * shadows['march']:.0f} ms by rays in "
        f"NumPy ({shadows['march'] / shadows['sweep']:.0f} x), {1e3 * shadows['apart_mm']:.1f} um apart"
    )


if __name__ == "__main__":
    main()
