"""The sign of each action and of each kind of row: they say without colour what colours say."""

from __future__ import annotations

from gembatch.plan.changes import Action
from gembatch.plan.rows import RowKind

SIGNS = {
    Action.CREATE: "+",
    Action.REPLACE: "±",
    Action.ADOPT: "<",
    Action.CANCEL: "x",
    Action.RETIRE: "-",
    Action.KEEP: "=",
    Action.BLOCKED: "!",
}

ROW_SIGNS = {RowKind.ADDED: "+", RowKind.REMOVED: "-", RowKind.CHANGED: "±"}
