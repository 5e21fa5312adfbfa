"""Pages opened in Chromium: what axe finds, and what does not fit."""

from __future__ import annotations

import html
import importlib.util
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

LOADER = """<!doctype html><meta charset="utf-8"><title>check</title><body><script>
const page = %s, axe = %s, widths = %s;
const looked = async (width) => {
  const frame = document.createElement("iframe");
  frame.width = width; frame.height = 1000;
  const loaded = new Promise((done) => { frame.onload = done; });
  frame.srcdoc = page;
  document.body.append(frame);
  await loaded;
  const inside = frame.contentDocument;
  for (const one of inside.querySelectorAll("details")) one.open = true;
  const script = inside.createElement("script");
  script.textContent = axe;
  inside.head.append(script);
  // Axe takes long, and looks at what a width hardly changes.
  const options = { resultTypes: ["violations"] };
  const found = width === widths[0] ? await frame.contentWindow.axe.run(inside, options) : { violations: [] };
  const allowed = "svg, .vh, .scroll, .toc, pre, thead, .skip";
  const wide = [...inside.body.querySelectorAll("*")].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.width > 0 && box.right > width + 1 && !one.closest(allowed);
  });
  return {
    width,
    violations: found.violations.map((one) => [one.id, one.nodes.slice(0, 3).map((node) => node.html)]),
    wide: wide.slice(0, 5).map((one) => one.outerHTML.slice(0, 200)),
    scroll: inside.documentElement.scrollWidth,
    height: inside.documentElement.scrollHeight,
  };
};
(async () => {
  const answers = [];
  for (const width of widths) answers.push(await looked(width));
  const told = document.createElement("pre");
  told.id = "told";
  told.textContent = JSON.stringify(answers);
  document.body.append(told);
})();
</script>"""


def chromium() -> str | None:
    """Path of a Chromium or Chrome, if there is one."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


def axe_script() -> str | None:
    """The text of axe-core, if the wrapper that carries it is installed."""
    spec = importlib.util.find_spec("axe_core_python")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        found = Path(folder) / "axe.min.js"
        if found.is_file():
            return found.read_text(encoding="utf-8")
    return None


def look(page: str, axe: str, widths: tuple[int, ...], folder: Path) -> list[dict[str, Any]]:
    """Open the page in frames of these widths, everything unfolded; tell what a ruler finds, and axe at the first."""
    browser = chromium()
    assert browser is not None
    bare = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    outer = folder / "check.html"
    values = tuple(json.dumps(one).replace("</", "<\\/") for one in (bare, axe, widths))
    outer.write_text(LOADER % values, encoding="utf-8")
    done = subprocess.run(  # noqa: S603 - a browser found on the path, on a file of ours
        [
            browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1400,1100",
            f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=120000", "--dump-dom", outer.as_uri(),
        ],
        capture_output=True, text=True, timeout=180, check=True,
    )  # fmt: skip
    told = re.search(r'<pre id="told">(.*?)</pre>', done.stdout, re.DOTALL)
    assert told, "the page was not looked at"
    answers: list[dict[str, Any]] = json.loads(html.unescape(told.group(1)))
    return answers
