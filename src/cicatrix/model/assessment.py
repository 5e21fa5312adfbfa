"""The whole answer for one capture, as written to ``assessment.json``."""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import Field, model_validator

from cicatrix.model.answer import Answer
from cicatrix.model.capture import ImageQuality, InputFile
from cicatrix.model.card_reading import CardReading
from cicatrix.model.case import Acne
from cicatrix.model.correction import Corrected
from cicatrix.model.display import Displayed, count_by_kind, interval
from cicatrix.model.findings import Findings
from cicatrix.model.gate import Gate
from cicatrix.model.grades import Grades
from cicatrix.model.mark import DarkSpot, Mark
from cicatrix.model.outlook import Outlook
from cicatrix.model.plan import Plan
from cicatrix.model.quantity import Finite, Record, Share
from cicatrix.model.relief import Channel, LightFit
from cicatrix.model.risk import ScarRisk
from cicatrix.model.scar import Scar
from cicatrix.model.skin import SkinTone

__all__ = ["SCHEMA", "Assessment", "CaptureSummary", "Provenance"]

SCHEMA: Final = "cicatrix/assessment/1"


class Provenance(Record):
    """What made this result: inputs by hash, versions, settings."""

    cicatrix: str
    python: str
    libraries: dict[str, str]
    inputs: tuple[InputFile, ...]
    settings: dict[str, Any]


class CaptureSummary(Record):
    """What the capture holds and how good it is."""

    kind: Literal["lights", "card", "height"]
    site: str | None
    pixel_mm: Finite
    rows: int
    cols: int
    width_mm: Finite
    height_mm: Finite
    lights: int
    channel: Channel | None
    """The channel that the geometry was taken from."""
    light: LightFit | None = None
    """How the photographs agree with the stated lights; None without photographs."""
    images: tuple[ImageQuality, ...]
    trusted_lights: dict[str, Share] | None
    """Share of pixels by number of trusted lights."""
    coverage: Share
    """Share of pixels with enough trusted lights to fix the surface."""
    relief_noise_mm: Finite
    """Root mean square of the relief outside scars: skin lines, pores and noise together."""
    elevations_deg: tuple[Finite, ...]
    """Elevation of each light above the skin."""
    card: CardReading | None = None
    """Reading of the printed card; None without one."""


class Assessment(Displayed, Record):
    """Everything that one run found. Sections that were not assessed are named in ``not_assessed``.

    Examples
    --------
    >>> import cicatrix as cx
    >>> assessment = cx.assess("examples/cheek").assessment
    >>> assessment.scars[0].id, assessment.not_assessed
    ('S01', ('acne', 'plan'))
    """

    schema_: Literal["cicatrix/assessment/1"] = Field(default=SCHEMA, alias="schema", serialization_alias="schema")
    provenance: Provenance
    capture: CaptureSummary
    scars: tuple[Scar, ...]
    marks: tuple[Mark, ...] = ()
    """Red, brown and mixed marks; none where marks are among ``not_assessed``."""
    dark_spots: tuple[DarkSpot, ...] = ()
    """Small, dark, sharply bordered spots such as moles: not marks, but seen."""
    skin_tone: SkinTone | None = None
    """None without colour photographs."""
    corrections: tuple[Corrected, ...] = ()
    """What a person corrected, each with what had been measured; scars, marks and all that follows are as corrected."""
    acne: Acne | None = None
    """Acne as it was stated; it is not measured. None when nothing was stated about it."""
    findings: Findings = Findings()
    """What was stated, joined with what was measured; grades, gate and plan are computed from it."""
    grades: Grades | None = None
    gate: Gate | None = None
    """Whether acne is under control."""
    scar_risk: ScarRisk | None = None
    """What goes with having scars, as far as it was stated."""
    plan: Plan | None = None
    """Options of treatment to talk over, and why everything else is left out."""
    outlook: Outlook | None = None
    """What to expect: without treatment, while healing, and after each option."""
    answer: Answer | None = Field(
        default=None,
        description=(
            "What a person reads first: whether the scars can be removed, how likely, how far, in what time, at what "
            "risk and cost. None where no plan was made."
        ),
    )
    not_assessed: tuple[str, ...] = ("marks", "acne", "grades", "gate", "plan", "outlook")
    limits: tuple[str, ...]
    """What the numbers cannot say, in plain words."""

    @model_validator(mode="before")
    @classmethod
    def _light_from_settings(cls, data: Any) -> Any:
        """Results of 0.1.0 held ``capture.light`` among the settings of their provenance alone."""
        if not isinstance(data, dict) or not isinstance(data.get("capture"), dict) or "light" in data["capture"]:
            return data
        provenance = data.get("provenance")
        settings = provenance.get("settings") if isinstance(provenance, dict) else None
        light = settings.get("light") if isinstance(settings, dict) else None
        return data | {"capture": data["capture"] | {"light": light}}

    def shown(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """One line, and rows of label and text, for a prompt or a notebook."""
        capture = self.capture
        found = [count_by_kind((scar.kind for scar in self.scars), "scar")]
        if "marks" not in self.not_assessed:
            found.append(count_by_kind((mark.kind for mark in self.marks), "mark"))
        size = f"{capture.width_mm:.0f} x {capture.height_mm:.0f} mm"
        sunken = [scar.depth_mm for scar in self.scars if scar.depth_mm.value > 0.0]
        rows = [("capture", f"{capture.kind}, {size}, {capture.pixel_mm:g} mm a pixel")]
        if sunken:
            deepest = max(sunken, key=lambda depth: depth.value)
            rows.append(("deepest, mm", interval(deepest.value, deepest.low, deepest.high)))
        if self.gate is not None:
            rows.append(("acne", self.gate.state.replace("_", " ")))
        if self.grades is not None:
            rows += self.grades.shown()[1]
        if self.plan is not None:
            rows.append(("plan", self.plan.shown()[0]))
        if self.not_assessed:
            rows.append(("not assessed", ", ".join(self.not_assessed)))
        return f"{capture.site or 'site not stated'}: {', '.join(found)}", tuple(rows)
