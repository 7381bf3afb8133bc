"""The last word (最后决定): the supervision committee decides on what was brought before it, and on nothing else."""

from __future__ import annotations

import uuid

from flask.typing import ResponseReturnValue

from governance.affairs.publicity import answering
from governance.village.staff import Role
from governance.web.desk import make_desk
from governance.web.desk.objections import take_answer

door = make_desk(
    "appeals", __name__, "/appeals", readable=(), part_of="objections", acting=(Role.SUPERVISOR,)
)


@door.post("/<uuid:objection_id>/decide")
def decide(objection_id: uuid.UUID) -> ResponseReturnValue:
    """The supervision committee's decision, after which there is none."""
    return take_answer(objection_id, answering.decide_finally)
