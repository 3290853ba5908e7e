"""What specs build on: the defaults of the folders around them, and the parents that they extend. Each is read once."""

from __future__ import annotations

import os
import posixpath
from functools import cached_property
from pathlib import Path, PurePosixPath

from gembatch.load.discover import why_no_file
from gembatch.load.overlay import subdocument
from gembatch.load.yaml_reader import read_file
from gembatch.model.diagnostics import Diagnostic, Location
from gembatch.model.document import Document
from gembatch.model.globs import means
from gembatch.model.layers import DEFAULTS_FILE, EXTENDS, Layer, LayerKind, is_part
from gembatch.model.workspace import Workspace

MAX_PARENTS = 10
"""How many files a chain of `extends` may have beyond the spec."""

_MISNAMED = "_defaults.yml"


class Inheritance:
    """The files of one run that specs build on.

    Attributes:
        findings: What is wrong with finding and reading them; one that many specs share is told many times.
    """

    def __init__(self, root: Path, workspace: Workspace) -> None:
        self.findings: list[Diagnostic] = []
        self._root = root
        self._workspace = workspace
        self._read: dict[str, Document | None] = {}
        self._folders: dict[str, Document | None] = {}
        self._around: dict[str, tuple[Layer, ...]] = {}

    @property
    def parts(self) -> tuple[Document, ...]:
        """The documents that were read, those of the workspace's own defaults first."""
        read = tuple(document for document in self._read.values() if document)
        return (*(layer.document for layer in self._defaults), *read)

    def read(self, path: str) -> Document | None:
        """Returns the one document of a file that is a part, from the workspace; None when it cannot be had."""
        if path not in self._read:
            self._read[path] = self._document(path)
        return self._read[path]

    def layers_of(self, spec: Document) -> tuple[Layer, ...] | None:
        """Returns the layers of a spec, the lowest first, the spec itself last.

        None when one of its parents cannot be had, which is a finding: what the spec lacks then says nothing.
        """
        parents = self._parents(spec)
        if parents is None:
            return None
        chain = [Layer(LayerKind.PARENT, document) for document in reversed(parents)]
        return (*self._defaults, *self._folder_defaults(spec.source.path), *chain, Layer(LayerKind.SPEC, spec))

    @cached_property
    def _defaults(self) -> tuple[Layer, ...]:
        if not self._workspace.defaults:
            return ()
        return (Layer(LayerKind.WORKSPACE, subdocument(self._workspace.document, ("defaults",))),)

    def _folder_defaults(self, path: str) -> tuple[Layer, ...]:
        folder = path.rpartition("/")[0]
        if folder not in self._around:
            names = (each.as_posix() for each in reversed(PurePosixPath(path).parents))
            documents = (document for name in names if (document := self._of_folder(name)))
            self._around[folder] = tuple(Layer(LayerKind.FOLDER, document) for document in documents)
        return self._around[folder]

    def _of_folder(self, folder: str) -> Document | None:
        if folder not in self._folders:
            self._folders[folder] = self._defaults_in(folder)
        return self._folders[folder]

    def _defaults_in(self, folder: str) -> Document | None:
        misnamed = posixpath.normpath(posixpath.join(folder, _MISNAMED))
        if os.path.lexists(self._root / misnamed):
            message = f"nothing reads this file: the defaults of a folder are called {DEFAULTS_FILE}"
            self.findings.append(Diagnostic("load.defaults", message, Location(misnamed), hint="rename it"))
        path = posixpath.normpath(posixpath.join(folder, DEFAULTS_FILE))
        return self.read(path) if os.path.lexists(self._root / path) else None

    def _parents(self, spec: Document) -> list[Document] | None:
        """Returns the chain of parents, the nearest first; None when it cannot be followed to its end."""
        parents: list[Document] = []
        if _extended_by(spec) is None:
            return parents
        chain = [spec.source.path]
        child = spec
        while (text := _extended_by(child)) is not None:
            path = posixpath.normpath(posixpath.join(posixpath.dirname(child.source.path), text))
            parent = self.read(path) if self._is_parent(path, chain, child.places.at((EXTENDS,))) else None
            if parent is None:
                return None
            chain.append(path)
            parents.append(parent)
            child = parent
        return parents

    def _is_parent(self, path: str, chain: list[str], where: Location) -> bool:
        finding = self._why_not(path, chain, where) or why_no_file(self._root, path, where)
        if finding:
            self.findings.append(finding)
        return finding is None

    def _why_not(self, path: str, chain: list[str], where: Location) -> Diagnostic | None:
        if "{{" in path:
            hint = "name the file itself; `environments` is for what differs"
            return Diagnostic("template.forbidden", "`extends` cannot hold an expression", where, hint=hint)
        if path in chain:
            way = " → ".join([*chain[chain.index(path) :], path])
            message = f"a file cannot extend itself: {way}"
            return Diagnostic("extends.chain", message, where, hint="take one `extends` out")
        if len(chain) > MAX_PARENTS:
            message = f"more than {MAX_PARENTS} files extend one another"
            return Diagnostic("extends.chain", message, where, hint="bring them together into fewer")
        if not is_part(path) and any(means(pattern, path) for pattern in self._workspace.specs):
            folder, name = posixpath.split(path)
            hint = f"rename it to `{posixpath.join(folder, f'_{name}')}`: what begins with `_` is never a spec"
            return Diagnostic("extends.spec", f"`{path}` is a spec itself, and cannot be extended", where, hint=hint)
        return None

    def _document(self, path: str) -> Document | None:
        read = read_file(self._root, path)
        self.findings += read.diagnostics
        for document in read.documents[1:]:
            message = "a file that specs build on is one document; this is a second one"
            hint = "put what belongs together into one"
            self.findings.append(Diagnostic("load.one-document", message, document.places.at(()), hint=hint))
        return read.documents[0] if read.documents else None


def _extended_by(document: Document) -> str | None:
    text = document.data.get(EXTENDS) if isinstance(document.data, dict) else None
    return text if isinstance(text, str) else None
