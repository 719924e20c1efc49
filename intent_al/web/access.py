"""Who may do what: four roles, each with all that the one before it may."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import wraps
from typing import Any, TypeVar

from flask import g

from intent_al.errors import DeniedError
from intent_al.web.messages import say


class Role(str, Enum):
    VIEWER = "viewer"
    REVIEWER = "reviewer"
    APPROVER = "approver"
    ADMIN = "admin"


class Permission(str, Enum):
    """What a request needs, and what an API token is made for."""

    READ = "read"
    REVIEW = "review"
    APPROVE = "approve"
    ADMIN = "admin"


_GIVEN = {
    Role.VIEWER: (Permission.READ,),
    Role.REVIEWER: (Permission.READ, Permission.REVIEW),
    Role.APPROVER: (Permission.READ, Permission.REVIEW, Permission.APPROVE),
    Role.ADMIN: tuple(Permission),
}


def permissions(role: str) -> frozenset[Permission]:
    return frozenset(_GIVEN[Role(role)])


class SignedOutError(DeniedError):
    """Nobody is signed in, or no longer."""


View = TypeVar("View", bound=Callable[..., Any])


def needs(permission: Permission) -> Callable[[View], View]:
    """A view for those who have the permission, by their role and, with a token, by its scopes."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if g.user is None:
                raise SignedOutError(say("signed_out"))
            if permission not in g.permissions:
                raise DeniedError(say("not_allowed", role=g.user.role, needed=permission.value))
            return view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def may(permission: str) -> bool:
    """For templates: show no button that would be refused."""
    return Permission(permission) in g.permissions
