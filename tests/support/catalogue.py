"""What a database's catalogue says about the Desk's part of it, as lines that two databases can be compared by."""

from __future__ import annotations

from typing import Final, LiteralString

import psycopg
from psycopg import sql

# Owner and grants as they work out, whether somebody wrote them or they are the default; sorted, as order says nothing.
_GRANTS: Final = """
array(
    SELECT CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE g.grantee::regrole::text END || ' ' || g.privilege_type
        || CASE WHEN g.is_grantable THEN ' and gives it on' ELSE '' END
    FROM aclexplode(coalesce({acl}, acldefault('{kind}', {owner}))) AS g ORDER BY 1
)"""

ASKED: Final[dict[str, LiteralString]] = {
    "schemas": f"""
        SELECT nspname, nspowner::regrole, obj_description(oid, 'pg_namespace'),
            {_GRANTS.format(acl="nspacl", kind="n", owner="nspowner")}
        FROM pg_namespace WHERE nspname IN ('dashboard', 'public')""",
    "extensions": "SELECT extname, extversion, extnamespace::regnamespace FROM pg_extension",
    "relations": f"""
        SELECT oid::regclass, relkind, relpersistence, relowner::regrole, relrowsecurity, relforcerowsecurity,
            relreplident, reloptions, obj_description(oid, 'pg_class'),
            CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(oid) END,
            {_GRANTS.format(acl="relacl", kind="r", owner="relowner")}
        FROM pg_class
        WHERE relnamespace = 'dashboard'::regnamespace OR relnamespace = 'public'::regnamespace AND relkind = 'r'""",
    "columns": """
        SELECT a.attrelid::regclass, row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum), a.attname,
            format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid), a.attidentity,
            a.attgenerated, a.attstorage, a.attcompression, a.attcollation::regcollation,
            array(SELECT o FROM unnest(a.attoptions) AS o WHERE NOT starts_with(o, 'pg_attver=')), -- its own stamp
            col_description(a.attrelid, a.attnum)
        FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
        LEFT JOIN pg_attrdef AS d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
        WHERE c.relnamespace = 'dashboard'::regnamespace AND c.relkind <> 'i' AND a.attnum > 0
            AND NOT a.attisdropped""",
    "grants on columns": f"""
        SELECT attrelid::regclass, attname, {_GRANTS.format(acl="attacl", kind="c", owner="0")}
        FROM pg_attribute WHERE attacl IS NOT NULL""",
    "sequences": """
        SELECT seqrelid::regclass, seqtypid::regtype, seqstart, seqincrement, seqmin, seqmax, seqcache, seqcycle
        FROM pg_sequence""",
    "constraints": """
        SELECT conrelid::regclass, conname, pg_get_constraintdef(oid), convalidated, condeferrable, condeferred,
            obj_description(oid, 'pg_constraint')
        FROM pg_constraint WHERE connamespace = 'dashboard'::regnamespace""",
    "indexes": """
        SELECT pg_get_indexdef(indexrelid), indisvalid, indisunique, indisprimary, indisclustered, indisreplident,
            obj_description(indexrelid, 'pg_class')
        FROM pg_index JOIN pg_class AS c ON c.oid = indexrelid WHERE c.relnamespace = 'dashboard'::regnamespace""",
    "statistics": "SELECT pg_get_statisticsobjdef(oid) FROM pg_statistic_ext",
    "functions": f"""
        SELECT pg_get_functiondef(oid), proowner::regrole, obj_description(oid, 'pg_proc'),
            {_GRANTS.format(acl="proacl", kind="f", owner="proowner")}
        FROM pg_proc WHERE pronamespace = 'dashboard'::regnamespace AND prokind <> 'a'""",
    "triggers": """
        SELECT pg_get_triggerdef(oid), tgenabled, obj_description(oid, 'pg_trigger')
        FROM pg_trigger WHERE NOT tgisinternal""",
    "policies": "SELECT * FROM pg_policies",
    "rules": "SELECT * FROM pg_rules WHERE schemaname IN ('dashboard', 'public')",
    "types": """
        SELECT oid::regtype, typtype, typowner::regrole, typnotnull, pg_get_expr(typdefaultbin, 0),
            array(SELECT enumlabel FROM pg_enum WHERE enumtypid = t.oid ORDER BY enumsortorder)
        FROM pg_type AS t
        WHERE typnamespace = 'dashboard'::regnamespace AND typtype <> 'c' AND typcategory <> 'A'""",
    "default grants": "SELECT defaclrole::regrole, defaclnamespace::regnamespace, defaclobjtype, defaclacl"
    " FROM pg_default_acl",
}
_TABLES: Final = """
SELECT relname FROM pg_class WHERE relnamespace = 'dashboard'::regnamespace AND relkind = 'r'
    AND relname <> 'alembic_version'"""
# The chain's first hash is random, so that no two databases have the same.
_ROWS: Final = "SELECT {name}, to_jsonb(t) - 'hash' FROM dashboard.{table} AS t"


def dump(connection: psycopg.Connection) -> dict[str, list[str]]:
    """Everything of the Desk's, and what the product's tables let its roles do; readable in a failed comparison."""
    connection.execute("SET LOCAL search_path = pg_catalog")  # so that names come with their schema
    told = {kind: _lines(connection, question) for kind, question in ASKED.items()}
    told["rows"] = sorted(
        line
        for [table] in connection.execute(_TABLES).fetchall()
        for line in _lines(connection, sql.SQL(_ROWS).format(name=sql.Literal(table), table=sql.Identifier(table)))
    )
    return told


def _lines(connection: psycopg.Connection, question: LiteralString | sql.Composed) -> list[str]:
    return sorted(" | ".join(map(str, row)) for row in connection.execute(question).fetchall())
