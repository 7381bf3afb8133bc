"""The kinds of jobs that the runner can do, by the names under which they are asked for."""

from __future__ import annotations

from governance.affairs.acts import note_act
from governance.base.database import atomic
from governance.base.errors import phrase
from governance.village import places
from governance.village.register import uploads
from governance.village.register.importing import import_register
from governance.village.register.rows import read_register
from governance.village.running import Kind, Work

REGISTER = "register"


def import_upload(work: Work) -> None:
    """Import an uploaded register as its preview showed it; the job's id is the upload's.

    Raises UploadGone, NoHeadings, RegisterFaults, PlanChanged.
    """
    job, folder = work.job, work.folder / "uploads"
    village = places.get_place_by_id(job.village_id)
    register = read_register(uploads.read_upload(folder, village.id, job.id))
    with atomic():
        for step in import_register(village, register, job.wishes["digest"]):
            work.tell(step.done, step.total)
        note_act(village.id, job.asked_by, "register.carry_out", subject_id=job.id)
        work.done(added=len(step.plan.added), changed=len(step.plan.changed))
    uploads.drop_upload(folder, village.id, job.id)


KINDS = {REGISTER: Kind(phrase("导入花名册"), import_upload)}
