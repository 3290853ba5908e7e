"""A program behind walls: what it gets, what it may do, and what is said of one that does something else."""

from __future__ import annotations

import os
import select
import sys
from contextlib import suppress
from pathlib import Path
from time import monotonic

import pytest

from gembatch.judge.program import MOST_OUTPUT, ProgramFaultError, run_program

SOON = 0.5  # seconds
LONG = 60  # seconds; what ends sooner does so for another reason


@pytest.fixture
def script(tmp_path: Path):
    """Writes a program of the shell, and gives the command that runs it."""

    def write(text: str, interpreter: str = "#!/bin/sh") -> tuple[str, ...]:
        program = tmp_path / "program"
        program.write_text(f"{interpreter}\n{text}\n", encoding="utf-8")
        program.chmod(0o755)
        return (str(program),)

    return write


def fault_of(command: tuple[str, ...], folder: Path, *, text: str = "", seconds: float = LONG) -> str:
    with pytest.raises(ProgramFaultError) as fault:
        run_program(command, folder=folder, text=text, seconds=seconds)
    return str(fault.value)


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def test_a_program_reads_the_text_and_its_answer_is_returned(tmp_path: Path) -> None:
    assert "grüße\n" == run_program(("/bin/cat",), folder=tmp_path, text="grüße\n", seconds=LONG)


def test_half_a_surrogate_pair_reads_as_json_has_it(tmp_path: Path) -> None:
    assert '"\\ud800"' == run_program(("/bin/cat",), folder=tmp_path, text='"\ud800"', seconds=LONG)


def test_it_gets_its_arguments_and_runs_in_the_folder(tmp_path: Path, script) -> None:
    command = (*script('echo "$1"; pwd'), "a b; $HOME")

    assert f"a b; $HOME\n{tmp_path}\n" == run_program(command, folder=tmp_path, text="", seconds=LONG)


def test_it_sees_nothing_of_the_environment_but_three_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_TOKEN", "canary-7f3a")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/secret.json")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("LANG", "C.UTF-8")
    answer = run_program(("/usr/bin/env",), folder=tmp_path, text="", seconds=LONG)

    assert {"HOME", "LANG", "PATH"} == {line.partition("=")[0] for line in answer.splitlines()}


def test_a_program_that_does_not_read_a_long_text_is_not_waited_for(tmp_path: Path) -> None:
    assert "[]\n" == run_program(("/bin/echo", "[]"), folder=tmp_path, text="x" * 5_000_000, seconds=LONG)


ENDLESS = {
    "waits": "exec sleep 1000",
    "waits deaf to signals": "trap '' TERM INT HUP; while true; do sleep 1; done",
    "has closed its streams": "exec >&- 2>&-; exec sleep 1000",
    "talks to stderr without end": "exec yes >&2",
    "leaves a child that holds the stream": "sleep 1000 & echo '[]'",
}


@pytest.mark.parametrize("text", ENDLESS.values(), ids=ENDLESS.keys())
def test_a_program_without_end_is_ended_at_the_deadline(tmp_path: Path, script, text: str) -> None:
    begun = monotonic()

    assert f"did not end within {SOON:g} seconds" == fault_of(script(text), tmp_path, seconds=SOON)
    assert monotonic() - begun < LONG


@pytest.mark.parametrize(("last", "seconds"), [("exit 0", LONG), ("exit 3", LONG), ("wait", SOON)])
def test_what_a_program_has_started_ends_with_it(tmp_path: Path, script, last: str, seconds: float) -> None:
    os.mkfifo(tmp_path / "held")
    held = os.open(tmp_path / "held", os.O_RDONLY | os.O_NONBLOCK)
    with suppress(ProgramFaultError):
        run_program(script(f"sleep 1000 >held 2>&1 & {last}"), folder=tmp_path, text="", seconds=seconds)

    # The pipe ends when nobody holds it any more.
    assert [held] == select.select([held], [], [], LONG)[0]
    assert b"" == os.read(held, 1)
    os.close(held)


def test_a_program_that_prints_too_much_is_ended(tmp_path: Path) -> None:
    flood = python("import sys; [sys.stdout.write('x' * 1_000_000) for _ in range(100)]")

    assert f"printed more than {MOST_OUTPUT:,} bytes" == fault_of(flood, tmp_path)


def test_a_program_may_print_up_to_the_limit(tmp_path: Path) -> None:
    most = python(f"print('x' * {MOST_OUTPUT - 1})")

    assert MOST_OUTPUT == len(run_program(most, folder=tmp_path, text="", seconds=LONG))


FAULTS = {
    "an exit code": ("exit 3", "ended with exit code 3"),
    "a reason": ("echo first >&2; echo 'no such model' >&2; exit 1", "ended with exit code 1: no such model"),
    "a signal": ("kill -SEGV $$", "ended with SIGSEGV"),
    "what is not text": ("printf '\\377[]'", "printed what is not UTF-8: byte 0"),
}


@pytest.mark.parametrize(("text", "fault"), FAULTS.values(), ids=FAULTS.keys())
def test_how_it_ended_is_said(tmp_path: Path, script, text: str, fault: str) -> None:
    assert fault == fault_of(script(text), tmp_path)


def test_of_a_long_last_word_the_end_is_kept(tmp_path: Path) -> None:
    shouting = python("import sys; sys.exit('x' * 1_000_000 + 'end')")

    fault = fault_of(shouting, tmp_path)
    assert fault.endswith("end")
    assert len(fault) < 3000


def test_a_program_without_an_interpreter_cannot_be_started(tmp_path: Path, script) -> None:
    assert "cannot be started: no such file or directory" == fault_of(script("", "#!/no/such/program"), tmp_path)


def test_a_file_that_is_no_program_cannot_be_started(tmp_path: Path, script) -> None:
    assert "cannot be started: exec format error" == fault_of(script("[]", "{}"), tmp_path)
