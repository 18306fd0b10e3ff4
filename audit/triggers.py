"""The database itself refuses to change or drop what is on record.

The one change allowed is to put a seal on a row that has none.
"""

TABLES = ("audit_accessrecord", "audit_seal")
CONTENT = (
    "id, actor, act, subject_person, object_type, object_id, at, address, request_id, result,"
    " read_in"
)
REFUSE = "SELECT RAISE(ABORT, 'the record is append-only')"

SQLITE = [
    *(
        f"CREATE TRIGGER {table}_keeps BEFORE DELETE ON {table} BEGIN {REFUSE}; END"
        for table in TABLES
    ),
    f"CREATE TRIGGER audit_accessrecord_stays BEFORE UPDATE OF {CONTENT} ON audit_accessrecord"
    f" BEGIN {REFUSE}; END",
    "CREATE TRIGGER audit_accessrecord_sealed BEFORE UPDATE OF seal_id ON audit_accessrecord"
    f" WHEN OLD.seal_id IS NOT NULL BEGIN {REFUSE}; END",
    f"CREATE TRIGGER audit_seal_stays BEFORE UPDATE ON audit_seal BEGIN {REFUSE}; END",
]

POSTGRESQL = [
    """
CREATE OR REPLACE FUNCTION audit_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'audit_accessrecord' THEN
    IF OLD.seal_id IS NULL AND to_jsonb(OLD) - 'seal_id' = to_jsonb(NEW) - 'seal_id' THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'the record is append-only';
END $$
""",
    *(
        f"CREATE TRIGGER {table}_keeps BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION audit_refuses()"
        for table in TABLES
    ),
    *(
        f"CREATE TRIGGER {table}_stands BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION audit_refuses()"
        for table in TABLES
    ),
]

DROP = {
    "sqlite": [
        f"DROP TRIGGER IF EXISTS {name}"
        for name in (
            "audit_accessrecord_keeps",
            "audit_accessrecord_stays",
            "audit_accessrecord_sealed",
            "audit_seal_keeps",
            "audit_seal_stays",
        )
    ],
    "postgresql": [
        f"DROP TRIGGER IF EXISTS {table}_{name} ON {table}"
        for table in TABLES
        for name in ("keeps", "stands")
    ],
}
CREATE = {"sqlite": SQLITE, "postgresql": POSTGRESQL}
