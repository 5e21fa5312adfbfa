"""The report: one HTML page that opens offline, and the maps that it shows.

For those who change it: ``page.py`` computes and names everything that is shown, the templates only lay it out, and
they hold every word and every escape (autoescape is on; only the style sheet and the script pass unescaped). The
outlines lie over the pictures as SVG in millimetres, so that they stay sharp and can be links. ``data-s`` ties all
that belongs to one scar together. The script is optional: without it the page shows the same, unsorted. A new
script or picture source must be let in by the content security policy in ``report.html.j2``.
"""

from __future__ import annotations

from cicatrix.report.annotate import outline_fitted
from cicatrix.report.page import render_html
from cicatrix.report.pictures import Pictures, paint, shade
from cicatrix.report.write import write_report

__all__ = ["Pictures", "outline_fitted", "paint", "render_html", "shade", "write_report"]
