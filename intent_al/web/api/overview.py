"""The lists: queue, history, progress, gaps, changes, and who did what."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from flask import g, request

from intent_al.insights.agreement import agreements
from intent_al.store import accounts, approvals, audit, decisions, history, listing
from intent_al.web import changes, filters
from intent_al.web.access import Permission
from intent_al.web.api.endpoint import TEXT, WHOLE, endpoint
from intent_al.web.asked_most import SHOWN, asked_most
from intent_al.web.context import context, now, store
from intent_al.web.filters import PAGE, page_of, sort_of, state_of
from intent_al.web.gaps import found_gaps
from intent_al.web.gaps import pick as pick_gap
from intent_al.web.numbers import whole


@dataclass(frozen=True, slots=True)
class ApproveBody:
    """``write`` the files at once, or leave that to the next cycle."""

    token: str
    write: bool = True


@dataclass(frozen=True, slots=True)
class GapBody:
    name: str


_FILTER = dict.fromkeys(filters.NAMES, TEXT)


@endpoint(
    "GET",
    "/queue",
    Permission.READ,
    query={
        **_FILTER,
        "state": {"type": "string", "enum": list(listing.STATES)},
        "sort": {"type": "string", "enum": list(listing.SORTS)},
        "page": WHOLE,
    },
)
def queue() -> dict[str, Any]:
    """A page of the queue."""
    values = request.args
    wanted, state, sort = filters.read(values), state_of(values), sort_of(values)
    offset = (page_of(values) - 1) * PAGE
    rows = listing.page(store(), wanted, state, sort, now=now(), limit=PAGE, offset=offset)
    return {
        "found": listing.count(store(), wanted, state),
        "items": [row._asdict() for row in rows],
    }


@endpoint("GET", "/history", Permission.READ, query={"who": TEXT, "before": WHOLE})
def past() -> dict[str, Any]:
    """Decisions, the newest first: one's own, or with who=all everybody's."""
    rows = history.past(
        store(),
        reviewer=None if request.args.get("who") == "all" else g.user.name,
        before=whole(request.args.get("before")),
    )
    return {"decisions": [row._asdict() for row in rows]}


@endpoint("GET", "/progress", Permission.READ)
def progress() -> dict[str, Any]:
    """What is done and left, by day and by person, how often two agree, what the model confuses,
    and what is asked most."""
    return {
        **history.counts(store()),
        "days": [one._asdict() for one in history.per_day(store(), 0.0)],
        "people": [one._asdict() for one in history.people(store())],
        "agreement": [one._asdict() for one in agreements(store())],
        "corrected": [
            {"likeliest": likeliest, "decided": decided, "times": times}
            for likeliest, decided, times in history.corrected(store(), SHOWN)
        ],
        "asked_most": [
            {"text": one.text, "said": one.said, "people": one.senders} for one in asked_most()
        ],
    }


@endpoint("GET", "/waiting", Permission.READ)
def waiting() -> dict[str, Any]:
    """How many decisions nobody has applied, for the bot's build pipeline."""
    count, oldest = decisions.waiting(store(), context().project.settings.bot.name)
    return {"decisions": count, "oldest_seconds": max(0.0, now() - oldest) if oldest else 0.0}


@endpoint("GET", "/gaps", Permission.READ)
def gaps() -> dict[str, Any]:
    """Candidates for new intents, the largest first, with typical texts."""
    found = found_gaps().gaps or ()
    return {"gaps": [asdict(gap) for gap in found]}


@endpoint("POST", "/gaps/pick", Permission.REVIEW, body=GapBody)
def pick(body: GapBody) -> dict[str, Any]:
    """Put what of a gap is in no batch into the queue."""
    return {"items": pick_gap(body.name)}


@endpoint("GET", "/changes", Permission.READ)
def pending() -> dict[str, Any]:
    """What decisions would change in the bot's files, with the token that approves exactly that."""
    found = changes.pending()
    report = found.report
    return {
        "token": found.token,
        "diff": report.diff,
        "files": list(report.files),
        "left_out": [{"text": one.text, "reason": one.reason} for one in report.left_out],
        "notes": list(report.notes),
        "unapproved": report.unapproved,
    }


@endpoint("POST", "/changes/approve", Permission.APPROVE, body=ApproveBody)
def approve(body: ApproveBody) -> dict[str, Any]:
    """Approve the change that was shown, and write it into the bot's files."""
    return {"files": list(changes.take(body.token, write=body.write).files)}


@endpoint("POST", "/changes/withdraw", Permission.APPROVE)
def withdraw() -> dict[str, Any]:
    """Take one's approval of what is not in the files back."""
    return {"withdrawn": approvals.withdraw(store(), approver=g.user.name, now=now())}


@endpoint("GET", "/audit", Permission.ADMIN, query={"before": WHOLE}, answer={"type": "object"})
def log() -> dict[str, Any]:
    """Who changed what, the newest first."""
    before = whole(request.args.get("before"))
    return {"entries": [one._asdict() for one in audit.entries(store(), before=before)]}


@endpoint("GET", "/people", Permission.ADMIN)
def people() -> dict[str, Any]:
    """Who may use the page, and for what there are tokens; never a password or a token itself."""
    return {
        "people": [
            {
                "name": one.name,
                "role": one.role,
                "created_at": one.created_at,
                "disabled_at": one.disabled_at,
            }
            for one in accounts.users(store())
        ],
        "tokens": [one._asdict() for one in accounts.tokens(store())],
    }
