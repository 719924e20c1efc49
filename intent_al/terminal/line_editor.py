"""Editing one line in a terminal, prefilled."""

from __future__ import annotations

from collections.abc import Sequence


def ask(prompt: str, line: str, words: Sequence[str]) -> str | None:
    """``line`` in an editor, Tab completing ``words``; None where the reviewer gave up."""
    try:
        import readline
    except ImportError:  # pragma: no cover - Windows: no editor, so the line is typed again
        return input(f"{line}\n(an empty line keeps it) {prompt}") or line

    def complete(typed: str, state: int) -> str | None:
        found = [word for word in words if word.startswith(typed)]
        return found[state] if state < len(found) else None

    readline.set_completer(complete)
    readline.set_completer_delims(' ()[]{}":,')
    libedit = "libedit" in (readline.__doc__ or "")
    readline.parse_and_bind("bind ^I rl_complete" if libedit else "tab: complete")
    readline.set_startup_hook(lambda: readline.insert_text(line))
    try:
        return input(prompt)
    except (KeyboardInterrupt, EOFError):
        return None
    finally:
        readline.set_startup_hook(None)
        readline.set_completer(None)
        if readline.get_current_history_length():
            readline.clear_history()
