"""Sizes of the installation: the core and every extra, each in a fresh environment, and the limits that are held.

    python benchmarks/sizes.py

Sizes are sums of the bytes of installed files, bytecode included, without pip and setuptools. Exits with 1 where a
limit is passed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from collections import Counter
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
LIMITS_MB: Final = {"": 650, "[all]": 1700}
"""Most that the core and the core with all extras may take."""
LARGEST: Final = 6
"""How many packages are named."""
NOT_OURS: Final = ("pip", "setuptools", "pkg_resources", "_distutils_hack", "distutils-precedence")


def installed(extra: str, folder: Path) -> Counter[str]:
    """Bytes of each top-level entry of a fresh environment with the package in it."""
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"{ROOT}{extra}"]
    subprocess.run(command, check=True)
    packages = next(folder.rglob("site-packages"))
    sizes: Counter[str] = Counter()
    for file in packages.rglob("*"):
        name = file.relative_to(packages).parts[0]
        if file.is_file() and not name.startswith(NOT_OURS):
            # The libraries that a wheel brings along count with it.
            sizes[name.removesuffix(".libs").partition("-")[0]] += file.stat().st_size
    return sizes


def main() -> int:
    """Print the table; 1 where a limit is passed."""
    code = 0
    for extra, limit in LIMITS_MB.items():
        with tempfile.TemporaryDirectory(prefix="cicatrix-sizes-") as folder:
            sizes = installed(extra, Path(folder) / "venv")
        total = sum(sizes.values()) / 1e6
        largest = ", ".join(f"{name} {size / 1e6:.0f}" for name, size in sizes.most_common(LARGEST))
        print(f"cicatrix{extra}: {total:.0f} MB (at most {limit} MB); largest: {largest}")
        code |= total > limit
    return int(code)


if __name__ == "__main__":
    raise SystemExit(main())
