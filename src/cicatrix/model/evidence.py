"""Evidence: where a statement comes from, and how far that was read.

Whatever comes from the literature carries its sources and a status, and keeps both on its way to the report. A status
is never raised: what was read second-hand stays second-hand.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self, get_args

from pydantic import AfterValidator, Field, model_validator

from cicatrix.model.quantity import Finite, Record

__all__ = [
    "STATUSES",
    "STATUS_TEXT",
    "Figure",
    "Source",
    "SourceKey",
    "SourceKind",
    "Statement",
    "Status",
    "Text",
    "Unit",
    "weakest",
]

Status = Literal["seen", "secondary", "unverified", "assumption"]
STATUSES: Final[tuple[Status, ...]] = get_args(Status)
"""From the strongest to the weakest."""

STATUS_TEXT: Final[dict[Status, str]] = {
    "seen": "read in the source itself, mostly in its abstract or a table",
    "secondary": "read only in another place that reports it; the original should be checked",
    "unverified": "known to the authors, and not yet checked against a source",
    "assumption": "an assumption of this software",
}
"""What each status means, in plain words."""

SourceKind = Literal[
    "trial",
    "review",
    "guideline",
    "consensus",
    "expert",
    "scale",
    "laboratory",
    "registry",
    "encyclopaedia",
    "patient_page",
    "notice",
    "policy",
    "software",
    "secondary",
    "chapter_copy",
    "news",
    "page",
    "vendor_page",
    "clinic_page",
    "clinic_list",
    "price_page",
    "answer_page",
]
"""What sort of document a source is; ``trial`` is any study of people."""

Unit = Literal[
    "mm",
    "um",
    "day",
    "week",
    "month",
    "hour",
    "minute",
    "session",
    "per cent",
    "usd",
    "degree",
    "points",
    "odds ratio",
    "risk ratio",
    "mean difference",
    "standardised mean difference",
    "millilitre",
    "millijoule",
    "per cm",
    "per cm2",
    "joule per cm2",
    "milligram",
    "gauge",
    "probability rank",
    "people",
]


def _not_blank(text: str) -> str:
    if not text.strip():
        msg = "must say something"
        raise ValueError(msg)
    return text


Text = Annotated[str, AfterValidator(_not_blank)]
SourceKey = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]*$")]
"""Key of a source: surname or subject and year, such as ``goodman_baron_2006``."""


class Source(Record):
    """A document that statements rest on."""

    key: SourceKey
    tag: str | None = Field(
        default=None,
        description="Short tag of the source in the evidence notes that the knowledge base was compiled from.",
    )
    kind: SourceKind
    status: Status = Field(
        description=(
            "How the document was read: ``seen`` (itself, mostly its abstract), ``secondary`` (through another "
            "page),\n``unverified`` (not at all)."
        )
    )
    authors: str | None = None
    year: Annotated[int, Field(ge=1900, le=2100)] | None = None
    title: str | None = Field(default=None, description="Its title, where that was seen.")
    about: str | None = Field(default=None, description="What it is about, in our words, where the title was not seen.")
    journal: str | None = Field(default=None, description="Journal or publisher, with volume and pages where known.")
    doi: Annotated[str, Field(pattern=r"^10\.\d{4,9}/\S+$")] | None = None
    pmid: Annotated[str, Field(pattern=r"^\d{1,8}$")] | None = None
    url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None
    seen_at: str | None = Field(default=None, description="Where it was read, when that has no address.")
    unverified: tuple[str, ...] = Field(
        default=(), description="Parts of this entry that are from memory, such as ``authors`` or ``year``."
    )
    checked: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")] = Field(
        description="Day on which the entry was last checked."
    )

    @model_validator(mode="after")
    def _traceable(self) -> Self:
        if not (self.title or self.about or self.authors):
            msg = f"the source {self.key} needs a title, authors or a word on what it is about"
            raise ValueError(msg)
        if not (self.doi or self.pmid or self.url or self.seen_at or self.journal):
            msg = f"the source {self.key} needs a doi, a pmid, a url or another way to find it"
            raise ValueError(msg)
        if self.status == "assumption":
            msg = f"the source {self.key} is a document: its status cannot be 'assumption'"
            raise ValueError(msg)
        return self

    @property
    def for_patients(self) -> bool:
        """False for lists of clinics and spas, prices and machine-written pages: leads, not to be cited to patients."""
        return self.kind not in ("clinic_list", "clinic_page", "answer_page", "vendor_page", "price_page")

    @property
    def address(self) -> str | None:
        """Address to open: of the DOI, else of the PubMed record, else where it was read."""
        if self.doi:
            return f"https://doi.org/{self.doi}"
        return f"https://pubmed.ncbi.nlm.nih.gov/{self.pmid}/" if self.pmid else self.url

    @property
    def short(self) -> str:
        """Authors and year in a few characters, such as ``Goodman GJ, Baron JA 2006``; without authors, the subject."""
        name = self.authors or self.title or self.about or self.key
        return f"{name} {self.year}" if self.year else name

    @property
    def citation(self) -> str:
        """One line: authors, title, journal, year and identifiers, with what is unverified."""
        parts = [self.authors, self.title or (f"[{self.about}]" if self.about else None), self.journal]
        # "Goodman GJ, et al." ends with a full stop of its own.
        text = ". ".join(part.removesuffix(".") for part in parts if part)
        text += f" ({self.year})" if self.year else ""
        text += f". doi:{self.doi}" if self.doi else ""
        text += f". PMID {self.pmid}" if self.pmid else ""
        text += f". {self.url}" if self.url and not self.doi and not self.pmid else ""
        return text + (f" [not checked: {', '.join(self.unverified)}]" if self.unverified else "")


class Statement(Record):
    """Something that is said, who says it, and how far that was read."""

    text: Text
    status: Status
    sources: tuple[SourceKey, ...] = Field(
        default=(), description="Keys of the sources; empty only for an assumption or a figure from memory."
    )
    computed: bool = Field(default=False, description="True for our own arithmetic on figures of that status.")

    @model_validator(mode="after")
    def _sourced(self) -> Self:
        if self.status in ("seen", "secondary") and not self.sources:
            msg = f"a statement that was {self.status} needs a source: {self.text!r}"
            raise ValueError(msg)
        if len(set(self.sources)) != len(self.sources):
            msg = f"a source is named twice: {self.text!r}"
            raise ValueError(msg)
        return self


class Figure(Statement):
    """A number, or a range, with its unit and the words around it."""

    value: Finite | None = Field(default=None, description="The figure, such as a mean.")
    low: Finite | None = None
    high: Finite | None = None
    unit: Unit

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        known = [number for number in (self.low, self.value, self.high) if number is not None]
        if not known:
            msg = f"a figure needs a number: {self.text!r}"
            raise ValueError(msg)
        if known != sorted(known):
            msg = f"low, value and high must not fall: {self.text!r}"
            raise ValueError(msg)
        return self

    @property
    def span(self) -> tuple[float, float]:
        """Lowest and highest number that the figure gives."""
        known = [number for number in (self.low, self.value, self.high) if number is not None]
        return min(known), max(known)


def weakest(statuses: tuple[Status, ...]) -> Status:
    """Weakest of some statuses: what rests on several figures is no better than the worst of them.

    Raises
    ------
    ValueError
        When there is none.
    """
    if not statuses:
        msg = "there is no status to choose from"
        raise ValueError(msg)
    return max(statuses, key=STATUSES.index)
