"""A case file is read as it stands, or refused with everything that is wrong with it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cicatrix.cases import load_case, read_case
from cicatrix.cases.fields import fields
from cicatrix.cases.read import parse_case
from cicatrix.errors import CaseError, InputError
from cicatrix.model import Case
from tests.cases.people import nested

ROOT = Path(__file__).resolve().parents[2]


def refusal(path: Path, *says: str, line: int | None = None) -> CaseError:
    with pytest.raises(CaseError) as caught:
        read_case(path)
    assert isinstance(caught.value, InputError)
    for words in (str(path), *says):
        assert words in str(caught.value)
    if line is not None:
        assert caught.value.line == line
    return caught.value


def file(folder: Path, text: str | bytes, name: str = "case.toml") -> Path:
    path = folder / name
    path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
    return path


def test_the_example_is_a_case() -> None:
    case = read_case(ROOT / "examples" / "case.toml")
    assert case.person.isotretinoin_months_since == 14
    assert case.acne.regions.chin == "papule"
    assert case.preferences.avoid == ("dermabrasion",)


def test_what_is_missing_is_unknown_and_what_is_false_is_not(tmp_path: Path) -> None:
    case = read_case(file(tmp_path, "[person]\nsmoker = false\n[acne]\nnodules = 0\n[preferences]\navoid = []\n"))
    assert case.person.smoker is False
    assert case.person.diabetes is None
    assert (case.acne.nodules, case.acne.papules) == (0, None)
    assert case.preferences.avoid == ()
    assert Case().preferences.avoid is None


def test_toml_and_json_say_the_same(tmp_path: Path) -> None:
    toml = (
        "person = {age = 20}\nacne.years = 3\nacne.regions.chin = 'none'\n"
        "preferences = {event_date = 2027-05-01, avoid = ['prp', 'filler', 'prp']}\n"
    )
    values = {
        "person": {"age": 20, "sex": None},
        "acne": {"years": 3.0, "regions": {"chin": "none"}},
        "marks": None,
        "preferences": {"event_date": "2027-05-01", "avoid": ["filler", "prp"]},
    }
    one, other = read_case(file(tmp_path, toml)), read_case(file(tmp_path, json.dumps(values), "case.JSON"))
    assert one == other
    assert one.preferences.event_date == date(2027, 5, 1)


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_byte_order_mark_and_line_ends_do_not_matter(tmp_path: Path, start: bytes, end: bytes) -> None:
    assert read_case(file(tmp_path, start + b"[person]" + end + b"age = 30" + end)).person.age == 30


def test_the_file_is_recorded_with_its_hash(tmp_path: Path) -> None:
    case, source = load_case(file(tmp_path, "[person]\n"))
    assert case == Case()
    assert (source.name, source.bytes) == ("case.toml", 9)
    assert len(source.sha256) == 64


VALUES: dict[str, tuple[str, str, Any, tuple[str, ...]]] = {
    "an age of 300": ("person", "age", 300, ("person.age = 300", "from 0 to 120", "correct the number")),
    "a negative age": ("person", "age", -1, ("person.age = -1", "from 0 to 120")),
    "an age in text": ("person", "age", "34", ('person.age = "34"', "write age = 34")),
    "a broken age": ("person", "age", 34.5, ("person.age = 34.5", "a whole number")),
    "an age of true": ("person", "age", True, ("person.age = true", "a whole number")),
    "skin type 7": ("person", "skin_type", 7, ("person.skin_type = 7", "from 1 to 6")),
    "a Roman skin type": ("person", "skin_type", "IV", ('person.skin_type = "IV"', "write skin_type = 4")),
    "a misspelled sex": ("person", "sex", "femal", ('person.sex = "femal"', 'did you mean "female"?')),
    "a capital": ("person", "sex", "Female", ('person.sex = "Female"', 'write sex = "female"')),
    "yes for true": ("person", "smoker", "yes", ('person.smoker = "yes"', "true or false", "write smoker = true")),
    "no for false": ("person", "smoker", "no", ("write smoker = false",)),
    "one for true": ("person", "smoker", 1, ("write smoker = true",)),
    "unknown in words": ("person", "smoker", "unknown", ("an answer that is not given is unknown",)),
    "a negative count": ("acne", "papules", -3, ("acne.papules = -3", "from 0 to 999")),
    "too many nodules": ("acne", "nodules", 10000, ("acne.nodules = 10000", "from 0 to 999")),
    "a size of zero": ("marks", "median_size_mm", 0, ("marks.median_size_mm = 0", "above 0, up to 50")),
    "a decimal comma": ("acne", "years", "2,5", ('acne.years = "2,5"', "write years = 2.5")),
    "a day that is none": ("preferences", "event_date", "2027-02-30", ("2027-02-30", "year-month-day")),
    "an unknown treatment": ("preferences", "avoid", ["filer"], ('"filer"', "did you mean 'filler'?")),
    "a treatment outside a list": ("preferences", "avoid", "filler", ('write avoid = ["filler"]',)),
    "a number for a list": ("preferences", "avoid", 3, ("preferences.avoid = 3", "a list of treatments")),
    "a list for a number": ("acne", "years", [3], ("acne.years = [3]", "a number from 0 to 120")),
    "a table for a number": ("acne", "years", {"a": 1}, ("acne.years =", "a number from 0 to 120")),
    "text for a section": ("acne", "regions", "chin", ('acne.regions = "chin"', "a table, [acne.regions]")),
    "a misspelled key": ("person", "skin_typ", 3, ("unknown key 'skin_typ' in [person]", "did you mean 'skin_type'?")),
    "a key of another section": ("person", "picking", "often", ("did you mean 'picking' in [acne]?",)),
    "a key like no other": ("person", "zzz", 3, ("unknown key 'zzz'", "Allowed: age, sex", "take it out")),
}


@pytest.mark.parametrize("wrong", VALUES)
@pytest.mark.parametrize("suffix", [".toml", ".json"])
def test_a_wrong_value_is_refused_with_its_line(tmp_path: Path, wrong: str, suffix: str) -> None:
    section, key, value, says = VALUES[wrong]
    if suffix == ".json":
        text = f'{{\n "{section}":\n  {{"{key}": {json.dumps(value)}\n}}}}'
    else:
        inline = "{a = 1}" if isinstance(value, dict) else json.dumps(value)
        text = f"# a case\n[{section}]\n{key} = {inline}\n"
    refusal(file(tmp_path, text, f"case{suffix}"), *says, "What to do: ", line=3)


@pytest.mark.parametrize(
    ("text", "says", "line"),
    [
        ("[persn]\nage = 3\n", ("unknown section [persn]", "did you mean 'person'?"), 1),
        ("[acne.region]\nchin = 'none'\n", ("unknown section [acne.region]", "did you mean 'regions'?"), 1),
        ("\nage = 3\n", ("unknown key 'age' outside of every section", "did you mean 'age' in [person]?"), 2),
        ("person = 3\n", ("person = 3", "a table, [person]"), 1),
        ("[[person]]\nage = 3\n", ("a table, [person]",), 1),
        ("[person]\nage = 3\nage = 4\n", ("not valid TOML", "for the second time"), 3),
        ("[person]\nage =\n", ("not valid TOML",), 2),
        ("[person]\nage = 3\n[person]\n", ("not valid TOML",), 3),
        ('{"person": {"age": 3}}', ("looks like JSON", "end in .json"), 1),
        ("[person]\nage = 1" + 5000 * "0" + "\n", ("not valid TOML",), None),
        ("[acne]\nyears = 1" + 400 * "0" + "\n", ("acne.years = 1000",), 2),
        ("[acne]\nyears = nan\n", ("acne.years = NaN",), 2),
        ("[acne]\nyears = inf\n", ("acne.years = Infinity",), 2),
        ("[preferences]\nevent_date = 2027-05-01T10:00:00\n", ("year-month-day",), 2),
        (" \n\n", ("nothing but blanks",), None),
    ],
)
def test_wrong_toml_is_refused(tmp_path: Path, text: str, says: tuple[str, ...], line: int | None) -> None:
    refusal(file(tmp_path, text), *says, "What to do: ", line=line)


@pytest.mark.parametrize(
    ("text", "says", "line"),
    [
        ('{"person":\n {"age": 3,}}', ("not valid JSON",), 2),
        ('{"person":\n {"age": 3', ("not valid JSON",), 2),
        ("[1]", ("not a JSON object",), 1),
        ('{"acne": {"years": NaN}}', ("not valid JSON: NaN",), None),
        ('{"person": {"age": 3,\n "age": 4}}', ("person.age stands in the file twice",), 2),
        ('{"persn": {"age": 3}}', ("unknown section [persn]", "did you mean 'person'?"), 1),
        ('{"person": 3}', ("person = 3",), 1),
        (1000 * '{"person":', ("brackets deep",), None),
        (100_000 * "[", ("brackets deep",), None),
    ],
)
def test_wrong_json_is_refused(tmp_path: Path, text: str, says: tuple[str, ...], line: int | None) -> None:
    refusal(file(tmp_path, text, "case.json"), *says, "What to do: ", line=line)


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    refusal(file(tmp_path, "[person]\nage = 3".encode("utf-16")), "UTF-16", "save the file as UTF-8")
    refusal(
        file(tmp_path, b"\x89PNG\r\n\x1a\n\x00\x00"), "this is a picture (PNG)", "a case file, which is TOML or JSON"
    )
    refusal(file(tmp_path, b"age \xff\n"), "byte 0xff is not UTF-8 text", line=1)
    refusal(file(tmp_path, b"[person]\nage\x00 = 3"), "not valid TOML")
    refusal(file(tmp_path, b""), "the file is empty")
    refusal(tmp_path, "this is a folder")
    refusal(tmp_path / "nowhere.toml", "the file cannot be found")


def test_all_problems_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = (
        "[person]\nage = 9\npregnant = true\nsmoker = 'yes'\nskin_typ = 3\n"
        "[acne]\nnodules = 10000\nyears = 12\n[skars]\nicepick = 1\n"
    )
    error = refusal(file(tmp_path, text), "6 problems")
    assert [problem.line for problem in error.problems] == [3, 4, 5, 7, 8, 9]
    lines = str(error).splitlines()
    assert lines[1].startswith("- line 3: person.pregnant = true and person.age = 9 contradict each other")
    assert all(line.startswith("- line ") for line in lines[1:])


def outcome(text: str, name: str) -> Case | str:
    """The case, or the message that refuses it; any other error is ours."""
    try:
        return parse_case(text, Path(name))
    except CaseError as error:
        return str(error)


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda data: data.decode("latin-1")))
def test_any_text_is_a_case_or_a_refusal(text: str) -> None:
    for name in ("case.toml", "case.json"):
        found = outcome(text, name)
        assert isinstance(found, Case) or name in found


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10) | st.just(10**400),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([field.name for field in fields()]), JSON, max_size=5))
def test_any_answer_is_taken_or_refused(flat: dict[str, Any]) -> None:
    found = outcome(json.dumps(nested(flat)), "case.json")
    assert isinstance(found, Case) or "case.json" in found
