"""What somebody with the database's password could do, behind the service's back."""

from __future__ import annotations

from typing import Any

from governance.base.database import db, is_sqlite

OFF, ON = (
    {True: "PRAGMA foreign_keys=OFF", False: "SET session_replication_role = replica"},
    {True: "PRAGMA foreign_keys=ON", False: "SET session_replication_role = DEFAULT"},
)


def tamper(*statements: Any) -> None:
    """Change rows in a connection of one's own, whatever key stands in the way."""
    db.session.rollback()
    with db.engine.connect() as connection:
        # Told to the driver: SQLite heeds the pragma only outside a transaction.
        driver = connection.connection.driver_connection
        driver.execute(OFF[is_sqlite()])
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        driver.execute(ON[is_sqlite()])
        driver.commit()
