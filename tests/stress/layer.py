"""What a program does to its files, seen between it and the system: each write, truncation, sync and change of a folder.

SQLite's own file layer (https://sqlite.org/vfs.html) is asked as ever; three of its methods of a file and two of a folder are called by way
of ours, which note what happens. What Python's own calls do to folders and files comes from its audit hooks and from ``os.fsync``.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple

Kind = Literal["create", "write", "truncate", "sync", "link", "rename", "remove", "sync_folder", "done"]


class Step(NamedTuple):
    """One thing that was done to the file ``path``, from byte ``offset`` on with ``data``; ``done`` is a mark of the caller's."""

    kind: Kind
    path: str = ""
    offset: int = 0
    data: bytes = b""
    other: str = ""


Note = Callable[[Step], None]

_JOURNALS = 0x00000800 | 0x00004000 | 0x00080000
"""SQLITE_OPEN_MAIN_JOURNAL, SUPER_JOURNAL and WAL: when one of these is new, its first sync takes its folder's along."""
_int, _ptr, _i64 = ctypes.c_int, ctypes.c_void_p, ctypes.c_int64
_Open = ctypes.CFUNCTYPE(_int, _ptr, _ptr, _ptr, _int, _ptr)  # the name as it stands in memory: SQLite keeps it, and looks behind it
_Delete = ctypes.CFUNCTYPE(_int, _ptr, _ptr, _int)
_Write = ctypes.CFUNCTYPE(_int, _ptr, _ptr, _int, _i64)
_Truncate = ctypes.CFUNCTYPE(_int, _ptr, _i64)
_Sync = ctypes.CFUNCTYPE(_int, _ptr, _int)


class _Methods(ctypes.Structure):
    """``sqlite3_io_methods``, as far as we look into it; the later versions of it have twelve methods more."""

    _fields_ = (
        ("version", _int), ("close", _ptr), ("read", _ptr), ("write", _Write), ("truncate", _Truncate), ("sync", _Sync),
        ("others", _ptr * 13),
    )  # fmt: skip


class _File(ctypes.Structure):
    """``sqlite3_file``: what follows its methods is the layer's own."""

    _fields_ = (("methods", ctypes.POINTER(_Methods)),)


class _Layer(ctypes.Structure):
    """``sqlite3_vfs``, as far as we look into it."""

    _fields_ = (
        ("version", _int), ("size", _int), ("longest", _int), ("next", _ptr), ("name", ctypes.c_char_p), ("data", _ptr),
        ("open", _Open), ("delete", _Delete),
    )  # fmt: skip


def _sqlite() -> ctypes.CDLL:
    """The library that Python's own module is linked with: what is changed in it holds for the product's connections."""
    import _sqlite3

    loaded = ctypes.CDLL(_sqlite3.__file__)
    assert hasattr(loaded, "sqlite3_vfs_find"), "this Python has SQLite built in, and its file layer cannot be reached"
    return loaded


class _Watch:
    """The file layer with our methods in place."""

    def __init__(self, note: Note) -> None:
        self._note = note
        find = _sqlite().sqlite3_vfs_find
        find.restype, find.argtypes = ctypes.POINTER(_Layer), [ctypes.c_char_p]
        self._layer = find(None).contents
        self._open = _Open.from_buffer_copy(self._layer_bytes("open"))
        self._delete = _Delete.from_buffer_copy(self._layer_bytes("delete"))
        self._paths: dict[int, str] = {}
        self._new_journals: set[str] = set()
        self._tables: dict[int, tuple[_Methods, _Methods]] = {}

    def _layer_bytes(self, name: str) -> bytes:
        place = getattr(_Layer, name)
        return ctypes.string_at(ctypes.addressof(self._layer) + place.offset, place.size)

    def begin(self) -> None:
        self._ours = _Open(self._opened), _Delete(self._deleted)
        self._layer.open, self._layer.delete = self._ours

    def end(self) -> None:
        self._layer.open, self._layer.delete = self._open, self._delete

    def _opened(self, layer: Any, name: int | None, file: Any, flags: int, out: Any) -> int:
        path = os.fsdecode(ctypes.string_at(name)) if name else ""
        there = Path(path).exists() if path else False
        code: int = self._open(layer, name, file, flags, out)
        if code == 0 and path:
            if not there:
                self._note(Step("create", path))
                if flags & _JOURNALS:
                    self._new_journals.add(path)
            self._paths[file] = path
            seen = ctypes.cast(file, ctypes.POINTER(_File)).contents
            seen.methods = ctypes.pointer(self._table(seen.methods))
        return code

    def _table(self, methods: Any) -> _Methods:
        """A copy of a table of methods, with ours in it."""
        address = ctypes.addressof(methods.contents)
        if address not in self._tables:
            theirs = _Methods.from_buffer_copy(methods.contents)
            ours = _Methods.from_buffer_copy(methods.contents)

            def write(file: Any, data: Any, size: int, offset: int) -> int:
                code: int = theirs.write(file, data, size, offset)
                if code == 0:
                    self._note(Step("write", self._paths[file], offset, ctypes.string_at(data, size)))
                return code

            def truncate(file: Any, size: int) -> int:
                code: int = theirs.truncate(file, size)
                if code == 0:
                    self._note(Step("truncate", self._paths[file], size))
                return code

            def sync(file: Any, flags: int) -> int:
                code: int = theirs.sync(file, flags)
                if code == 0:
                    self._synced(self._paths[file])
                return code

            ours.write, ours.truncate, ours.sync = _Write(write), _Truncate(truncate), _Sync(sync)
            self._tables[address] = theirs, ours
        return self._tables[address][1]

    def _synced(self, path: str) -> None:
        self._note(Step("sync", path))
        if path in self._new_journals:
            self._new_journals.discard(path)
            self._note(Step("sync_folder", str(Path(path).parent)))

    def _deleted(self, layer: Any, name: int, sync_folder: int) -> int:
        path = os.fsdecode(ctypes.string_at(name))
        there = Path(path).exists()
        code: int = self._delete(layer, name, sync_folder)
        if code == 0 and there:
            self._note(Step("remove", path))
            if sync_folder:
                self._note(Step("sync_folder", str(Path(path).parent)))
        return code


class _Calls:
    """What Python's own calls do to files and folders. An audit hook cannot be taken away again; so it is one, which may be deaf."""

    note: Note | None = None
    hooked = False

    @classmethod
    def hear(cls, event: str, said: tuple[Any, ...]) -> None:
        if cls.note is None:
            return
        if event == "open" and isinstance(said[0], str) and said[2] & os.O_CREAT and not Path(said[0]).exists():
            cls.note(Step("create", said[0]))
        elif event == "os.link":
            cls.note(Step("link", os.fspath(said[0]), other=os.fspath(said[1])))
        elif event == "os.rename":
            cls.note(Step("rename", os.fspath(said[0]), other=os.fspath(said[1])))
        elif event == "os.remove" and Path(said[0]).exists():
            cls.note(Step("remove", os.fspath(said[0])))


@contextmanager
def watched(folder: Path) -> Iterator[list[Step]]:
    """What is done to the files of ``folder`` inside the block, in order. Nothing may be open there when the block begins or ends."""
    steps: list[Step] = []
    within, synced = f"{folder}{os.sep}", os.fsync

    def note(step: Step) -> None:
        if step.path == str(folder) or step.path.startswith(within):
            steps.append(step)

    def fsync(file: int) -> None:
        synced(file)
        path = Path(f"/proc/self/fd/{file}").readlink()
        note(Step("sync_folder" if path.is_dir() else "sync", str(path)))

    if not _Calls.hooked:
        sys.addaudithook(_Calls.hear)
        _Calls.hooked = True
    watch = _Watch(note)
    watch.begin()
    _Calls.note, os.fsync = note, fsync  # type: ignore[assignment]  # it takes what has a number too; ours are numbers
    try:
        yield steps
    finally:
        _Calls.note, os.fsync = None, synced
        watch.end()
