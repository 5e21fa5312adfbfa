"""The nouns: frozen, validated records."""

from __future__ import annotations

from cicatrix.model.assessment import SCHEMA, Assessment, CaptureSummary, Provenance
from cicatrix.model.capture import Capture, HeightCapture, ImageQuality, InputFile, LightsCapture
from cicatrix.model.case import Case, Person, Preferences, TreatmentId
from cicatrix.model.findings import Findings
from cicatrix.model.mark import Contrast, DarkSpot, Mark, MarkKind
from cicatrix.model.pigment import PigmentMaps
from cicatrix.model.quantity import Measured, Record, Share
from cicatrix.model.relief import Relief
from cicatrix.model.scar import DepthClass, Kind, Scar, Section
from cicatrix.model.skin import SkinTone

__all__ = [
    "SCHEMA",
    "Assessment",
    "Capture",
    "CaptureSummary",
    "Case",
    "Contrast",
    "DarkSpot",
    "DepthClass",
    "Findings",
    "HeightCapture",
    "ImageQuality",
    "InputFile",
    "Kind",
    "LightsCapture",
    "Mark",
    "MarkKind",
    "Measured",
    "Person",
    "PigmentMaps",
    "Preferences",
    "Provenance",
    "Record",
    "Relief",
    "Scar",
    "Section",
    "Share",
    "SkinTone",
    "TreatmentId",
]
