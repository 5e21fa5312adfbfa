"""The commands, as data: where each one is, what the list says about it, and what stands together."""

from __future__ import annotations

from typing import Final

from cicatrix.cli.lazy import Command, Group, Section

__all__ = ["SECTIONS"]

_CASE: Final = Group(
    "case",
    "Write or check a case file: what was stated about a person.",
    (
        Command("new", "cicatrix.cli.case:new", "Ask the questions of a case, and write the file."),
        Command("check", "cicatrix.cli.case:check", "Check a case file; list what is known and what is not."),
    ),
)

_RECORD: Final = Group(
    "record",
    "Look after a practice's folder.",
    (
        Command("people", "cicatrix.cli.record:people", "List pseudonyms and notes."),
        Command("visits", "cicatrix.cli.record:visits", "List the visits of a person, the latest first."),
        Command("log", "cicatrix.cli.record:log", "List who did what, and when."),
        Command("check", "cicatrix.cli.record:check", "Verify every stored file, row and log entry."),
        Command("backup", "cicatrix.cli.record:backup", "Copy a practice, also while the app runs."),
        Command("restore", "cicatrix.cli.record:restore", "Copy a backup to a new practice, if it is sound."),
        Command("export", "cicatrix.cli.record:export", "Write one person, or everybody, to an archive."),
        Command("import", "cicatrix.cli.record:import_", "Add the people of an archive."),
        Command("erase", "cicatrix.cli.record:erase", "Erase a person with everything that is kept of them."),
    ),
)

_USER: Final = Group(
    "user",
    "Manage who may log in to a practice.",
    (
        Command("list", "cicatrix.cli.user:list_", "List the accounts."),
        Command("add", "cicatrix.cli.user:add", "Add an account."),
        Command("password", "cicatrix.cli.user:password", "Set a new password."),
        Command("unlock", "cicatrix.cli.user:unlock", "Unlock an account after too many failed logins."),
        Command("remove", "cicatrix.cli.user:remove", "Remove an account."),
    ),
)

SECTIONS: Final = (
    Section(
        "Measure",
        (
            Command("assess", "cicatrix.cli.assess:assess", "Find, measure and type every scar; write the reports."),
            Command(
                "check", "cicatrix.cli.check:check", "Check whether a capture can be measured, and what to improve."
            ),
            Command("correct", "cicatrix.cli.correct:correct", "Assess a capture and apply corrections by hand."),
            Command("relief", "cicatrix.cli.relief:relief", "Write the height map and a shaded picture."),
            Command("card", "cicatrix.cli.card:card", "Write the card to print, for photographs with a torch."),
        ),
    ),
    Section(
        "Decide",
        (
            _CASE,
            Command("grade", "cicatrix.cli.grade:grade", "Grade a case on the published scales."),
            Command("plan", "cicatrix.cli.plan:plan", "List the treatment options of a case."),
            Command("outlook", "cicatrix.cli.outlook:outlook", "Forecast fading, healing and results."),
            Command(
                "evidence", "cicatrix.cli.evidence:evidence", "Show what is known about a treatment, with sources."
            ),
        ),
    ),
    Section(
        "Follow up",
        (
            Command("compare", "cicatrix.cli.compare:compare", "Compare two captures of one site."),
            Command(
                "repeatability",
                "cicatrix.cli.repeatability:repeatability",
                "Measure the test-retest repeatability of a rig.",
            ),
        ),
    ),
    Section(
        "Practice",
        (Command("serve", "cicatrix.cli.serve:serve", "Open the local web app."), _RECORD, _USER),
    ),
    Section(
        "Tools",
        (
            Command("phantom", "cicatrix.cli.phantom:phantom", "Make a capture of skin with known scars."),
            Command("validate", "cicatrix.cli.validate:validate", "Measure accuracy on skin with known scars."),
            Command("schema", "cicatrix.cli.schema:schema", "Print the JSON Schema of a file."),
        ),
    ),
)
"""Every command of ``cicatrix``, in the order of its help."""
