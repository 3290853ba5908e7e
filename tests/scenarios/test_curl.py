"""`render --format curl` prints commands that, run as printed, create the same jobs."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from example_workspace import ALL, DATE, Workspace


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_printed_command_creates_the_same_job(patient: Workspace) -> None:
    printed = patient.run("render", "--format", "curl", "--date", DATE).out

    subprocess.run(["bash", "-euc", printed], check=True, capture_output=True, timeout=60)

    assert dict.fromkeys(ALL, 1) == dict(patient.names())
    adopted = patient.run("apply", "--yes", "--date", DATE)
    assert "Applied: 6 adopted." in adopted.out


def test_for_google_the_command_asks_gcloud_for_a_token_and_names_the_host(workspace: Workspace) -> None:
    printed = workspace.run("render", "--format", "curl", "--date", DATE, "-e", "prod").out

    assert "$(gcloud auth print-access-token)" in printed
    assert (
        "https://aiplatform.googleapis.com/v1/projects/your-project-id/locations/global/batchPredictionJobs" in printed
    )
