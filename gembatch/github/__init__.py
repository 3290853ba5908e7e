"""Pull requests on GitHub: the plan as a comment, and which merged plans wait to be applied.

`pulls`, `runs`, `comments`, `archives` and `approvals` are values and rules about them; `api` alone talks to GitHub.
"""

from __future__ import annotations
