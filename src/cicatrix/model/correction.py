"""Corrections by hand: what a clinician did to a result, one event at a time, and its result.

Events are only ever added. Undo is also an event, so the log keeps everything that was done; which events
are in force is computed from it (``cicatrix.corrections.active``).
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self

from pydantic import AwareDatetime, Field, StrictBool, StrictFloat, StrictInt, model_validator

from cicatrix.model.mark import Mark, MarkKind
from cicatrix.model.note import Note
from cicatrix.model.quantity import Finite, Measured, Record, Share
from cicatrix.model.scar import DepthClass, Kind, Scar

__all__ = [
    "ADDED_BY_HAND",
    "COLOUR_BY_HAND",
    "CORRECTIONS_SCHEMA",
    "KIND_BY_HAND",
    "OUTLINED_BY_HAND",
    "AddMark",
    "AddScar",
    "Answer",
    "Corrected",
    "CorrectedField",
    "CorrectionFile",
    "Delete",
    "Event",
    "Outline",
    "Place",
    "Redo",
    "SetKind",
    "SetMarkKind",
    "SetOutline",
    "Undo",
]

CORRECTIONS_SCHEMA: Final = "cicatrix/corrections/1"

OUTLINED_BY_HAND: Final = Note(code="outlined_by_hand", text="outlined by hand")
ADDED_BY_HAND: Final = Note(code="added_by_hand", text="missed by the search, added by hand")
KIND_BY_HAND: Final = Note(code="kind_by_hand", text="type set by hand")
COLOUR_BY_HAND: Final = Note(code="colour_by_hand", text="colour set by hand")
"""Notes of scars and marks that a person corrected."""

Outline = tuple[tuple[Finite, Finite], ...]
"""Corners of a closed line, ``(x_mm, y_mm)`` from the picture's top-left corner; the last joins the first."""

_Finite = Annotated[StrictFloat, Field(allow_inf_nan=False)]
Value = StrictBool | StrictInt | _Finite | str | tuple[str, ...] | None
"""An answer as in a case file in JSON; a day is written as year-month-day. None takes an answer back."""


class _Event(Record):
    """Base of the events: its place in the log, who did it and when."""

    number: Annotated[int, Field(ge=1)] = Field(
        description=(
            "Place in the log, counted from 1 without gaps. An object that is added is named after it: C07 by event 7."
        )
    )
    actor: Annotated[str, Field(min_length=1, max_length=200)] = Field(description="Who did it.")
    at: AwareDatetime = Field(description="When, with its time zone, such as 2026-11-02T10:15:00Z.")
    note: Annotated[str, Field(max_length=2000)] = Field(default="", description="Why, in the actor's words.")


class SetKind(_Event):
    """A scar is of another type than was measured."""

    event: Literal["set_kind"] = "set_kind"
    scar: str
    kind: Kind
    depth_class: DepthClass | None = Field(
        default=None, description="For a boxcar only; where it is left out, its measured depth decides."
    )

    @model_validator(mode="after")
    def _boxcars_only(self) -> Self:
        if self.depth_class is not None and self.kind != "boxcar":
            msg = f"only a boxcar has a depth class, got {self.kind} with {self.depth_class}"
            raise ValueError(msg)
        return self


class SetOutline(_Event):
    """A scar's mouth runs elsewhere; the scar is measured again inside the new line."""

    event: Literal["set_outline"] = "set_outline"
    scar: str
    outline_mm: Outline


class Delete(_Event):
    """A scar or a mark is none."""

    event: Literal["delete"] = "delete"
    target: str = Field(description="Id of the scar or the mark.")
    reason: Annotated[str, Field(max_length=200)] = ""


class AddScar(_Event):
    """A scar was missed; it is measured inside the line."""

    event: Literal["add_scar"] = "add_scar"
    outline_mm: Outline
    kind: Kind | None = Field(default=None, description="None leaves the type to the measurement.")


class SetMarkKind(_Event):
    """A mark is of another colour than was measured."""

    event: Literal["set_mark_kind"] = "set_mark_kind"
    mark: str
    kind: MarkKind


class AddMark(_Event):
    """A mark was missed; it is measured inside the line."""

    event: Literal["add_mark"] = "add_mark"
    outline_mm: Outline
    kind: MarkKind | None = Field(default=None, description="None leaves the colour to the measurement.")


class Answer(_Event):
    """A question of the case is answered, or answered differently."""

    event: Literal["answer"] = "answer"
    key: str = Field(description="Key of the case file, such as ``person.skin_type``.")
    value: Value


class Undo(_Event):
    """The last event in force is taken back."""

    event: Literal["undo"] = "undo"


class Redo(_Event):
    """The event that was taken back last is in force again."""

    event: Literal["redo"] = "redo"


Event = Annotated[
    SetKind | SetOutline | Delete | AddScar | SetMarkKind | AddMark | Answer | Undo | Redo,
    Field(discriminator="event"),
]


class Place(Record):
    """Where a scar or a mark that was measured lies."""

    id: str
    x_mm: Finite
    y_mm: Finite


class CorrectionFile(Record):
    """A log of events for one result, as written to a file."""

    schema_: Literal["cicatrix/corrections/1"] = Field(
        default=CORRECTIONS_SCHEMA, alias="schema", serialization_alias="schema"
    )
    measured: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None
    """SHA-256 of the scars and marks that the events were made for (``cicatrix.corrections.fingerprint``). Ids such as
    S03 mean these only. None where a person wrote the file: then only the ids are checked."""
    places: tuple[Place, ...] = ()
    """Where these scars and marks lie. The hash depends on the last digits, which differ from processor to processor; a
    result with the same ids at the same places is taken for the same."""
    events: tuple[Event, ...] = ()

    @model_validator(mode="after")
    def _counted(self) -> Self:
        for place, event in enumerate(self.events, 1):
            if event.number != place:
                msg = f"event {place} has the number {event.number}; events are numbered from 1 without gaps"
                raise ValueError(msg)
        return self


Before = Measured | dict[str, Share] | Outline | Value

CorrectedField = Literal[
    "kind",
    "kind_probability",
    "depth_class",
    "outline_mm",
    "width_mm",
    "depth_mm",
    "area_mm2",
    "volume_mm3",
    "wall_angle_deg",
    "present",
    "answer",
]


class Corrected(Record):
    """One value that was measured or stated before, and what stands in its place."""

    what: Literal["scar", "mark", "case"]
    id: str = Field(description="Id of the scar or mark, or key of the case file.")
    field: CorrectedField = Field(
        description=(
            "``present`` for what was added or deleted: ``corrected`` is then true or false, and ``scar`` or "
            "``mark`` holds\nwhat was measured of the deleted one."
        )
    )
    measured: Before = Field(description="As measured, or for the case as stated; None where there was nothing.")
    corrected: Before = Field(
        description=(
            "Numbers beside a changed outline are measured again inside it; types and answers are as the person said."
        )
    )
    scar: Scar | None = None
    mark: Mark | None = None
    event: int = Field(description="Number of the event that did it.")
    by: str
    at: AwareDatetime
    note: str = ""
