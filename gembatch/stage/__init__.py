"""Files of the repository that are inputs: fingerprinted when planning, uploaded once when applying.

`fingerprint` reads the files, `objects` says what a bucket must be able to do, `gcs` does it on Cloud Storage.
"""

from __future__ import annotations

from gembatch.stage.fingerprint import Fingerprints, StageProblem
from gembatch.stage.objects import ObjectStore

__all__ = ["Fingerprints", "ObjectStore", "StageProblem"]
