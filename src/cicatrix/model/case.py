"""A case: what a clinician or a person states.

Every answer is optional. ``None`` means that there is no answer; it never means no, none or never. The sections are
always there, so ``case.person.skin_type`` needs no check before it. The description of a field is its question in
plain words; it is shown in the terminal, in the case file and in the JSON Schema.

The records refuse what cannot be an answer (a negative count, an age of 130). Answers that contradict each other are
looked for where a case is read, see ``cicatrix.cases``.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal, get_args

from pydantic import Field, Strict, field_validator

from cicatrix.model.display import Displayed
from cicatrix.model.quantity import Finite, Record
from cicatrix.model.scar import DEEP_BOXCAR_MM

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


class Person(Record):
    """The person, and what in their history matters for a treatment."""

    age: Annotated[int, Strict(), Field(ge=0, le=120)] | None = Field(
        default=None, description="How old, in whole years?"
    )
    sex: Literal["female", "male", "other"] | None = Field(default=None, description="Which sex?")
    skin_type: Annotated[int, Strict(), Field(ge=1, le=6)] | None = Field(
        default=None,
        description=(
            "How does the skin answer to sun? 1 always burns, never tans; 2 usually burns; 3 sometimes burns, tans "
            "slowly;\n4 rarely burns, tans well; 5 very rarely burns; 6 never burns (Fitzpatrick skin type)."
        ),
    )
    pregnant: Flag | None = Field(default=None, description="Pregnant, or possibly pregnant?")
    breastfeeding: Flag | None = Field(default=None, description="Breastfeeding?")
    isotretinoin: Literal["never", "now", "stopped"] | None = Field(
        default=None, description="Isotretinoin capsules (a strong acne medicine): never taken, taken now, or stopped?"
    )
    isotretinoin_months_since: Annotated[Finite, Strict(), Field(ge=0, le=720)] | None = Field(
        default=None, description="How many months ago was the last isotretinoin capsule?"
    )
    keloid_history: Flag | None = Field(
        default=None, description="Has a scar ever grown beyond the wound that it came from (keloid)?"
    )
    herpes_history: Flag | None = Field(default=None, description="Cold sores (herpes) at any time?")
    active_herpes: Flag | None = Field(default=None, description="A cold sore (herpes) at present?")
    skin_infection: Flag | None = Field(
        default=None, description="An infection of the skin to be treated at present, by bacteria, fungi or viruses?"
    )
    open_wound: Flag | None = Field(default=None, description="An open wound or raw skin to be treated at present?")
    immunosuppressed: Flag | None = Field(
        default=None, description="A weakened immune system, by illness or by medicine?"
    )
    vitiligo: Flag | None = Field(default=None, description="Vitiligo (white patches)?")
    psoriasis: Flag | None = Field(default=None, description="Psoriasis?")
    lichen_planus: Flag | None = Field(default=None, description="Lichen planus?")
    connective_tissue_disease: Flag | None = Field(
        default=None, description="A disease of the connective tissue, such as lupus or scleroderma?"
    )
    diabetes: Flag | None = Field(default=None, description="Diabetes?")
    bleeding_disorder: Flag | None = Field(
        default=None, description="An illness that makes bleeding longer or stronger?"
    )
    anticoagulant: Flag | None = Field(default=None, description="A medicine that thins the blood at present?")
    smoker: Flag | None = Field(default=None, description="Smoking?")
    recent_tan: Flag | None = Field(
        default=None, description="Tanned skin, or strong sun or a sunbed in the last weeks?"
    )
    photosensitising_drug: Flag | None = Field(
        default=None, description="A medicine at present that makes the skin sensitive to light?"
    )
    salicylate_allergy: Flag | None = Field(default=None, description="An allergy to salicylic acid or aspirin?")
    bovine_collagen_allergy: Flag | None = Field(default=None, description="An allergy to collagen from cattle?")
    pacemaker: Flag | None = Field(default=None, description="A pacemaker, or another electrical device in the body?")
    radiotherapy_to_area: Flag | None = Field(
        default=None, description="Radiotherapy to the skin to be treated, at any time?"
    )
    heart_disease: Flag | None = Field(default=None, description="A disease of the heart?")
    kidney_disease: Flag | None = Field(default=None, description="A disease of the kidneys?")
    liver_disease: Flag | None = Field(default=None, description="A disease of the liver?")
    body_dysmorphic_disorder: Flag | None = Field(
        default=None,
        description="Body dysmorphic disorder (distress over looks that others hardly see), diagnosed or suspected?",
    )
    resurfacing_months_since: Literal["never"] | Months | None = Field(
        default=None,
        description="How many months ago was the skin last resurfaced, by laser, deep peel or dermabrasion?",
    )


class AcneRegions(Record):
    """The most severe acne lesion present in each region of the Global Acne Grading System (Doshi 1997)."""

    forehead: WorstLesion | None = Field(default=None, description="The worst lesion on the forehead?")
    right_cheek: WorstLesion | None = Field(default=None, description="The worst lesion on the right cheek?")
    left_cheek: WorstLesion | None = Field(default=None, description="The worst lesion on the left cheek?")
    nose: WorstLesion | None = Field(default=None, description="The worst lesion on the nose?")
    chin: WorstLesion | None = Field(default=None, description="The worst lesion on the chin?")
    chest_and_upper_back: WorstLesion | None = Field(
        default=None, description="The worst lesion on chest and upper back?"
    )


class Acne(Record):
    """Acne now, and how it has been. Counts are of the whole face."""

    open_comedones: Count | None = Field(default=None, description="How many blackheads (open comedones)?")
    closed_comedones: Count | None = Field(default=None, description="How many whiteheads (closed comedones)?")
    papules: Count | None = Field(
        default=None, description="How many red bumps without pus, smaller than 5 mm (papules)?"
    )
    pustules: Count | None = Field(default=None, description="How many bumps with pus, smaller than 5 mm (pustules)?")
    nodules: Count | None = Field(
        default=None, description="How many deep or large inflamed lumps, 5 mm or more (nodules)?"
    )
    months_clear: Months | None = Field(default=None, description="For how many months has no new inflamed spot come?")
    years: Annotated[Finite, Strict(), Field(ge=0, le=120)] | None = Field(
        default=None, description="For how many years has there been acne, or was there?"
    )
    worst_severity: Literal["mild", "moderate", "severe"] | None = Field(
        default=None, description="How bad was the acne at its worst?"
    )
    on_treatment: Flag | None = Field(default=None, description="Is the acne treated at present?")
    picking: Literal["never", "sometimes", "often"] | None = Field(
        default=None, description="Are spots picked or squeezed?"
    )
    family_history_of_scars: Flag | None = Field(
        default=None, description="Does a parent, brother or sister have acne scars?"
    )
    regions: AcneRegions = Field(
        default=AcneRegions(), description="The worst lesion in each region of the face, and on chest and upper back."
    )


class StatedMarks(Record):
    """Flat marks that acne left: red (erythema) and brown (hyperpigmentation)."""

    red: Count | None = Field(default=None, description="How many flat red marks?")
    brown: Count | None = Field(default=None, description="How many flat brown marks?")
    median_size_mm: Annotated[Finite, Strict(), Field(gt=0, le=50)] | None = Field(
        default=None, description="How wide is a typical mark, in mm?"
    )
    intensity: Literal["slight", "moderate", "marked"] | None = Field(
        default=None, description="How much darker than the skin around are the brown marks?"
    )
    median_age_months: Months | None = Field(default=None, description="How old is a typical mark, in months?")
    sun_protection: Literal["never", "sometimes", "daily"] | None = Field(
        default=None, description="Is the skin with the marks kept from the sun (sunscreen, hat, shade)?"
    )


class StatedScars(Record):
    """Scars as counted by eye, on the whole face."""

    icepick: Count | None = Field(
        default=None, description="How many narrow, deep pits, less than 2 mm wide (icepick)?"
    )
    boxcar_shallow: Count | None = Field(
        default=None,
        description=(
            f"How many pits with steep walls and a flat floor, less than {DEEP_BOXCAR_MM:g} mm deep (shallow boxcar)?"
        ),
    )
    boxcar_deep: Count | None = Field(
        default=None,
        description=(
            f"How many pits with steep walls and a flat floor, {DEEP_BOXCAR_MM:g} mm deep or more (deep boxcar)?"
        ),
    )
    rolling: Count | None = Field(
        default=None, description="How many wide, soft hollows, usually 4 mm or more (rolling)?"
    )
    hypertrophic: Count | None = Field(
        default=None, description="How many raised scars that stay within the old spot (hypertrophic)?"
    )
    keloid: Count | None = Field(
        default=None, description="How many raised scars that have grown beyond the old spot (keloid)?"
    )
    papular: Count | None = Field(
        default=None,
        description="How many small, skin-coloured bumps that acne left, on nose, chin or trunk (papular scars)?",
    )
    raised_area_cm2: Annotated[Finite, Strict(), Field(ge=0, le=1000)] | None = Field(
        default=None, description="How large are all raised scars together, in square centimetres?"
    )
    severity: Literal["mild", "moderate", "severe"] | None = Field(
        default=None,
        description=(
            "How bad are the pitted scars altogether: mild (hardly seen from 50 cm), moderate (seen from 50 cm), or "
            "severe (seen from far, not hidden by make-up)? It stands in for counts that are not known."
        ),
    )
    shape: Literal["dips", "pits", "both"] | None = Field(
        default=None,
        description=(
            "Where the kinds of pitted scars are not known: are they gradual dips, deep and narrow pits, or both?"
        ),
    )
    visible_at_50cm: Flag | None = Field(
        default=None, description="Are the scars seen from 50 cm, the distance of a talk?"
    )
    hidden_by_makeup: Flag | None = Field(
        default=None, description="Does make-up, or the shadow of a shaved beard, hide them?"
    )
    flattened_by_stretching: Flag | None = Field(
        default=None, description="Do the hollows go flat when the skin is stretched between two fingers?"
    )


class Preferences(Record):
    """What the person wants of a plan."""

    max_downtime_days: Annotated[int, Strict(), Field(ge=0, le=365)] | None = Field(
        default=None, description="How many days away from work and company may one treatment cost at most?"
    )
    event_date: Annotated[date, Strict()] | None = Field(
        default=None, description="Is there a day by which the skin should look its best? (year-month-day)"
    )
    avoid: tuple[TreatmentId, ...] | None = Field(
        default=None, description="Which treatments are not wanted? An empty list says that none is ruled out."
    )
    budget_usd: Annotated[Finite, Strict(), Field(ge=0, le=1_000_000)] | None = Field(
        default=None, description="How much may all of it cost, in US dollars?"
    )

    @field_validator("avoid", mode="after")
    @classmethod
    def _once(cls, avoid: tuple[TreatmentId, ...] | None) -> tuple[TreatmentId, ...] | None:
        """Sort, and drop what is named twice: the order says nothing."""
        return None if avoid is None else tuple(sorted(set(avoid), key=TREATMENT_IDS.index))


class Case(Displayed, Record):
    """All that was stated. Sections that were left out are there, with every answer unknown.

    Examples
    --------
    >>> import cicatrix as cx
    >>> case = cx.Case.model_validate({"scars": {"rolling": 30}, "person": {"skin_type": 4}})
    >>> case.scars.rolling, case.scars.icepick
    (30, None)
    """

    person: Person = Field(
        default=Person(), description="The person, and what in their history matters for a treatment."
    )
    acne: Acne = Field(default=Acne(), description="Acne now, and how it has been.")
    marks: StatedMarks = Field(default=StatedMarks(), description="Flat marks that acne left.")
    scars: StatedScars = Field(default=StatedScars(), description="Scars as counted by eye.")
    preferences: Preferences = Field(default=Preferences(), description="What the person wants of a plan.")

    def shown(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """One line, and rows of label and text, for a prompt or a notebook."""
        stated = self.model_dump(mode="json", exclude_none=True)
        rows = tuple(
            (section, ", ".join(f"{key} {_told(value)}" for key, value in answers.items()))
            for section, answers in stated.items()
            if answers
        )
        count = sum(len(answers) for answers in stated.values())
        return f"{count} answer{'' if count == 1 else 's'}", rows


def _told(value: object) -> str:
    """An answer as a case file has it, for a display."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
