"""The WSGI entry: `gunicorn app:app`, `flask ...`."""

import os

from governance import create_app

os.umask(0o077)  # names, phones and photos: what is written from here on is for its owner alone
app = create_app()
