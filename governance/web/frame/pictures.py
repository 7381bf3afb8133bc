"""Photos at the doors: keep what a form brings under an id of its content, send what is kept."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from flask import current_app, g, send_file
from flask.typing import ResponseReturnValue

from governance.affairs.awards import photos
from governance.web.frame import access


def photo_ids(subject_id: uuid.UUID, data: bytes) -> tuple[uuid.UUID, ...]:
    """The id of a form's photo, if it brought one: made from its content, so that a second tap brings the same."""
    return (uuid.uuid5(subject_id, hashlib.sha256(data).hexdigest()),) if data else ()


def keep_photo(subject_id: uuid.UUID, data: bytes) -> tuple[uuid.UUID, ...]:
    """Keep a form's photo; its id, as `photo_ids` says it. Raises BadPhoto."""
    ids = photo_ids(subject_id, data)
    for photo_id in ids:
        folder = current_app.config["DATA_DIR"]
        photos.store_photo(folder, g.village.id, photo_id, access.visitor().id, data)
    return ids


def data_of(field: Any) -> bytes:
    """What a form's file field brought, or nothing."""
    return field.data.read() if field.data else b""


def send_photo(photo_id: uuid.UUID) -> ResponseReturnValue:
    """A kept photo, for somebody who may see it. Raises NotThere."""
    path = photos.file_of(current_app.config["DATA_DIR"], g.village.id, photo_id)
    return send_file(path, mimetype="image/jpeg")
