"""The example workspace under test: the real command in a process of its own, and the emulator's own ledger."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from gembatch.emulator.server import Emulator
from gembatch.emulator.settings import Settings

DATE = "2026-11-22"

COLLECTION = "/v1/projects/demo-project/locations/us-central1/batchPredictionJobs"

ALL = (
    "dictionary-tone",
    "my-cloud-storage-batch-prediction-job",
    "proverbs-themes",
    "rights-summary-de-20261122",
    "rights-summary-en-20261122",
    "rights-summary-fr-20261122",
)
"""The display names that the example workspace asks for on `DATE`."""


@dataclass(frozen=True)
class Result:
    """What a command left behind."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Workspace:
    """A workspace in a temporary folder."""

    root: Path

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "gembatch", *arguments]

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(*arguments),
            cwd=self.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, code: int | None = 0) -> Result:
        """Runs a command to its end; `code` is what it must exit with, None for any."""
        done = subprocess.run(
            self.command(*arguments),
            cwd=self.root,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        result = Result(done.returncode, done.stdout, done.stderr)
        assert "Traceback" not in result.err, result.err
        if code is not None:
            assert code == result.code, f"exit {result.code}\n{result.out}\n{result.err}"
        return result

    def edit(self, path: str, old: str, new: str) -> None:
        """Replaces `old`, which must be there, by `new` in a file."""
        file = self.root / path
        text = file.read_text(encoding="utf-8")
        assert old in text, f"{path} lacks {old!r}"
        file.write_text(text.replace(old, new), encoding="utf-8")

    @property
    def lockfile(self) -> Path:
        return self.root / "locks" / "local.lock.json"

    def recorded(self) -> list[dict[str, object]]:
        """Returns the lockfile's jobs."""
        return json.loads(self.lockfile.read_text(encoding="utf-8"))["jobs"]

    def ledger(self) -> list[dict[str, object]]:
        """Returns every job that the emulator holds, by its own account: nothing of ours is asked."""
        folder = self.root / ".gembatch" / "emulator"
        with (
            Emulator(folder, settings=Settings(queue_seconds=3600)) as emulator,
            urllib.request.urlopen(f"{emulator.url}{COLLECTION}?pageSize=1000") as answer,  # noqa: S310, loopback
        ):
            return json.load(answer).get("batchPredictionJobs", [])

    def body_of(self, display_name: str) -> dict[str, object]:
        """Returns the body that would be submitted for a job."""
        bodies = json.loads(self.run("render", "--format", "json", "--date", DATE).out)
        return next(body for body in bodies if body["displayName"] == display_name)

    def post(self, body: dict[str, object]) -> None:
        """Creates a job behind gembatch's back."""
        with Emulator(self.root / ".gembatch" / "emulator", settings=Settings(queue_seconds=3600)) as emulator:
            request = urllib.request.Request(  # noqa: S310, loopback
                f"{emulator.url}{COLLECTION}",
                data=json.dumps(body).encode(),
                headers={"Content-Type": "application/json"},
            )
            with urllib.request.urlopen(request):  # noqa: S310
                pass

    def names(self) -> Counter[str]:
        """Returns how many jobs the emulator holds under each display name."""
        return Counter(str(job["displayName"]) for job in self.ledger())
