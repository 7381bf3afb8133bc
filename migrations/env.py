"""How migrations run: on the application's own engine, the same on SQLite and PostgreSQL."""

from alembic import context
from flask import current_app

database = current_app.extensions["migrate"].db


def run() -> None:
    with database.engine.connect() as connection:
        rebuild = connection.dialect.name == "sqlite"  # SQLite changes a table by making it anew
        if rebuild:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            compare_type=True,
            render_as_batch=True,
            user_module_prefix="database.",
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        if rebuild:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")


run()
