"""A workspace as an attacker writes it, and the real command on it, under limits and among things it must not see."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from example_workspace import DATE, Result

SPEC = """\
displayName: daily
model: gemini-3.8-flash
input: gs://demo-in/rows.jsonl
output: gs://demo-out/daily/
"""
"""A job with nothing wrong; rows of tables add to it, or replace a part."""

WORKSPACE = """\
version: 1
name: reviews
specs: ["specs/**/*.yaml"]
variables:
  topic: {type: string, default: mood}
  langs: {type: list, default: [de, fr]}
rules: [{rule: variable.unused, severity: ignore}]
environments:
  local: {endpoint: embedded, project: demo-project, region: us-central1, staging: gs://demo-bucket/staging}
"""

ROW = '{"id": "a", "request": {"contents": [{"role": "user", "parts": [{"text": "Say hello."}]}]}}\n'
"""One line of an input."""

CANARY = "canary-7f3a"
"""What stands in a file outside the workspace and in the command's environment, and may be read from neither."""

RUNNER_FILES = ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STEP_SUMMARY", "GITHUB_STATE")
"""What a step of a workflow writes there is obeyed, or shown. None of these commands has anything to write."""

# Processor time, and not time on the wall, is what does not depend on what else the machine does; what only waits, as
# for a pipe, is ended by PATIENCE.
LIMITS = "ulimit -v 1048576; ulimit -t 5"
PATIENCE = 60  # seconds

MOST_OUTPUT = 200_000  # characters: about what a hundred findings are

_RULE = re.compile(r" \[([a-z]+\.[a-z-]+)\]$", re.MULTILINE)
_OBEYED = re.compile(r"^\s*::|##\[", re.MULTILINE)  # by GitHub Actions
_ANNOTATION = re.compile(r"^::(?:error|warning|notice) (?:file=[^:\n]*,)?title=[a-z.-]+::.*", re.MULTILINE)
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # control, bidi and zero-width, surrogates, line and paragraph separators


@dataclass(frozen=True)
class Hostile:
    """A workspace in a temporary folder.

    Attributes:
        root: The workspace.
        outside: A file beside it, which holds the canary.
        listener: A port of this machine that nobody may call.
        runner: A folder of the files by which a step talks to its runner.
    """

    root: Path
    outside: Path
    listener: socket.socket
    runner: Path

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Writes files over those of a workspace with nothing wrong."""
        for path, content in files.items():
            file = self.root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)

    def run(self, *arguments: str, **environment: str) -> Result:
        """Runs a command, and holds it to what is promised whatever the workspace says."""
        done = subprocess.run(
            ["sh", "-c", f'{LIMITS}; exec "$@"', "sh", sys.executable, "-m", "gembatch", *arguments],
            cwd=self.root,
            env={**_surroundings(), **self._baits(), **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        result = Result(done.returncode, done.stdout.decode(), done.stderr.decode())
        self._is_harmless(result)
        return result

    def _baits(self) -> dict[str, str]:
        """What would send the traffic of clients to the listener, and the files that a runner obeys."""
        listener = f"http://127.0.0.1:{self.port}"
        proxies = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
        hosts = ("STORAGE_EMULATOR_HOST", "GOOGLE_CLOUD_UNIVERSE_DOMAIN", "GCE_METADATA_HOST")
        return {
            **dict.fromkeys((*proxies, *hosts), listener),
            "NO_PROXY": "",
            **{name: str(self.runner / name) for name in RUNNER_FILES},
        }

    def rules_of(self, *arguments: str) -> set[str]:
        """Returns the rules that `validate` tells of, which it does within the limits."""
        return set(_RULE.findall(self.run("validate", *arguments).out))

    def _is_harmless(self, result: Result) -> None:
        said = result.out + result.err
        assert result.code in {0, 1, 2}, said
        assert "Traceback" not in said, said
        assert CANARY not in said
        assert MOST_OUTPUT > len(said)
        # What is obeyed of an annotation of our own is its beginning; the rest of the line is its text.
        assert not _OBEYED.search(_ANNOTATION.sub("", said)), said
        assert [] == [hex(ord(each)) for each in said if each != "\n" and unicodedata.category(each) in _UNSEEN]
        with pytest.raises(BlockingIOError):
            self.listener.accept()
        assert [""] * len(RUNNER_FILES) == [(self.runner / name).read_text("utf-8") for name in RUNNER_FILES]


def _surroundings() -> dict[str, str]:
    """What a workflow gives its steps: a secret, and a log whose lines are obeyed."""
    return {**os.environ, "API_TOKEN": CANARY, "GITHUB_ACTIONS": "true", "GEMBATCH_DATE": DATE, "NO_GCE_CHECK": "true"}


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[Hostile]:
    """A workspace with nothing wrong, for the test to spoil."""
    outside = tmp_path / "outside.yaml"
    outside.write_text(f"displayName: {CANARY}\n{CANARY}\n", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0)
        made = Hostile(tmp_path / "workspace", outside, listener, tmp_path / "runner")
        made.runner.mkdir()
        for name in RUNNER_FILES:
            (made.runner / name).touch()
        made.write({"gembatch.yaml": WORKSPACE, "specs/daily.yaml": SPEC})
        yield made
