"""A case: what a clinician or a person states.

Every answer is optional. ``None`` means that nobody answered; it never means no, none or never. The sections are
always there, so ``case.person.skin_type`` needs no check before it. The text under a field is the question in plain
words; it is shown in the terminal, in the case file and in the JSON Schema.

The records refuse what cannot be an answer (a negative count, an age of 130). Answers that contradict each other are
looked for where a case is read, see ``cicatrix.cases``.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal, get_args

from pydantic import ConfigDict, Field, Strict, field_validator

from cicatrix.model.quantity import Finite, Record

__all__ = [
    "TREATMENT_IDS",
    "Acne",
    "AcneRegions",
    "Case",
    "Person",
    "Preferences",
    "StatedMarks",
    "StatedScars",
    "TreatmentId",
    "WorstLesion",
]

TreatmentId = Literal[
    "acne_control",
    "sun_protection",
    "topical_retinoid",
    "azelaic_acid",
    "hydroquinone",
    "vascular_laser",
    "ipl",
    "chemical_peel_superficial",
    "chemical_peel_medium",
    "chemical_peel_deep",
    "microdermabrasion",
    "laser_resurfacing",
    "dermabrasion",
    "fractional_laser_ablative",
    "fractional_laser_nonablative",
    "picosecond_laser",
    "microneedling",
    "rf_microneedling",
    "subcision",
    "tca_cross",
    "punch_excision",
    "punch_elevation",
    "filler",
    "prp",
    "silicone",
    "intralesional_steroid",
]
TREATMENT_IDS: Final[tuple[TreatmentId, ...]] = get_args(TreatmentId)

WorstLesion = Literal["none", "comedone", "papule", "pustule", "nodule"]
"""The most severe lesion in a region, from none to worst."""

Flag = Annotated[bool, Strict()]
Count = Annotated[int, Strict(), Field(ge=0, le=999)]
Months = Annotated[Finite, Strict(), Field(ge=0, le=1440)]
"""Months, at most 120 years of them."""


class _Answers(Record):
    """Base of the sections: a field's docstring is its question."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class Person(_Answers):
    """The person, and what in their history matters for a treatment."""

    age: Annotated[int, Strict(), Field(ge=0, le=120)] | None = None
    """How old, in whole years?"""
    sex: Literal["female", "male", "other"] | None = None
    """Which sex?"""
    skin_type: Annotated[int, Strict(), Field(ge=1, le=6)] | None = None
    """How does the skin answer to sun? 1 always burns, never tans; 2 usually burns; 3 sometimes burns, tans slowly;
    4 rarely burns, tans well; 5 very rarely burns; 6 never burns (Fitzpatrick skin type)."""
    pregnant: Flag | None = None
    """Pregnant, or possibly pregnant?"""
    breastfeeding: Flag | None = None
    """Breastfeeding?"""
    isotretinoin: Literal["never", "now", "stopped"] | None = None
    """Isotretinoin capsules (a strong acne medicine): never taken, taken now, or stopped?"""
    isotretinoin_months_since: Annotated[Finite, Strict(), Field(ge=0, le=720)] | None = None
    """How many months ago was the last isotretinoin capsule?"""
    keloid_history: Flag | None = None
    """Has a scar ever grown beyond the wound that it came from (keloid)?"""
    herpes_history: Flag | None = None
    """Cold sores (herpes) at any time?"""
    active_herpes: Flag | None = None
    """A cold sore (herpes) at present?"""
    skin_infection: Flag | None = None
    """An infection of the skin to be treated at present, by bacteria, fungi or viruses?"""
    open_wound: Flag | None = None
    """An open wound or raw skin to be treated at present?"""
    immunosuppressed: Flag | None = None
    """A weakened immune system, by illness or by medicine?"""
    vitiligo: Flag | None = None
    """Vitiligo (white patches)?"""
    psoriasis: Flag | None = None
    """Psoriasis?"""
    lichen_planus: Flag | None = None
    """Lichen planus?"""
    connective_tissue_disease: Flag | None = None
    """A disease of the connective tissue, such as lupus or scleroderma?"""
    diabetes: Flag | None = None
    """Diabetes?"""
    bleeding_disorder: Flag | None = None
    """An illness that makes bleeding longer or stronger?"""
    anticoagulant: Flag | None = None
    """A medicine that thins the blood at present?"""
    smoker: Flag | None = None
    """Smoking?"""
    recent_tan: Flag | None = None
    """Tanned skin, or strong sun or a sunbed in the last weeks?"""
    photosensitising_drug: Flag | None = None
    """A medicine at present that makes the skin sensitive to light?"""
    salicylate_allergy: Flag | None = None
    """An allergy to salicylic acid or aspirin?"""
    bovine_collagen_allergy: Flag | None = None
    """An allergy to collagen from cattle?"""
    pacemaker: Flag | None = None
    """A pacemaker, or another electrical device in the body?"""
    radiotherapy_to_area: Flag | None = None
    """Radiotherapy to the skin to be treated, at any time?"""
    heart_disease: Flag | None = None
    """A disease of the heart?"""
    kidney_disease: Flag | None = None
    """A disease of the kidneys?"""
    liver_disease: Flag | None = None
    """A disease of the liver?"""
    body_dysmorphic_disorder: Flag | None = None
    """Body dysmorphic disorder (distress over looks that others hardly see), diagnosed or suspected?"""
    resurfacing_months_since: Months | None = None
    """How many months ago was the skin last resurfaced, by laser, deep peel or dermabrasion?"""


class AcneRegions(_Answers):
    """The most severe acne lesion present in each region of the Global Acne Grading System (Doshi 1997)."""

    forehead: WorstLesion | None = None
    """The worst lesion on the forehead?"""
    right_cheek: WorstLesion | None = None
    """The worst lesion on the right cheek?"""
    left_cheek: WorstLesion | None = None
    """The worst lesion on the left cheek?"""
    nose: WorstLesion | None = None
    """The worst lesion on the nose?"""
    chin: WorstLesion | None = None
    """The worst lesion on the chin?"""
    chest_and_upper_back: WorstLesion | None = None
    """The worst lesion on chest and upper back?"""


class Acne(_Answers):
    """Acne now, and how it has been. Counts are of the whole face."""

    open_comedones: Count | None = None
    """How many blackheads (open comedones)?"""
    closed_comedones: Count | None = None
    """How many whiteheads (closed comedones)?"""
    papules: Count | None = None
    """How many red bumps without pus, smaller than 5 mm (papules)?"""
    pustules: Count | None = None
    """How many bumps with pus, smaller than 5 mm (pustules)?"""
    nodules: Count | None = None
    """How many deep or large inflamed lumps, 5 mm or more (nodules)?"""
    months_clear: Months | None = None
    """For how many months has no new inflamed spot come?"""
    years: Annotated[Finite, Strict(), Field(ge=0, le=120)] | None = None
    """For how many years has there been acne, or was there?"""
    worst_severity: Literal["mild", "moderate", "severe"] | None = None
    """How bad was the acne at its worst?"""
    on_treatment: Flag | None = None
    """Is the acne treated at present?"""
    picking: Literal["never", "sometimes", "often"] | None = None
    """Are spots picked or squeezed?"""
    family_history_of_scars: Flag | None = None
    """Does a parent, brother or sister have acne scars?"""
    regions: AcneRegions = AcneRegions()
    """The worst lesion in each region of the face, and on chest and upper back."""


class StatedMarks(_Answers):
    """Flat marks that acne left: red (erythema) and brown (hyperpigmentation)."""

    red: Count | None = None
    """How many flat red marks?"""
    brown: Count | None = None
    """How many flat brown marks?"""
    median_size_mm: Annotated[Finite, Strict(), Field(gt=0, le=50)] | None = None
    """How wide is a typical mark, in mm?"""
    intensity: Literal["slight", "moderate", "marked"] | None = None
    """How much darker than the skin around are the brown marks?"""
    median_age_months: Months | None = None
    """How old is a typical mark, in months?"""
    sun_protection: Literal["never", "sometimes", "daily"] | None = None
    """Is the skin with the marks kept from the sun (sunscreen, hat, shade)?"""


class StatedScars(_Answers):
    """Scars as counted by eye, on the whole face."""

    icepick: Count | None = None
    """How many narrow, deep pits, less than 2 mm wide (icepick)?"""
    boxcar_shallow: Count | None = None
    """How many pits with steep walls and a flat floor, less than 0.5 mm deep (shallow boxcar)?"""
    boxcar_deep: Count | None = None
    """How many pits with steep walls and a flat floor, 0.5 mm deep or more (deep boxcar)?"""
    rolling: Count | None = None
    """How many wide, soft hollows, usually 4 mm or more (rolling)?"""
    hypertrophic: Count | None = None
    """How many raised scars that stay within the old spot (hypertrophic)?"""
    keloid: Count | None = None
    """How many raised scars that have grown beyond the old spot (keloid)?"""
    raised_area_cm2: Annotated[Finite, Strict(), Field(ge=0, le=1000)] | None = None
    """How large are all raised scars together, in square centimetres?"""
    visible_at_50cm: Flag | None = None
    """Are the scars seen from 50 cm, the distance of a talk?"""
    hidden_by_makeup: Flag | None = None
    """Does make-up, or the shadow of a shaved beard, hide them?"""
    flattened_by_stretching: Flag | None = None
    """Do the hollows go flat when the skin is stretched between two fingers?"""


class Preferences(_Answers):
    """What the person wants of a plan."""

    max_downtime_days: Annotated[int, Strict(), Field(ge=0, le=365)] | None = None
    """How many days away from work and company may one treatment cost at most?"""
    event_date: Annotated[date, Strict()] | None = None
    """Is there a day by which the skin should look its best? (year-month-day)"""
    avoid: tuple[TreatmentId, ...] | None = None
    """Which treatments are not wanted? An empty list says that none is ruled out."""
    budget_usd: Annotated[Finite, Strict(), Field(ge=0, le=1_000_000)] | None = None
    """How much may all of it cost, in US dollars?"""

    @field_validator("avoid", mode="after")
    @classmethod
    def _once(cls, avoid: tuple[TreatmentId, ...] | None) -> tuple[TreatmentId, ...] | None:
        """Sort, and drop what is named twice: the order says nothing."""
        return None if avoid is None else tuple(sorted(set(avoid), key=TREATMENT_IDS.index))


class Case(_Answers):
    """All that was stated. Sections that were left out are there, with every answer unknown."""

    person: Person = Person()
    """The person, and what in their history matters for a treatment."""
    acne: Acne = Acne()
    """Acne now, and how it has been."""
    marks: StatedMarks = StatedMarks()
    """Flat marks that acne left."""
    scars: StatedScars = StatedScars()
    """Scars as counted by eye."""
    preferences: Preferences = Preferences()
    """What the person wants of a plan."""
