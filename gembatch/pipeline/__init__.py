"""The corridor: load → render → stage → validate → plan → apply. Nothing but calls, in order.

Each module is one stretch of it and takes the result of the one before: `run` opens the workspace, `desire` says what
the specs ask for, `observe` what is recorded and shown, `plan` what would be done, `apply` does it, `watch` follows
the jobs to their end.
"""

from __future__ import annotations
