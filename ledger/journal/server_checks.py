"""What stands around a ledger on a server: the server, its settings, and what the ledger's roles may do. Nothing is written.

The room on its disks, its backups and its archives are for the server's own administrator to watch: a client does not see them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from time import monotonic

import psycopg

from ledger.errors import Problem, StoreError
from ledger.journal.checks import Check, fine
from ledger.journal.inside import differing, looked_at
from ledger.journal.places import Address
from ledger.journal.server import Server, connected
from ledger.journal.server_definitions import lacked_rights
from ledger.journal.server_schema import rights

_OLDEST = 150_000
_APART = 5
"""Seconds between the server's clock and ours that are worth a word."""

_SETTINGS = "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums')"
_SUPER = """SELECT DISTINCT ON (1) wanted, rolname
    FROM unnest(?::text[]) AS wanted JOIN pg_roles ON rolsuper AND pg_has_role(wanted, oid, 'MEMBER') ORDER BY 1, wanted <> rolname"""
_OWNED = """SELECT DISTINCT wanted, pg_get_userbyid(owner), name FROM unnest(?::text[]) AS wanted,
    (SELECT nspowner, nspname FROM pg_namespace WHERE nspname = ?
        UNION ALL SELECT relowner, relname FROM pg_class WHERE relnamespace = ?::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
        UNION ALL SELECT proowner, proname FROM pg_proc WHERE pronamespace = ?::regnamespace) AS owned(owner, name)
    WHERE pg_has_role(wanted, owner, 'MEMBER') ORDER BY 1, 2, 3"""
_MAY = """SELECT role, relname, allowed
    FROM unnest(?::text[]) AS role, pg_class c,
        unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS allowed
    WHERE relnamespace = ?::regnamespace AND relkind IN ('r', 'v') AND (has_table_privilege(role, c.oid, allowed)
        OR CASE WHEN allowed IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') THEN has_any_column_privilege(role, c.oid, allowed) END)
    ORDER BY 1, 2, 3"""
_CREATES = "SELECT role FROM unnest(?::text[]) AS role WHERE has_schema_privilege(role, ?, 'CREATE')"
_SCHEMA = "SELECT 1 FROM pg_namespace WHERE nspname = ?"


def around_server(address: Address, now: datetime) -> Iterator[Check]:
    """The checks of what stands around the ledger at ``address``. A server that cannot be reached is one that is wrong."""
    begun = monotonic()
    libpq = psycopg.pq.version()
    yield fine("client", "doctor.client", psycopg=psycopg.__version__, libpq=f"{libpq // 10_000}.{libpq % 10_000}")
    try:
        connection = connected(address)
    except StoreError as error:
        yield Check("server", "wrong", error.problem)
        return
    with closing(connection):
        db = Server(connection)
        yield _version(connection.info.server_version)
        yield _encoding(str(connection.info.parameter_status("server_encoding")))
        yield from looked_at("durability", db, _settings(db))
        yield from looked_at("server_clock", db, _clock(db, lambda: now.timestamp() + monotonic() - begun))
        yield from looked_at("role", db, _roles(db, address))


def _version(number: int) -> Check:
    said = {"version": f"{number // 10_000}.{number % 10_000}"}
    if number < _OLDEST:
        return Check("server", "wrong", Problem("doctor.server_old", params=said), Problem("doctor.do_newer_server"))
    return fine("server", "doctor.server", **said)


def _encoding(encoding: str) -> Check:
    if encoding != "UTF8":
        return Check("encoding", "wrong", Problem("doctor.encoding", params={"encoding": encoding}), Problem("doctor.do_utf8"))
    return fine("encoding", "doctor.encoding", encoding=encoding)


def _settings(db: Server) -> Iterator[Check]:
    """Whether what was acknowledged survives a power cut, and whether a page that a disk has spoilt is noticed."""
    found = dict(db.execute(_SETTINGS).fetchall())
    unsafe = [name for name in ("fsync", "full_page_writes") if found[name] != "on"]
    for name in unsafe:
        said = {"name": name}
        yield Check("durability", "wrong", Problem("doctor.setting_off", params=said), Problem("doctor.do_set_on", params=said))
    if found["synchronous_commit"] == "off":
        yield Check("durability", "note", Problem("doctor.commits_later"), Problem("doctor.do_commit_at_once"))
    elif not unsafe:
        yield fine("durability", "doctor.durable", commit=found["synchronous_commit"])
    if found["data_checksums"] == "on":
        yield fine("checksums", "doctor.checksums")
    else:
        yield Check("checksums", "note", Problem("doctor.no_checksums"), Problem("doctor.do_checksums"))


def _clock(db: Server, here: Callable[[], float]) -> Iterator[Check]:
    """The server's clock is for its own logs; the ledger's times are this computer's. Two that differ: one is wrong."""
    ((there,),) = db.execute("SELECT extract(epoch FROM clock_timestamp())::float8").fetchall()
    apart = there - here()
    said = {"seconds": f"{abs(apart):.0f}"}
    if abs(apart) > _APART:
        found = Problem("doctor.server_ahead" if apart > 0 else "doctor.server_behind", params=said)
        yield Check("server_clock", "note", found, Problem("doctor.do_clocks"))
    else:
        yield fine("server_clock", "doctor.server_clock")


def _roles(db: Server, address: Address) -> Iterator[Check]:
    """The ledger's roles may do what they have to, and no more. Nothing where there is no such schema: that is said elsewhere."""
    if db.execute(_SCHEMA, (address.schema,)).fetchone() is None:
        return
    found = [differing(each)._replace(name="role") for each, _ in lacked_rights(db, address)]
    roles = [address.app, address.names]
    above = db.execute(_SUPER, (roles,)).fetchall()
    found += [_too_much("role_super", "do_no_super", role=role, other=other) for role, other in above]
    if not above:  # to whom nothing is refused, and everything belongs
        found += _owning(db, address, roles)
        found += _allowed(db, address, roles)
    yield from found
    if not found:
        yield fine("role", "doctor.role", role=address.app)


def _owning(db: Server, address: Address, roles: list[str]) -> Iterator[Check]:
    for role, owner, name in db.execute(_OWNED, (roles, *[address.schema] * 3)).fetchall():
        yield _too_much("role_owner", "do_other_owner", role=role, owner=owner, name=name)


def _allowed(db: Server, address: Address, roles: list[str]) -> Iterator[Check]:
    """What a role may do beyond what it has to. The role that uses the ledger may do what that of names may."""
    wanted = {(each.role, each.table, each.right) for each in rights(address)}
    wanted |= {(address.app, table, right) for role, table, right in wanted if role == address.names}
    more: dict[tuple[str, str], list[str]] = {}
    for role, table, right in db.execute(_MAY, (roles, address.schema)).fetchall():
        if (role, table, right) not in wanted:
            more.setdefault((role, table), []).append(right)
    for (role, table), allowed in more.items():
        yield _too_much("role_may", "do_revoke", role=role, table=f"{address.schema}.{table}", rights=", ".join(allowed))
    for (role,) in db.execute(_CREATES, (roles, address.schema)).fetchall():
        yield _too_much("role_may", "do_revoke", role=role, table=f"SCHEMA {address.schema}", rights="CREATE")


def _too_much(found: str, advice: str, **said: object) -> Check:
    return Check("role", "wrong", Problem(f"doctor.{found}", params=said), Problem(f"doctor.{advice}", params=said))
