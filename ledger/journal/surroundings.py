"""What stands around a ledger's file: its disk, who may read and write it, the files beside it. Nothing is written."""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from ledger.errors import Problem
from ledger.journal.checks import Check, fine

_MIB = 1 << 20
_LEAST_FREE = 64 * _MIB
"""Bytes: the write-ahead log, and whatever else is on the disk, want some room."""
_OVER_A_NETWORK = frozenset({
    "9p", "afs", "ceph", "cifs", "davfs", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs", "fuse.sshfs", "glusterfs", "lustre", "ncpfs",
    "nfs", "nfs4", "prl_fs", "smb3", "smbfs", "vboxsf", "virtiofs", "vmhgfs",
})  # fmt: skip
"""File systems of other computers, as the kernel calls them: locks and syncs may not hold there."""
_IN_MEMORY = frozenset({"ramfs", "tmpfs"})
_MOUNTS = Path("/proc/self/mountinfo")


def around(path: Path) -> Iterator[Check]:
    """The checks of what stands around the ledger's file at ``path``, which is there."""
    path = path.resolve()
    yield _disk(path)
    yield from _file_system(path)
    yield from _permissions(path)
    lock = _lock(path)
    yield lock
    yield _side_files(path, held=lock.found.key == "doctor.lock_held")


def _disk(path: Path) -> Check:
    free, size = shutil.disk_usage(path.parent).free, path.stat().st_size
    said = {"free": _mib(free), "size": _mib(size)}
    if free < max(_LEAST_FREE, size // 10):
        return Check("disk", "wrong", Problem("doctor.disk", params=said), Problem("doctor.do_room"))
    if free < size:
        return Check("disk", "note", Problem("doctor.disk", params=said), Problem("doctor.do_backup_elsewhere"))
    return fine("disk", "doctor.disk", **said)


def _mib(size: int) -> str:
    return f"{size / _MIB:.1f} MiB"


def _file_system(path: Path) -> Iterator[Check]:
    """Nothing where the system does not say what its file systems are."""
    kind = _kind_of_mount(path)
    if kind in _OVER_A_NETWORK:
        yield Check("file_system", "wrong", Problem("doctor.network", params={"kind": kind}), Problem("doctor.do_local"))
    elif kind in _IN_MEMORY:
        yield Check("file_system", "note", Problem("doctor.in_memory", params={"kind": kind}), Problem("doctor.do_lasting"))
    elif kind:
        yield fine("file_system", "doctor.file_system", kind=kind)


def _kind_of_mount(path: Path) -> str:
    """The kind of the file system that is mounted over ``path`` (proc(5): the fifth field is where, the one after ``-`` what)."""
    try:
        lines = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return ""
    found = {}
    for line in lines:
        fields, _, rest = line.partition(" - ")
        where = Path(fields.split()[4].replace("\\040", " "))
        if path.is_relative_to(where):
            found[len(where.parts)] = rest.split()[0]  # of two mounted in one place, the later covers the other
    return found[max(found)] if found else ""


def _permissions(path: Path) -> Iterator[Check]:
    file, folder = path.stat(), path.parent.stat()
    said = {"mode": stat.filemode(file.st_mode), "owner": _owner(file.st_uid), "folder_mode": stat.filemode(folder.st_mode)}
    found = Problem("doctor.permissions", params=said)
    replaceable = folder.st_mode & stat.S_IWOTH and not folder.st_mode & stat.S_ISVTX
    if file.st_mode & stat.S_IWOTH or replaceable:
        yield Check("permissions", "wrong", found, Problem("doctor.do_close_writing", params={"path": path}))
    elif not os.access(path, os.R_OK):
        yield Check("permissions", "wrong", found, Problem("doctor.do_let_read"))
    elif not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        yield Check("permissions", "note", found, Problem("doctor.do_read_only"))
    elif file.st_mode & stat.S_IROTH and folder.st_mode & stat.S_IXOTH:
        yield Check("permissions", "note", found, Problem("doctor.do_close_reading", params={"path": path}))
    else:
        yield Check("permissions", "ok", found)


def _owner(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"uid-{number}"


def _lock(path: Path) -> Check:
    """Whether the lock beside the ledger can be taken. It is tried shared, so that a writer who comes just then waits a moment at most."""
    lock = path.with_name(f"{path.name}-lock")
    if not lock.exists():
        return fine("lock", "doctor.lock_none")
    if not lock.is_file() or (os.access(path, os.W_OK) and not os.access(lock, os.R_OK | os.W_OK)):
        return Check("lock", "wrong", Problem("doctor.lock_closed"), Problem("doctor.do_lock", params={"path": lock}))
    if not os.access(lock, os.R_OK):
        return Check("lock", "note", Problem("doctor.lock_closed"), Problem("doctor.do_read_only"))
    with lock.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return Check("lock", "note", Problem("doctor.lock_held"), Problem("doctor.do_wait"))
    return fine("lock", "doctor.lock_free")


def _side_files(path: Path, *, held: bool) -> Check:
    """What a writer that was ended, or a reader in its way, has left beside the file."""
    left = {ending: each.stat().st_size for ending in ("-wal", "-journal") if (each := path.with_name(path.name + ending)).exists()}
    names = ", ".join(f"{path.name}{ending} ({_mib(size)})" for ending, size in left.items() if size)
    if not names:
        return fine("side_files", "doctor.settled")
    if held:
        return fine("side_files", "doctor.unsettled", names=names)
    return Check("side_files", "note", Problem("doctor.unsettled", params={"names": names}), Problem("doctor.do_settle"))
