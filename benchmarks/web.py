"""Time of the app's pages with many people at once in a large practice.

    python benchmarks/web.py [--quick] [--json]

A practice of 10,000 visits (2,000 with ``--quick``) is made in a temporary folder; every visit has a capture and a
result of the shipped example. The app runs as ``cicatrix serve`` runs it, in a process of its own. Fifty clients look
at pages in parallel: the list, a search, a person, a visit, a result and the JSON twins of each, every page of somebody
else. Twice: as people do, with a pause of 0.5 to 1.5 s between pages, and without any pause, which shows what the app
gives at most.

The reference is ``/healthz``, which touches neither database nor templates, asked for by one client in the same run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx2
import numpy as np
from practice import large_practice

from cicatrix.practice import accounts, open_practice, people, results, visits
from cicatrix.web.settings import Settings

ROOT = Path(__file__).parents[1]
CLIENTS = 50
SECONDS = 20.0
TARGET_MS = 200.0

SERVER = """
import sys, uvicorn
from cicatrix.web.app import create_app
from cicatrix.web.settings import Settings
port = int(sys.argv[2])
app = create_app(Settings(practice=sys.argv[1], token="x", port=port))
uvicorn.run(app, port=port, log_level="warning", access_log=False)
"""


async def visit(base: str, cookies: dict[str, str], pages: list[str], *, pause: bool) -> dict[str, list[float]]:
    """Milliseconds of each kind of page, looked at by all clients."""
    took: dict[str, list[float]] = {}
    end = time.perf_counter() + SECONDS
    limits = httpx2.Limits(max_connections=CLIENTS)
    async with httpx2.AsyncClient(base_url=base, cookies=cookies, limits=limits, timeout=60) as http:

        async def client(number: int) -> None:
            chance = random.Random(number)  # noqa: S311 - which page comes next is no secret
            if pause:
                await asyncio.sleep(chance.random())
            while time.perf_counter() < end:
                page = chance.choice(pages)
                began = time.perf_counter()
                answer = await http.get(page, headers={"accept": "text/html"})
                if answer.status_code != 200:
                    msg = f"{page} answered with {answer.status_code}"
                    raise RuntimeError(msg)
                took.setdefault(_kind(page), []).append(1000 * (time.perf_counter() - began))
                if pause:
                    await asyncio.sleep(chance.uniform(0.5, 1.5))

        await asyncio.gather(*(client(number) for number in range(CLIENTS)))
    return took


def _kind(page: str) -> str:
    first = page.strip("/").split("/")[0].split("?")[0].removesuffix(".json")
    what = {"people": "list"}.get(first, first.rstrip("s")) if page.count("/") == 1 else first.rstrip("s")
    name = {"people": "person"}.get(what, what)
    if "?" in page:
        name = "search"
    return f"{name} (JSON)" if ".json" in page else name


def addresses(folder: Path) -> list[str]:
    """Pages of two hundred people."""
    practice = open_practice(folder)
    pages = ["/people", "/people.json", *(f"/people?text=P-{n:03d}" for n in range(0, 200, 5))]
    with practice.unit_of_work("benchmark", write=False) as unit:
        for person in people.find(unit, limit=200).items:
            seen = visits.of_person(unit, person.id)[0]
            result = results.of_person(unit, person.id)[0]
            for page in (f"/people/{person.id}", f"/visits/{seen.id}", f"/results/{result.id}"):
                pages += [page, f"{page}.json"]
    practice.close()
    return pages


def alone(base: str) -> float:
    """Milliseconds of the reference."""
    with httpx2.Client(base_url=base) as http:
        took = []
        for _ in range(200):
            began = time.perf_counter()
            http.get("/healthz")
            took.append(1000 * (time.perf_counter() - began))
    return float(np.median(took))


def measure(folder: Path) -> dict[str, dict[str, dict[str, float]]]:
    """Start the app on a practice and let the clients loose."""
    port = free_port()
    settings = Settings(practice=folder, port=port)
    practice = open_practice(folder)
    with practice.unit_of_work("benchmark") as unit:
        token = accounts.open_session(unit, None)
    practice.close()
    pages = addresses(folder)
    base = f"http://127.0.0.1:{port}"
    server = subprocess.Popen([sys.executable, "-c", SERVER, str(folder), str(port)])
    try:
        wait_for(base)
        told: dict[str, dict[str, dict[str, float]]] = {"reference": {"healthz": {"median": alone(base)}}}
        for name, pause in (("with pauses", True), ("without pause", False)):
            took = asyncio.run(visit(base, {settings.cookie: token}, pages, pause=pause))
            took["all"] = [one for some in took.values() for one in some]
            told[name] = {
                kind: {
                    "pages": len(some),
                    "median": float(np.median(some)),
                    "p95": float(np.percentile(some, 95)),
                    "per second": len(some) / SECONDS,
                }
                for kind, some in sorted(took.items())
            }
    finally:
        server.terminate()
        server.wait()
    return told


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(base: str) -> None:
    """Wait until the app answers."""
    for _ in range(300):
        try:
            httpx2.get(f"{base}/healthz")
        except httpx2.TransportError:
            time.sleep(0.1)
        else:
            return
    msg = "the app did not start"
    raise RuntimeError(msg)


def main() -> None:
    """Make the practice, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a fifth of the visits")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    count = 400 if options.quick else 2000
    with tempfile.TemporaryDirectory() as lent:
        folder = Path(lent) / f"practice-{secrets.token_hex(4)}"
        large_practice(
            folder, ROOT / "examples" / "cheek", ROOT / "examples" / "case.toml", people_count=count, visits_each=5
        ).close()
        told = measure(folder)
    if options.json:
        print(json.dumps(told, indent=1))
        return
    print(f"{os.cpu_count()} cores, {count * 5:,} visits, {CLIENTS} clients, {SECONDS:.0f} s each")
    print(f"reference: {told['reference']['healthz']['median']:.1f} ms for a page that does nothing, to one client")
    for name in ("with pauses", "without pause"):
        print(f"\n{name:24}{'pages':>8}{'median':>10}{'95 %':>10}")
        for kind, row in told[name].items():
            print(f"{kind:24}{row['pages']:>8.0f}{row['median']:>7.0f} ms{row['p95']:>7.0f} ms")
    p95 = told["with pauses"]["all"]["p95"]
    print(f"\n95 % of pages within {p95:.0f} ms ({'within' if p95 <= TARGET_MS else 'above'} {TARGET_MS:.0f} ms)")


if __name__ == "__main__":
    main()
