"""The report: one HTML page that opens offline, and the maps that it shows."""

from __future__ import annotations

from cicatrix.report.page import render_html
from cicatrix.report.pictures import Pictures, paint, shade
from cicatrix.report.write import write_report

__all__ = ["Pictures", "paint", "render_html", "shade", "write_report"]
