"""Declarative runner for Gemini batch prediction jobs on Vertex AI.

The rooms, in the order in which a job passes through them::

    load      files → documents, with a place for every key and value
    render    document → documents, one per matrix combination, expressions filled in
    stage     files of the repository that are inputs: fingerprinted, uploaded once
    validate  documents → job specs with a digest, or diagnostics
    plan      desired, recorded, observed → one action and reason per job
    judge     plan → findings of the workspace's policies
    apply     plan → outcomes, exactly once
    lock      outcomes → lockfile

Around them: `pipeline` (the corridor: calls the rooms in order), `model` (the nouns), `vertex` (the far shore),
`wire` (what the shores share), `report` (values → text), `github` (pull requests), `cli`, and `emulator`, which stands
alone.
"""

from __future__ import annotations

__version__ = "0.1.0"
