"""The report: two HTML pages that open offline, for the clinician and for the person, and the maps that they show.

For those who change it: ``content.py`` and ``patient.py`` compute and name everything that was judged and forecast,
``page.py`` what was measured; the templates only lay it out. They hold every word and every escape (autoescape is on;
only the style sheets and the script pass unescaped). Charts are stretched SVG boxes with their labels in HTML, so that
text keeps its size on every screen; black, grey and dashes carry their meaning, never colour alone. The outlines lie
over the pictures as SVG in millimetres, so that they stay sharp and can be links. ``data-s`` ties all that belongs to
one scar together. The script is optional: without it the page shows the same, unsorted. A new
script or picture source must be let in by the content security policy in ``report.html.j2``.
"""

from __future__ import annotations

from cicatrix.report.annotate import outline_fitted
from cicatrix.report.page import render_html, render_patient
from cicatrix.report.pictures import Pictures, paint, shade
from cicatrix.report.write import write_report

__all__ = ["Pictures", "outline_fitted", "paint", "render_html", "render_patient", "shade", "write_report"]
