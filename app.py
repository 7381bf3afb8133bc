"""The WSGI entry: `gunicorn app:app`, `flask ...`."""

from governance import create_app

app = create_app()
