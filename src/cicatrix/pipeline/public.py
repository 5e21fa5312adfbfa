"""The verbs of the public interface: paths or values in, records out; nothing is written without ``out``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from cicatrix.capture import read_capture
from cicatrix.cases import read_case
from cicatrix.cases.join import join
from cicatrix.change import AssessedCapture, register_pair
from cicatrix.change.compare import compare as compare_pair
from cicatrix.grading import grade as grade_findings
from cicatrix.model import Case
from cicatrix.model.change import Change
from cicatrix.model.grades import Grades
from cicatrix.model.outlook import Outlook
from cicatrix.model.plan import OptionId, Plan
from cicatrix.model.repeat import Repeatability
from cicatrix.pipeline.advise import advise
from cicatrix.pipeline.assess import assess as assess_capture
from cicatrix.pipeline.assess import assess_and_save, result_of_folder
from cicatrix.pipeline.compare import check_days, compare_seen
from cicatrix.pipeline.repeatability import write_repeatability
from cicatrix.pipeline.result import Result
from cicatrix.progress import Progress
from cicatrix.repeatability import repeatability as agreement_of
from cicatrix.repeatability.file import read_repeatability

__all__ = ["assess", "compare", "grade", "outlook", "plan", "repeatability"]

PathLike = Path | str


def assess(
    capture: PathLike,
    case: PathLike | Case | None = None,
    out: PathLike | None = None,
    *,
    corrections: PathLike | None = None,
    today: date | None = None,
    progress: Progress | None = None,
) -> Result:
    """Measure, type, grade, plan and forecast what one capture shows.

    Parameters
    ----------
    capture
        A capture folder with a ``capture.toml``.
    case
        What was stated: a case file (TOML or JSON) or a ``Case``. Without one no plan is made.
    out
        Folder to write the results to, as ``cicatrix assess`` does; None writes nothing.
    corrections
        Corrections by hand, a JSON file.
    today
        First day of the plan, to keep the day of an event free; None leaves events out of account.
    progress
        Progress callback ``(stage, done, total)``.

    Raises
    ------
    InputError
        The capture, the case or the corrections cannot be used, or ``out`` cannot be written.
    ReliefError
        The photographs do not determine the surface.

    Examples
    --------
    >>> import cicatrix as cx
    >>> result = cx.assess("examples/cheek", case="examples/case.toml")
    >>> len(result.scars)
    9
    >>> [option.id for option in result.assessment.plan.options][0]
    'gentlest'
    """
    stated = {"case": case} if isinstance(case, Case) else {"case_file": case}
    if out is not None:
        return assess_and_save(
            capture,
            out,
            events_file=corrections,
            today=today,
            progress=progress,
            **stated,
        )
    return result_of_folder(
        capture,
        events_file=corrections,
        today=today,
        progress=progress,
        **stated,
    )


def compare(
    before: PathLike | Result,
    after: PathLike | Result,
    out: PathLike | None = None,
    *,
    days: int | None = None,
    done: OptionId | None = None,
    repeatability: PathLike | Repeatability | None = None,
    progress: Progress | None = None,
) -> Change:
    """Compare two captures of one site: registered, measured at the same place, judged against noise.

    Parameters
    ----------
    before, after
        Capture folders, or results of ``assess``.
    out
        Folder for ``comparison.json``, ``comparison.html`` and the maps; None writes nothing.
    days
        Days between the captures.
    done
        The option of the earlier plan that was carried out in between.
    repeatability
        The rig's repeatability, as a record or a ``repeatability.json``; smallest detectable changes then come from it.
    progress
        Progress callback ``(stage, done, total)``.

    Raises
    ------
    InputError
        An input cannot be used, or ``out`` cannot be written.
    ChangeError
        The captures do not show the same skin, or not well enough to tell.

    Examples
    --------
    >>> import cicatrix as cx
    >>> cheek = cx.assess("examples/cheek")
    >>> change = cx.compare(cheek, cheek, days=0)
    >>> {scar.depth.verdict for scar in change.scars if scar.depth is not None}
    {'not beyond noise'}
    """
    check_days(days)
    repeat = (
        repeatability if isinstance(repeatability, Repeatability | None) else read_repeatability(Path(repeatability))
    )
    first, second = _assessed(before, progress), _assessed(after, progress)
    if out is not None:
        return compare_seen(first, second, Path(out), repeat=repeat, days=days, done=done, progress=progress)
    return compare_pair(first, second, repeat, days=days, done=done, laid=register_pair(first, second))


def repeatability(
    captures: Sequence[PathLike | Result],
    out: PathLike | None = None,
    *,
    rig: str | None = None,
    progress: Progress | None = None,
) -> Repeatability:
    """Test–retest repeatability of a rig, from captures of the same skin.

    Parameters
    ----------
    captures
        Two or more capture folders or results, taken one after another with the same rig.
    out
        Folder for ``repeatability.json`` and ``repeatability.html``; None writes nothing.
    rig
        Its name.
    progress
        Progress callback ``(stage, done, total)``.

    Raises
    ------
    InputError
        A capture cannot be used, there are fewer than two, or ``out`` cannot be written.
    ChangeError
        The captures do not show the same skin.

    Examples
    --------
    >>> import cicatrix as cx
    >>> try:
    ...     cx.repeatability(["examples/cheek"], rig="six lamps")
    ... except cx.InputError as error:
    ...     print(str(error).partition(". ")[0])
    repeatability cannot be estimated from 1 capture
    """
    found = agreement_of([_assessed(one, progress) for one in captures], rig, tell=progress)
    if out is not None:
        write_repeatability(found, Path(out))
    return found


def grade(case: PathLike | Case) -> Grades:
    """Grade a stated case on every published scale.

    Parameters
    ----------
    case
        A case file (TOML or JSON) or a ``Case``.

    Raises
    ------
    CaseError
        The file cannot be used.

    Examples
    --------
    >>> import cicatrix as cx
    >>> cx.grade("examples/case.toml").goodman_baron_qualitative.value
    3
    """
    return grade_findings(join(_case(case)))


def plan(case: PathLike | Case, *, today: date | None = None) -> Plan:
    """Plan the treatment of a stated case: up to three options, and why everything else is left out.

    Parameters
    ----------
    case
        A case file (TOML or JSON) or a ``Case``.
    today
        First day of the plan, to keep the day of an event free; None leaves events out of account.

    Raises
    ------
    CaseError
        The file cannot be used.

    Examples
    --------
    >>> import cicatrix as cx
    >>> [option.id for option in cx.plan("examples/case.toml").options][0]
    'gentlest'
    """
    return _advice(case, today)[0]


def outlook(case: PathLike | Case, *, today: date | None = None) -> Outlook:
    """Forecast a stated case: fading of marks, healing after each treatment, and how far each option of the plan gets.

    Parameters
    ----------
    case
        A case file (TOML or JSON) or a ``Case``.
    today
        First day of the plan, to keep the day of an event free; None leaves events out of account.

    Raises
    ------
    CaseError
        The file cannot be used.

    Examples
    --------
    >>> import cicatrix as cx
    >>> half_life = cx.outlook("examples/case.toml").marks.red.half_life_days
    >>> half_life.low < half_life.value < half_life.high
    True
    """
    return _advice(case, today)[1]


def _advice(case: PathLike | Case, today: date | None) -> tuple[Plan, Outlook]:
    made = advise(join(_case(case)), today)
    if made.plan is None:
        msg = "a plan was wanted and none was made"
        raise AssertionError(msg)
    return made.plan, made.outlook


def _case(case: PathLike | Case) -> Case:
    return case if isinstance(case, Case) else read_case(case)


def _assessed(capture: PathLike | Result, progress: Progress | None) -> AssessedCapture:
    if isinstance(capture, Result):
        return AssessedCapture(capture.assessment, capture.relief)
    return AssessedCapture(*assess_capture(read_capture(capture, progress=progress), progress=progress))
