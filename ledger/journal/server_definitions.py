"""What a ledger's schema on a server is made of beside what this version would make: tables, indexes, views, functions, guards, rights.

The server's own catalogue says what there is, which every role may read. It writes statements in its own words, which differ a little
between its versions; both sides are compared without what is only the wording.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ledger.errors import StoreError
from ledger.journal.definitions import Difference
from ledger.journal.places import Address
from ledger.journal.server_schema import Part, Right, entering, grant, joining, parts, rights

if TYPE_CHECKING:
    from ledger.journal.server import Server

_OURS = "(SELECT oid FROM pg_namespace WHERE nspname = current_schema())"
_COLUMNS = """SELECT string_agg(concat_ws(' ', attname, format_type(atttypid, atttypmod), 'COLLATE ' || collname,
        CASE WHEN attnotnull THEN 'NOT NULL' END,
        CASE attidentity WHEN 'a' THEN 'GENERATED ALWAYS AS IDENTITY' WHEN 'd' THEN 'IDENTITY' END,
        'DEFAULT ' || pg_get_expr(adbin, adrelid)), ', ' ORDER BY attnum)
    FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        LEFT JOIN pg_collation k ON k.oid = attcollation AND collname <> 'default'
    WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped"""
_HOLDING = """SELECT string_agg(pg_get_constraintdef(k.oid) || CASE WHEN convalidated THEN '' ELSE ' NOT VALID' END, ', '
        ORDER BY contype, pg_get_constraintdef(k.oid))
    FROM pg_constraint k WHERE conrelid = c.oid AND contype <> 'n' AND contype <> 't'"""
_UNLIKE = """CASE WHEN relkind <> 'r' OR relpersistence <> 'p' THEN concat('a table of the kind ', relkind, relpersistence) END,
    CASE WHEN relrowsecurity THEN 'row security' END,
    CASE WHEN EXISTS (SELECT FROM pg_inherits WHERE c.oid IN (inhrelid, inhparent)) THEN 'inheriting' END"""
"""What a table of ours is not: unlogged, say, which would be empty after a crash; or less or more than its own rows."""

_EVERY = (
    f"""SELECT 'table', relname, relname, concat_ws(', ', ({_COLUMNS}), ({_HOLDING}), {_UNLIKE})
    FROM pg_class c WHERE relnamespace = {_OURS} AND relkind IN ('r', 'p', 'f')""",
    f"""SELECT 'view', relname, relname, pg_get_viewdef(c.oid) FROM pg_class c WHERE relnamespace = {_OURS} AND relkind IN ('v', 'm')""",
    f"""SELECT 'index', c.relname, t.relname, concat_ws(' ', pg_get_indexdef(c.oid), CASE WHEN NOT indisvalid THEN 'INVALID' END)
    FROM pg_index JOIN pg_class c ON c.oid = indexrelid JOIN pg_class t ON t.oid = indrelid
    WHERE t.relnamespace = {_OURS} AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)""",
    f"""SELECT 'function', proname || CASE WHEN pronargs > 0 THEN concat('(', pg_get_function_identity_arguments(p.oid), ')') ELSE '' END,
        proname, concat_ws(' ', prorettype::regtype, lanname, CASE WHEN prosecdef THEN 'SECURITY DEFINER' END,
        array_to_string(proconfig, ','), prosrc)
    FROM pg_proc p JOIN pg_language l ON l.oid = prolang WHERE pronamespace = {_OURS}""",
    f"""SELECT 'trigger', tgname, relname,
        concat_ws(' ', pg_get_triggerdef(t.oid, true), CASE WHEN tgenabled NOT IN ('O', 'A') THEN 'DISABLED' END)
    FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid WHERE relnamespace = {_OURS} AND NOT tgisinternal""",
    f"""SELECT 'rule', rulename, relname, pg_get_ruledef(r.oid)
    FROM pg_rewrite r JOIN pg_class c ON c.oid = ev_class WHERE relnamespace = {_OURS} AND rulename <> '_RETURN'""",
)
"""Type, name, table and definition of whatever the schema holds."""

_NO_ROLE = "SELECT wanted FROM unnest(?::text[]) AS wanted WHERE wanted NOT IN (SELECT rolname FROM pg_roles) LIMIT 1"
_OUTSIDE = """SELECT NOT bool_and(has_schema_privilege(role, pg_namespace.oid, 'USAGE')), NOT pg_has_role(?, ?, 'USAGE')
    FROM pg_namespace, unnest(ARRAY[?, ?]) AS role WHERE nspname = ?"""
_LACKED = """SELECT role, allowed, relation
    FROM unnest(?::text[], ?::text[], ?::text[]) WITH ORDINALITY AS wanted(role, allowed, relation, nr)
        JOIN pg_class ON relname = relation AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = ?)
    WHERE NOT has_table_privilege(role, pg_class.oid, allowed) ORDER BY nr"""
_AS = re.compile(r"\$\$(.*)\$\$", re.DOTALL)
_WORDING = re.compile(r'"|;|::text\b|\bUSING btree\b')
_SIGNS = re.compile(r"[()]")


class _Key(NamedTuple):
    """A trigger's name is its table's."""

    type: str
    name: str
    table: str


def differences(db: Server) -> list[Difference]:
    """In what the schema that ``db`` uses differs from one that this version would make. Raises the client's errors."""
    schema = str(db.execute("SELECT current_schema()").fetchone()[0])
    there = {_Key(*key): _plain(key[0], text, schema) for every in _EVERY for *key, text in db.execute(every).fetchall()}
    wanted = {_Key(*part[:3]): _plain(part.type, _defining(part), schema) for part in parts(schema)}
    unlike = [key for key in wanted if there.get(key) != wanted[key]]
    lacking = [Difference("other" if key in there else "missing", *key, mended=key.type != "table") for key in unlike]
    return [*lacking, *(Difference("foreign", *key, mended=False) for key in there if key not in wanted)]


def _defining(part: Part) -> str:
    """What of a statement the catalogue keeps."""
    match part.type:
        case "table":
            return part.sql.partition("(")[2].removesuffix(")")
        case "view":
            return part.sql.partition(" AS ")[2]
        case "function":
            body = _AS.search(part.sql)
            return f"trigger plpgsql {body[1] if body else ''}"
    return part.sql


def _plain(type_: str, text: str, schema: str) -> str:
    """A definition without the server's wording. A function's body stands in the words of whoever made it."""
    if type_ != "function":
        text = re.sub(rf'(?<![\w.])(?:"?{schema}"?\.)?(?:(?:stored_events|heads)\.)?', "", _WORDING.sub("", text))
        text = _SIGNS.sub("", text) if type_ in ("index", "view") else text
    return " ".join(text.split())


def lacked_rights(db: Server, address: Address) -> Iterator[tuple[Difference, str]]:
    """What the ledger's roles may not do that they have to, each with the statement that lets them. Raises StoreError for no such role."""
    role = db.execute(_NO_ROLE, ([address.names, address.app],)).fetchone()
    if role is not None:
        raise StoreError.of("journal.no_role", role=role[0], path=address)
    ((outside, apart),) = db.execute(_OUTSIDE, (address.app, address.names, address.app, address.names, address.schema)).fetchall()
    if outside:
        yield Difference("missing", "grant", f"USAGE TO {address.app}, {address.names}", address.schema, mended=True), entering(address)
    if apart:
        yield Difference("missing", "grant", f"{address.names} TO {address.app}", address.schema, mended=True), joining(address)
    wanted = [list(column) for column in zip(*rights(address), strict=True)]
    for found in map(Right._make, db.execute(_LACKED, (*wanted, address.schema)).fetchall()):
        yield Difference("missing", "grant", f"{found.right} TO {found.role}", found.table, mended=True), grant(found)
