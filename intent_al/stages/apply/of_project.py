"""What ``apply`` has to know of a project: where its files are, and what it wants of them."""

from __future__ import annotations

from intent_al.project.config import SECOND_PERSON, Project
from intent_al.stages.apply import Settings
from intent_al.store.decisions import SecondPerson


def apply_settings(project: Project, approver: str | None = None) -> Settings:
    """``approver`` is about to approve what others have decided, where a second person has to."""
    settings = project.settings.apply
    new_file = project.root / settings.new_intent_file
    return Settings(
        data=project.data_paths,
        domain=project.domain_path,
        journal=project.journal,
        root=project.root,
        undo=project.undo,
        config=project.root / "config.yml",
        others=[
            *project.data_paths,
            project.domain_path,
            project.root / "tests",
            *project.test_paths,
        ],
        out_of_scope_intent=settings.out_of_scope_intent,
        new_intent_examples=settings.new_intent_examples,
        new_intent_file=new_file if settings.new_intent_file else None,
        validate=settings.validate,
        second=SecondPerson(approver) if settings.approval == SECOND_PERSON else None,
    )
