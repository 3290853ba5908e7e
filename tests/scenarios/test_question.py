"""The question that `apply` asks on a terminal."""

from __future__ import annotations

import os
import pty
import subprocess

from example_workspace import ALL, DATE, Workspace

EDIT = ("specs/proverbs-themes.yaml", "model: gemini-3.8-flash", "model: gemini-3.7-flash")


class Asked:
    """An apply that was started on a terminal and has asked its question."""

    def __init__(self, workspace: Workspace) -> None:
        self._terminal, inside = pty.openpty()
        self._process = subprocess.Popen(
            workspace.command("apply", "--date", DATE),
            cwd=workspace.root,
            stdin=inside,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        os.close(inside)
        assert self._process.stderr is not None
        self.question = b""
        while b"[y/N]:" not in self.question:
            read = self._process.stderr.read(1)
            assert read, self.question
            self.question += read

    def answer(self, text: str) -> tuple[int, str, str]:
        """Types an answer; returns exit code, stdout and the rest of stderr."""
        os.write(self._terminal, f"{text}\n".encode())
        out, err = self._process.communicate(timeout=60)
        os.close(self._terminal)
        return self._process.returncode, out.decode(), err.decode()


def test_it_says_what_costs_money_and_yes_carries_it_out(workspace: Workspace) -> None:
    asked = Asked(workspace)

    code, out, _ = asked.answer("y")

    assert b"This submits 6 jobs to an emulator. Carry it out?" in asked.question
    assert (0, True) == (code, "Applied: 6 submitted." in out)


def test_no_submits_nothing(workspace: Workspace) -> None:
    code, _, err = Asked(workspace).answer("n")

    assert (1, True) == (code, "error: nothing was carried out: the answer was no" in err)
    assert [] == workspace.ledger()


def test_what_moved_while_it_asked_is_refused_by_name(workspace: Workspace) -> None:
    asked = Asked(workspace)
    workspace.edit(*EDIT)

    code, _, err = asked.answer("y")

    assert 1 == code
    assert "refused: proverbs-themes: the spec moved since the plan" in err
    assert dict.fromkeys(set(ALL) - {"proverbs-themes"}, 1) == dict(workspace.names())
