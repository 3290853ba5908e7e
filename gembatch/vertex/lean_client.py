"""Loads Google's client of the job service without the thirty other services that its package brings along.

The `__init__` of `google.cloud.aiplatform_v1` and of its `types` import every module of the package; of the 300 the
job service needs forty. While it is imported here, these two packages are *deferred*: they stand in `sys.modules` as
ever, with their real path and spec, and so their submodules load in the ordinary way, but their own `__init__` runs
when somebody first asks them for a name that is not a submodule. So nothing half-loaded is left behind: whoever
imports `google.cloud.aiplatform_v1` later, in any form and from any thread, finds the whole of it, made of the very
modules that were loaded here. What the job service itself may come to need is found in the same way.

This can go once the package's own `__lazy_modules__` (PEP 810) take effect, with Python 3.15.
"""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType

_PACKAGE = "google.cloud.aiplatform_v1"
_DEFERRED = frozenset({_PACKAGE, f"{_PACKAGE}.types"})
_ON_DEMAND = ("__getattr__", "__dir__")

# One for all deferred packages, since running the `__init__` of one may touch the other.
_running = threading.RLock()

_loading = threading.RLock()


@contextmanager
def lean_imports() -> Iterator[None]:
    """Within it, the imports of `google.cloud.aiplatform_v1.services.job_service` and the like load little else.

    A package that is loaded already stays as it is. One thread at a time is within it. That another thread imports the
    package by itself at the very same moment is not provided for: its modules import each other in circles, and so
    two threads at once get a deadlock from Python's import locks, or half a module, without any of this as well.
    """
    finder = _Finder()
    with _loading:
        sys.meta_path.insert(0, finder)
        try:
            yield
        finally:
            sys.meta_path.remove(finder)


class _Finder(MetaPathFinder):
    """Finds the two packages where the ordinary finder does, and defers what it can."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path, target) if fullname in _DEFERRED else None
        # Anything else than a folder of source files is left to the ordinary import: slower, and as good.
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _DeferringLoader(spec.loader)
            return spec
        return None


class _DeferringLoader(Loader):
    """Makes a package whose `__init__` is still to run."""

    def __init__(self, ordinary: SourceFileLoader) -> None:
        self._ordinary = ordinary

    def exec_module(self, module: ModuleType) -> None:
        """Gives the module its ordinary loader back, and the two functions that run its `__init__` on demand."""
        package = _DeferredPackage(module, self._ordinary)
        module.__loader__ = self._ordinary
        if module.__spec__ is not None:
            module.__spec__.loader = self._ordinary
        # PEP 562: looked up in the module's own namespace, and asked only for names that are not there.
        vars(module).update(zip(_ON_DEMAND, (package.attribute, package.names), strict=True))


class _DeferredPackage:
    """A package whose `__init__` has not run yet."""

    def __init__(self, module: ModuleType, ordinary: SourceFileLoader) -> None:
        self._module = module
        self._ordinary = ordinary
        self._is_pending = True

    def attribute(self, name: str) -> object:
        """Returns what the package would have under a name: a submodule, or what its `__init__` defines.

        Submodules must come first, and without a lock: importing a submodule asks for its siblings here while it
        holds import locks.
        """
        if self._has_submodule(name):
            return importlib.import_module(f"{self._module.__name__}.{name}")
        # The standard library looks every module over for names such as `__warningregistry__`.
        is_internal = name.startswith("__") and name not in {"__all__", "__version__"}
        if not is_internal:
            self._run()
        try:
            return vars(self._module)[name]
        except KeyError:
            message = f"module {self._module.__name__!r} has no attribute {name!r}"
            raise AttributeError(message, name=name, obj=self._module) from None

    def names(self) -> list[str]:
        """Returns `dir()` of the whole package."""
        self._run()
        return sorted(vars(self._module))

    def _has_submodule(self, name: str) -> bool:
        full_name = f"{self._module.__name__}.{name}"
        return PathFinder.find_spec(full_name, list(self._module.__path__)) is not None

    def _run(self) -> None:
        with _running:
            if not self._is_pending:
                return
            self._is_pending = False
            try:
                self._ordinary.exec_module(self._module)
            except BaseException:
                self._is_pending = True
                raise
            # Other threads that come meanwhile wait above; from here on the module is an ordinary one.
            for name in _ON_DEMAND:
                vars(self._module).pop(name, None)
