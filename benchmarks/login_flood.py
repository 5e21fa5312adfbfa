"""Time of pages while many connections without an account ask for logins.

    python benchmarks/login_flood.py [--connections 50] [--seconds 15] [--json]

A practice with accounts is served on this machine as ``cicatrix serve --accounts`` serves it. Somebody who is logged in
looks at pages, one every 50 ms: first alone, then while the connections send logins as fast as they are answered, each
with a name that nobody has. Everything is bounded: the connections, the time, and the number of requests of each
connection (2,000).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from multiprocessing.queues import Queue
from pathlib import Path

import httpx2
import numpy as np
from web import free_port, wait_for

from cicatrix.practice import accounts, open_practice, people
from cicatrix.web.settings import Settings

TARGET_MS = 300.0
MOST_REQUESTS = 2000
PAUSE_S = 0.05

SERVER = """
import sys
from pathlib import Path
from cicatrix.web.app import create_app
from cicatrix.web.server import run_server
from cicatrix.web.settings import Settings
settings = Settings(practice=Path(sys.argv[1]), mode="accounts", port=int(sys.argv[2]))
run_server(create_app(settings), settings)
"""


async def _hammer(port: int, seconds: float, connections: int) -> Counter[str]:
    """Statuses of logins that are sent over as many connections for so long."""
    told: Counter[str] = Counter()
    end = time.monotonic() + seconds
    limits = httpx2.Limits(max_connections=connections)
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", limits=limits, timeout=60) as http:

        async def one(number: int) -> None:
            for tried in range(MOST_REQUESTS):
                if time.monotonic() >= end:
                    return
                try:
                    form = {"name": f"nobody-{number}-{tried}", "password": "wrong"}
                    told[str((await http.post("/login", data=form)).status_code)] += 1
                except httpx2.TransportError as error:
                    told[type(error).__name__] += 1

        await asyncio.gather(*(one(number) for number in range(connections)))
    return told


def _flood(port: int, seconds: float, connections: int, told: Queue[Counter[str]]) -> None:
    told.put(asyncio.run(_hammer(port, seconds, connections)))


def look(port: int, cookies: dict[str, str], seconds: float) -> list[float]:
    """Milliseconds of pages, one after another."""
    took = []
    end = time.monotonic() + seconds
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}", cookies=cookies, timeout=60) as http:
        while time.monotonic() < end:
            began = time.perf_counter()
            answer = http.get("/people", headers={"accept": "text/html"})
            took.append(1000 * (time.perf_counter() - began))
            if answer.status_code != 200:
                msg = f"/people answered with {answer.status_code}"
                raise RuntimeError(msg)
            time.sleep(PAUSE_S)
    return took


def measure(folder: Path, connections: int, seconds: float) -> tuple[list[float], list[float], Counter[str]]:
    """Pages alone, pages during the flood, and what became of the logins."""
    port = free_port()
    practice = open_practice(folder)
    with practice.unit_of_work("benchmark") as unit:
        account = accounts.add(unit, "anna", "reader", "plum tractor eleven")
        token = accounts.open_session(unit, account.id)
        for number in range(100):
            people.add(unit, f"P-{number:03d}")
    practice.close()
    cookies = {Settings(practice=folder, port=port).cookie: token}
    server = subprocess.Popen([sys.executable, "-c", SERVER, str(folder), str(port)])
    try:
        wait_for(f"http://127.0.0.1:{port}")
        look(port, cookies, 1.0)
        quiet = look(port, cookies, min(5.0, seconds))
        context = multiprocessing.get_context("spawn")
        told: Queue[Counter[str]] = context.Queue()
        flood = context.Process(target=_flood, args=(port, seconds + 3.0, connections, told), daemon=True)
        flood.start()
        time.sleep(3.0)  # until it has started
        loud = look(port, cookies, seconds - 1.0)
        counts = told.get(timeout=seconds + 120)
        flood.join()
    finally:
        server.terminate()
        server.wait()
    return quiet, loud, counts


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--connections", type=int, default=50, choices=range(1, 201), metavar="1-200")
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as lent:
        quiet, loud, counts = measure(Path(lent) / "practice", options.connections, min(options.seconds, 60.0))
    told = {
        name: {"pages": len(took), "median": float(np.median(took)), "p95": float(np.percentile(took, 95))}
        for name, took in (("alone", quiet), ("during the flood", loud))
    }
    if options.json:
        print(json.dumps({**told, "logins": counts}, indent=1))
        return
    print(f"{os.cpu_count()} cores, {options.connections} connections that ask for logins without an account")
    print(f"{'pages of somebody else':24}{'pages':>8}{'median':>10}{'95 %':>10}")
    for name, row in told.items():
        print(f"{name:24}{row['pages']:>8.0f}{row['median']:>7.0f} ms{row['p95']:>7.0f} ms")
    print("logins: " + ", ".join(f"{count} × {status}" for status, count in sorted(counts.items())))
    p95 = told["during the flood"]["p95"]
    print(f"95 % of pages within {p95:.0f} ms ({'within' if p95 <= TARGET_MS else 'above'} {TARGET_MS:.0f} ms)")


if __name__ == "__main__":
    main()
