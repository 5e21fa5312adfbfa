"""Parts of the report for a page of the app: the same words and drawings, without a page of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from cicatrix.model import Assessment
from cicatrix.report.page import judged, page_environment
from cicatrix.report.patient import patient
from cicatrix.report.references import signs

__all__ = ["Part", "render_part"]

Part = Literal["plan", "outlook", "patient"]

STYLE = re.compile(r' style="([^"]*)"')


def render_part(assessment: Assessment, part: Part, pictures: Mapping[str, str] | None = None) -> str:
    """A part of the report as HTML to be put into a page.

    What the report writes as ``style`` stands as ``data-style``: a page whose policy forbids the first sets it by a
    script of its own, and reads without it.

    Parameters
    ----------
    assessment
        What was found. Every text in it is escaped.
    part
        ``"plan"``: gate and options; ``"outlook"``: results, healing, fading; ``"patient"``: for the person.
    pictures
        Address of the picture of each state of the simulation.
    """
    shown = dict(pictures or {})
    context: dict[str, Any] = {"assessment": assessment, "simulated": shown, "signs": signs(), "site": None}
    if part == "patient":
        told = patient(assessment, drawn=shown)
        context |= {"p": told, "references": told.references, "full": False}
    else:
        context |= {**judged(assessment, shown), "full": True}
    html = page_environment().get_template(f"part_{part}.html.j2").render(**context)
    return STYLE.sub(r' data-style="\1"', html)
