"""The far shore: Vertex AI behind one protocol.

`gateway` says what may be asked, `google` asks it of Google or of an emulator, `observe` gathers what a plan needs to
know. Only `google` and what it alone imports (`session`, `lean_client`) reach Google's code.
"""

from __future__ import annotations

from gembatch.vertex.gateway import JobGateway
from gembatch.vertex.observe import observe

__all__ = ["JobGateway", "observe"]
