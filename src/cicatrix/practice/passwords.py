"""Rules for new passwords: long enough, and not made of what everybody tries first.

The rules follow NIST SP 800-63B, section 5.1.1.2: a minimum length, a comparison with common and expected values
(words, sequences, repetitions, the name of the account and of the program), and no rules on kinds of characters.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from cicatrix.errors import RecordError

__all__ = ["check_password"]

SHORTEST: Final = 12
LONGEST: Final = 1000
LEAST_LEFT: Final = 5
"""Different characters that have to be left when common parts are taken away."""
COMMON: Final = re.findall(
    r"\S+",
    """
password passwort passwd passw0rd p@ssword p@ssw0rd motdepasse contrasena wachtwoord qwertyuiop qwertzuiop
azertyuiop asdfghjkl yxcvbnm zxcvbnm qwerty qwertz azerty qazwsx 1qaz2wsx 1q2w3e4r 1q2w3e abcdefghijklmnopqrstuvwxyz
abcdef abcd abc asdf zxcv qwer iloveyou letmein welcome willkommen changeme changeit default secret admin
administrator root user guest login master dragon monkey football baseball basketball superman batman princess
sunshine shadow trustno1 whatever starwars pokemon michael jordan charlie summer winter spring autumn january
february march april august october november december monday friday hello test temp computer internet google
facebook samsung iphone doctor clinic hospital patient practice praxis dermatology cicatrix acne scar
""",
)
"""What is tried first: the usual leaders of lists of leaked passwords, and words of this program's own field."""


def check_password(password: str, name: str) -> None:
    """Refuse a password that is too short, too long, or easy to guess.

    Parameters
    ----------
    password
        The new password.
    name
        The account's name, which must not be all of it.

    Raises
    ------
    RecordError
        Which of these, without the password.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise RecordError(
            f"the password has {len(password)} characters",
            allowed=f"{SHORTEST} to {LONGEST} characters",
            fix="choose a longer one" if len(password) < SHORTEST else "choose a shorter one",
        )
    if len(_uncommon(password.casefold(), name.casefold())) < LEAST_LEFT:
        raise RecordError(
            "the password is made of common words, sequences, repetitions or the account's name",
            allowed="a password that others would not try",
            fix="choose four or more words that do not belong together, or let a password manager make one",
        )


def _uncommon(password: str, name: str) -> str:
    """Different characters that are left without common words, the name, punctuation, repetitions and sequences."""
    words = sorted({*COMMON, name, *re.split(r"[._@-]", name)} - {""}, key=len, reverse=True)
    left = re.sub("|".join(re.escape(word) for word in words if len(word) > 2), " ", password)
    left = re.sub(r"[\W_]", "", left)
    kept = left[:1] + "".join(after for before, after in pairwise(left) if not _follows(before, after))
    return "".join(dict.fromkeys(kept))


def _follows(before: str, after: str) -> bool:
    """Whether a character repeats or continues a sequence such as abc, 321 or 890."""
    return abs(ord(after) - ord(before)) <= 1 or {before, after} == {"0", "9"}
