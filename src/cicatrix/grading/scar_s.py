"""SCAR-S, how much of face, chest and back is scarred: 0 to 15."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cicatrix.grading.bands import Option, reachable
from cicatrix.grading.scale import Scale, graded
from cicatrix.model.evidence import Statement
from cicatrix.model.grades import Grade

__all__ = ["SCAR_S", "ScarredSite", "ScarredSites", "scar_s"]

SOURCE: Final = "tan_2010_scar_s"

SCAR_S: Final = Scale(
    key="scar_s",
    name="SCAR-S",
    lowest=0,
    highest=15,
    measures="How much of the face, the chest and the back is scarred.",
    reading="Each of the three sites has 0 (clear) to 5 (very severe); the score is their sum.",
    inputs=(),
    source=SOURCE,
    statements=(
        Statement(
            text="Six categories at each of face, chest and back; 973 subjects.",
            sources=(SOURCE,),
            status="seen",
        ),
        Statement(
            text=(
                "0 clear: no visible scar; 1 almost clear: hardly visible at 2.5 m; 2 mild: easily recognised, less"
                " than half of the area; 3 moderate: more than half; 4 severe: the whole area; 5 very severe: the"
                " whole area, with prominent sunken or raised scars. The total of the three sites is 0 to 15."
            ),
            sources=(SOURCE,),
            status="unverified",
        ),
        Statement(
            text=(
                "Exactly half of the area is left open and counts as either. The case file does not ask for these"
                " areas, so the score is given only where they are handed in."
            ),
            sources=(),
            status="assumption",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class ScarredSite:
    """What was seen at one site; None is unknown.

    Attributes
    ----------
    visible
        Whether any acne scar is seen.
    easily_recognised
        Whether scars are easily recognised at 2.5 m.
    share
        Share of the area that is scarred, above 0 and up to 1.
    prominent
        Whether sunken or raised scars stand out.
    """

    visible: bool | None = None
    easily_recognised: bool | None = None
    share: float | None = None
    prominent: bool | None = None

    def __post_init__(self) -> None:
        """Refuse a share that is none."""
        if self.share is not None and not 0.0 < self.share <= 1.0:
            msg = f"share must be above 0 and at most 1, got {self.share}"
            raise ValueError(msg)


UNSEEN: Final = ScarredSite()


@dataclass(frozen=True, slots=True)
class ScarredSites:
    """The three sites of the scale."""

    face: ScarredSite = UNSEEN
    chest: ScarredSite = UNSEEN
    back: ScarredSite = UNSEEN


def scar_s(sites: ScarredSites | None) -> Grade | None:
    """Add the category of each site.

    Returns
    -------
    Grade or None
        None when nothing about any site is known.

    Notes
    -----
    Tan J, et al. J Cutan Med Surg 2010;14(4):156-160, doi:10.2310/7750.2010.09037. The wording of the categories was
    not seen in the paper itself.
    """
    if sites is None or sites == ScarredSites():
        return None
    items = [
        tuple(Option(points, 0, 0) for points in _categories(site)) for site in (sites.face, sites.chest, sites.back)
    ]
    return graded(SCAR_S, reachable(items), remarks=["The wording of the categories is unverified."])


def _categories(site: ScarredSite) -> tuple[int, ...]:
    """Every category that some answer to what is unknown would give."""
    possible: set[int] = set()
    if site.visible is not True:
        possible.add(0)
    if site.visible is not False:
        if site.easily_recognised is not True:
            possible.add(1)
        if site.easily_recognised is not False:
            possible.update(_by_share(site.share, prominent=site.prominent))
    return tuple(sorted(possible))


def _by_share(share: float | None, *, prominent: bool | None) -> set[int]:
    whole = {True: {5}, False: {4}, None: {4, 5}}[prominent]
    if share is None:
        return {2, 3} | whole
    if share >= 1.0:
        return whole
    if share == 0.5:
        return {2, 3}
    return {2} if share < 0.5 else {3}
