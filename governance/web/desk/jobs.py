"""Jobs of a village, looked at while they run and when they are over."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path

from flask import current_app, g, render_template
from flask.typing import ResponseReturnValue

from governance.affairs.kinds import KINDS
from governance.base import clock
from governance.base.errors import phrase
from governance.village import jobs, running
from governance.web.desk import make_desk

door = make_desk("jobs", __name__, "/jobs", readable=("job",), part_of="households")

PATIENCE = timedelta(minutes=1)  # a runner looks every second: after this nobody seems to be there


@door.get("/<uuid:job_id>")
def job(job_id: uuid.UUID) -> ResponseReturnValue:
    """One job: where it stands, how far it is, what came of it."""
    found = jobs.get_job(g.village.id, job_id)
    waits = found.state == jobs.JobState.WAITING
    return render_template(
        "desk/jobs.html",
        job=found,
        title=KINDS[found.kind].title if found.kind in KINDS else phrase("后台办理"),
        progress=running.find_progress(Path(current_app.config["DATA_DIR"]), found.id),
        stuck=waits and clock.now() - found.asked_at > PATIENCE,
    )
