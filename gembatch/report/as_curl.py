"""Job bodies as curl commands that, run as printed, create the same jobs."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable

from gembatch.model.document import Json
from gembatch.report.palette import printable_json


def bodies_as_curl(bodies: Iterable[Json], *, url: str, authorized: bool) -> str:
    """Returns one command per body, separated by empty lines.

    Args:
        bodies: Canonical REST bodies.
        url: Of the collection: `https://HOST/v1/projects/…/batchPredictionJobs`.
        authorized: Whether to send gcloud's access token; the emulator needs none.
    """
    return "\n\n".join(_command(body, url, authorized=authorized) for body in bodies)


def _command(body: Json, url: str, *, authorized: bool) -> str:
    lines = ["curl --fail-with-body --silent --show-error --request POST"]
    if authorized:
        # In double quotes on purpose: the shell that runs it asks for the token, so that none is ever printed.
        lines.append('--header "Authorization: Bearer $(gcloud auth print-access-token)"')
    lines.append("--header 'Content-Type: application/json; charset=utf-8'")
    lines.append(f"--data {shlex.quote(printable_json(json.dumps(body, indent=2, ensure_ascii=False)))}")
    lines.append(shlex.quote(url))
    return " \\\n  ".join(lines)
