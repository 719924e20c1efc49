"""The questions of the build hook, each answered from the bot's files and the ledger alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from intent_al.check.report import CheckAnswer, CheckReport, State, answer, relative
from intent_al.project.config import Project
from intent_al.project.settings import Settings
from intent_al.records import Example
from intent_al.texts.personal_data import Policy
from intent_al.training_data import lint
from intent_al.training_data.lint import of_project, personal, rules
from intent_al.training_data.lint.findings import Finding, Severity
from intent_al.training_data.placed import Place
from intent_al.training_data.repository import ledger

LOST, UNGATED, NO_EXAMPLES = "lost", "ungated", "no-examples"
NO_LEDGER = "no ledger: nothing was applied here yet"


def judge(project: Project) -> CheckReport:
    inputs = of_project.load(project)
    known = of_project.read_ledger(project)
    unread = _unread(project, inputs)
    answers = (
        _files(project, inputs, unread),
        _lint(project.settings, inputs),
        _applied(known, inputs, unread),
        _personal(project.settings, known, inputs),
        _gate(project.settings, known, inputs, unread),
    )
    return CheckReport(
        tuple(
            replace(one, findings=tuple(relative(found, project.root) for found in one.findings))
            for one in answers
        )
    )


def _unread(project: Project, inputs: lint.Inputs) -> int:
    """NLU files that are missing from the data; what they teach is neither lost nor changed."""
    if lint.UNREADABLE in project.settings.lint.off:
        return 0
    return len(set(inputs.dialect.data_files(project.data_paths)) - set(inputs.data.files))


def _files(project: Project, inputs: lint.Inputs, unread: int) -> CheckAnswer:
    domain = inputs.domain.files if inputs.domain else ()
    tests = {one.place.path for one in inputs.tests}
    number = len({*inputs.data.files, *domain, *tests}) + unread
    data = inputs.data
    summary = f"{_many(number, 'file')}, {_many(len(data.examples), 'example')}"
    summary += f" of {_many(len(data.intents()), 'intent')}"
    if inputs.tests:
        summary += f", {_many(len(inputs.tests), 'test example')}"
    if inputs.domain is None:
        summary += ", no domain"
    if data.examples or unread:
        return answer("files", summary)
    message = (
        f"no NLU examples in {', '.join(project.settings.bot.data)}; set [bot] data to the bot's "
        "NLU files"
    )
    place = Place(project.data_paths[0] if project.data_paths else project.root, 1)
    return answer("files", summary, [Finding(NO_EXAMPLES, Severity.ERROR, message, place)])


def _lint(settings: Settings, inputs: lint.Inputs) -> CheckAnswer:
    """What rules quote may hold personal data; a build's log is no place for that."""
    policy = _policy(settings)
    found = [
        replace(one, message=policy.hidden(one.message))
        for one in lint.lint(inputs, rules.RULES, settings.lint.off)
    ]
    number = Counter(one.severity for one in found)
    counts = [_many(number[severity], severity.value) for severity in Severity if number[severity]]
    return answer("lint", ", ".join(counts) or "nothing found", found)


def _applied(
    known: of_project.PlacedLedger | None, inputs: lint.Inputs, unread: int
) -> CheckAnswer:
    question = "applied changes"
    if known is None:
        return answer(question, NO_LEDGER)
    if unread:
        return _untold(question, unread)
    entries = known.content.entries
    lost = ledger.lost(known.content, [one.example for one in inputs.data.examples])
    if not lost:
        return answer(question, f"{_many(len(entries), 'decision')} applied, none lost")
    lost.sort(key=lambda entry: known.lines[entry.decision])
    found = [_lost(entry, known) for entry in lost]
    return answer(question, f"{len(lost):,} of {_many(len(entries), 'decision')} lost", found)


def _lost(entry: ledger.Entry, known: of_project.PlacedLedger) -> Finding:
    message = (
        f"decision {entry.decision} (apply {entry.apply}, {entry.at}) {entry.action} an example of "
        f"{entry.intent} in {entry.path}, and it stands there no longer as it was decided; restore "
        "the line there, decide anew with `intent-al review`, or delete this line of the ledger if "
        "that was meant"
    )
    return Finding(LOST, Severity.ERROR, message, Place(known.path, known.lines[entry.decision]))


def _personal(
    settings: Settings, known: of_project.PlacedLedger | None, inputs: lint.Inputs
) -> CheckAnswer:
    question = "personal data"
    if personal.PERSONAL_DATA in settings.lint.off:
        return answer(question, "not looked for: [lint] off names it")
    applied = {entry.mark for entry in known.content.entries} if known else set()
    surrogates = 0

    def masked_before(example: Example) -> bool:
        nonlocal surrogates
        is_ours = known is not None and known.content.mark(example) in applied
        surrogates += is_ours
        return is_ours

    rule = personal.rule(_policy(settings), settings.check.allow, masked_before)
    found = lint.lint(replace(inputs, unreadable=()), [rule])
    summary = f"{_many(len(found), 'piece')} of it" if found else "none that is not allowed"
    if surrogates:
        summary += f"; {_many(surrogates, 'applied text')} with surrogates of what was masked"
    return answer(question, summary, found)


def _gate(
    settings: Settings, known: of_project.PlacedLedger | None, inputs: lint.Inputs, unread: int
) -> CheckAnswer:
    question = "gate"
    if settings.check.ungated == "off":
        return answer(question, "not asked: [check] ungated is off")
    if known is None:
        return answer(question, NO_LEDGER)
    if unread:
        return _untold(question, unread)
    when = f" of {known.content.gated_at}" if known.content.gated_at else ""
    if known.content.gated == ledger.fingerprint(inputs.data):
        return answer(question, f"the training data passed the gate{when}")
    summary = f"the training data is not what passed the gate{when}"
    if known.content.gated is None:
        summary = "no training data passed the gate yet"
    message = (
        f"{summary}; run `intent-al retrain` and `intent-al gate`, and commit {ledger.LEDGER_FILE}"
    )
    severity = Severity(settings.check.ungated)
    return answer(question, summary, [Finding(UNGATED, severity, message, Place(known.path, 1))])


def _untold(question: str, unread: int) -> CheckAnswer:
    summary = f"cannot be told while {_many(unread, 'NLU file')} cannot be read"
    return CheckAnswer(question, State.WARNING, summary)


def _policy(settings: Settings) -> Policy:
    return Policy(settings.masking.rules, settings.masking.patterns)


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
