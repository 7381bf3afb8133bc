"""Staff: who works here, in which role, at which place."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    false,
    func,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from governance.base import clock
from governance.base.database import Model, atomic, db, new_id, once_more
from governance.base.errors import BadInput, Conflict, NotThere, phrase
from governance.base.text import unspaced
from governance.village.kin import are_near
from governance.village.passwords import check_new_password, hash_password
from governance.village.places import Level, Place, get_place_by_id, line_of


class Role(StrEnum):
    """What somebody may do at a place."""

    OFFICER = "officer"
    COMMITTEE = "committee"
    SUPERVISOR = "supervisor"
    STOREKEEPER = "storekeeper"
    TOWN = "town"
    COUNTY = "county"
    ADMIN = "admin"


ROLE_NAMES = {
    Role.OFFICER: phrase("网格员"),
    Role.COMMITTEE: phrase("村委会"),
    Role.SUPERVISOR: phrase("监督委员"),
    Role.STOREKEEPER: phrase("超市管理员"),
    Role.TOWN: phrase("乡镇"),
    Role.COUNTY: phrase("县区"),
    Role.ADMIN: phrase("系统管理员"),
}
# Where each role is held. An admin of the whole service is appointed nowhere.
LEVELS = {
    Role.OFFICER: (Level.GRID, Level.VILLAGE),
    Role.COMMITTEE: (Level.VILLAGE,),
    Role.SUPERVISOR: (Level.VILLAGE,),
    Role.STOREKEEPER: (Level.VILLAGE,),
    Role.TOWN: (Level.TOWN,),
    Role.COUNTY: (Level.COUNTY,),
    Role.ADMIN: (Level.COUNTY, Level.TOWN, Level.VILLAGE),
}
# Roles of one village that one person does not hold together.
RIVALS = {Role.COMMITTEE: Role.SUPERVISOR, Role.SUPERVISOR: Role.COMMITTEE}


class Staff(Model):
    """Somebody who may sign in. `first_password`: it was handed over, and is changed before anything else."""

    __tablename__ = "staff"
    # Columns of older versions, in whose backups they stand.
    __table_args__ = ({"info": {"gone": ("epoch", "wrong_tries", "locked_until")}},)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    username: Mapped[str] = mapped_column(String(30), unique=True)
    name: Mapped[str] = mapped_column(String(30))
    password_hash: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    added_at: Mapped[datetime]
    first_password: Mapped[bool] = mapped_column(default=False, server_default=false())


class Appointment(Model):
    """A role at a place. Somebody may hold several. It ends by a date, never by deletion: the book's marks seal it."""

    __tablename__ = "appointments"
    __table_args__ = (
        CheckConstraint(
            "role IN ('officer','committee','supervisor','storekeeper','town','county','admin')",
            name="role_known",
        ),
        Index(
            "uq_appointments_held",
            "staff_id",
            "role",
            "place_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    role: Mapped[str] = mapped_column(String(12))
    place_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("places.id"), index=True)
    made_at: Mapped[datetime | None]  # not known of those made before this was kept
    ended_at: Mapped[datetime | None]


IN_POST = Appointment.ended_at.is_(None)  # the posts that hold today: what every list asks for


class NotIndependent(Conflict):
    """Committee members do not sit on the supervision committee (村民委员会组织法 art. 37)."""

    code = "not_independent"
    message = phrase("村委会成员和监督委员不能由同一个人担任（村民委员会组织法第三十七条）。")
    field = "role"


class NearRelative(NotIndependent):
    """Nor do their near relatives; who is related has been declared by one of them."""

    code = "near_relative"
    message = phrase(
        "和%(name)s是一家人或者近亲属，不能一个在村委会、一个在监督委员会（村民委员会组织法第三十七条）。"
    )


class LastAdmin(Conflict):
    """Nobody would be left who may appoint people there."""

    code = "last_admin"
    message = phrase("这是这里最后一个系统管理员，请先任命另一个。")


class UsernameTaken(Conflict):
    """Two people with one sign-in name."""

    code = "username_taken"
    message = phrase("用户名「%(username)s」已经有人用了。")
    field = "username"


def add_staff(
    username: str,
    name: str,
    password: str,
    posts: Sequence[tuple[Role, Place | None]],
    *,
    handed: bool = False,
) -> Staff:
    """Add somebody with their posts; a password that is `handed` to them is only their first.

    Raises BadInput, UsernameTaken, NotIndependent.
    """
    username = username.strip()
    if not 2 <= len(username) <= 30 or not all(one.isalnum() or one in "._-" for one in username):
        raise BadInput(phrase("用户名用 2 到 30 个字母、数字或汉字。"), field="username")
    name = _clean_name(name)
    check_new_password(password, username, name)
    person = Staff(
        username=username,
        name=name,
        password_hash=hash_password(password),
        added_at=clock.now(),
        first_password=handed,
    )
    once_more(lambda: _add_staff(person, posts))
    return person


def _add_staff(person: Staff, posts: Sequence[tuple[Role, Place | None]]) -> None:
    with atomic():
        if find_staff(person.username):
            raise UsernameTaken(username=person.username)
        db.session.add(person)
        db.session.flush()
        for role, place in posts:
            appoint(person, role, place)


def _clean_name(value: str) -> str:
    """A name on screen; the sign-in name will do, so digits may stand in it."""
    name = unspaced(value)
    if not name:
        raise BadInput(phrase("请填写姓名。"), field="name")
    if len(name) > 30 or not all(char.isalnum() or char in "·•._-" for char in name):
        raise BadInput(phrase("姓名「%(name)s」里有不该有的字符。"), field="name", name=name[:30])
    return name


def appoint(person: Staff, role: Role, place: Place | None) -> None:
    """Give somebody a role at a place; an admin of the whole service has none.

    Raises BadInput when the role is not held at such a place, NotIndependent, NearRelative.
    """
    with atomic():
        # Held while looking: two clicks at once are one post.
        db.session.get_one(Staff, person.id, with_for_update=True)
        if not check_post(person.id, role, place):
            post = Appointment(
                staff_id=person.id,
                role=role.value,
                place_id=place.id if place else None,
                made_at=clock.now(),
            )
            db.session.add(post)
            db.session.flush()


def check_post(staff_id: uuid.UUID, role: Role, place: Place | None) -> bool:
    """Whether somebody holds the post already, once it is clear that they may.

    Raises BadInput when the role is not held at such a place, NotIndependent, NearRelative.
    """
    if place is None and role is not Role.ADMIN:
        raise BadInput(phrase("请选择任职的地方。"), field="place")
    if place is not None and place.level not in LEVELS[role]:
        raise BadInput(phrase("这个角色不在这一级任职。"), field="role")
    place_id = place.id if place else None
    posts = _posts_at(staff_id, place_id)
    if RIVALS.get(role) in posts:
        raise NotIndependent
    _refuse_near_relatives(staff_id, role, place_id)
    return role in posts


def _refuse_near_relatives(staff_id: uuid.UUID, role: Role, place_id: uuid.UUID | None) -> None:
    if place_id is None or role not in RIVALS:
        return
    for other in in_post(place_id, RIVALS[role]):
        if are_near(place_id, staff_id, other.id):
            raise NearRelative(name=other.name)


def in_post(place_id: uuid.UUID, role: Role) -> Sequence[Staff]:
    """Who holds a role at a place now."""
    return db.session.scalars(
        select(Staff)
        .join(Appointment, Appointment.staff_id == Staff.id)
        .where(
            Appointment.place_id == place_id,
            Appointment.role == role.value,
            IN_POST,
            Staff.active,
        )
        .order_by(Staff.username)
    ).all()


def near_relatives(village_id: uuid.UUID) -> list[tuple[Staff, Staff]]:
    """Committee members and supervisors who turned out to be near relatives after they were appointed."""
    return [
        (member, watcher)
        for member in in_post(village_id, Role.COMMITTEE)
        for watcher in in_post(village_id, Role.SUPERVISOR)
        if are_near(village_id, member.id, watcher.id)
    ]


def _posts_at(staff_id: uuid.UUID, place_id: uuid.UUID | None) -> set[Role]:
    posts = select(Appointment.role).where(
        Appointment.staff_id == staff_id, Appointment.place_id == place_id, IN_POST
    )
    return {Role(role) for role in db.session.scalars(posts)}


def dismiss(person: Staff, appointment_id: uuid.UUID) -> None:
    """Take a post away from somebody: from now on it is over. Raises NotThere, LastAdmin."""
    with atomic():
        _lock_admins()
        post = db.session.get(Appointment, appointment_id, with_for_update=True)
        if post is None or post.staff_id != person.id or post.ended_at is not None:
            raise NotThere
        if post.role == Role.ADMIN:
            _keep_an_admin([post])
        post.ended_at = clock.now()


def _lock_admins() -> None:
    """Let nobody else change who is an admin in this transaction: locked first, always in one order."""
    admins = select(Appointment.id).where(Appointment.role == Role.ADMIN.value, IN_POST)
    db.session.execute(admins.order_by(Appointment.id).with_for_update()).all()


def _keep_an_admin(leaving: Sequence[Appointment]) -> None:
    """Every place somebody leaves as admin keeps another one, there or above. Raises LastAdmin."""
    remaining = db.session.scalars(
        select(Appointment)
        .join(Staff, Staff.id == Appointment.staff_id)
        .where(Appointment.role == Role.ADMIN.value, IN_POST, Staff.active)
    ).all()
    gone = {post.id for post in leaving}
    kept = [post for post in remaining if post.id not in gone]
    for post in leaving:
        above = {None, *_line_above(post.place_id)}
        if not any(other.place_id in above for other in kept):
            raise LastAdmin


def _line_above(place_id: uuid.UUID | None) -> list[uuid.UUID]:
    return [one.id for one in line_of(get_place_by_id(place_id))] if place_id else []


def find_staff(username: str) -> Staff | None:
    """Somebody by sign-in name."""
    return db.session.scalar(select(Staff).where(Staff.username == username))


def first_added_at() -> datetime | None:
    """When the first person was given a sign-in: how old the service is."""
    moment: datetime | None = db.session.scalar(select(func.min(Staff.added_at)))
    return moment


def get_named(username: str) -> Staff:
    """Somebody by sign-in name. Raises NotThere."""
    person = find_staff(username)
    if person is None:
        raise NotThere(phrase("没有这个人。"))
    return person


def get_staff(staff_id: uuid.UUID) -> Staff:
    """Somebody by id. Raises NotThere."""
    person = db.session.get(Staff, staff_id)
    if person is None:
        raise NotThere(phrase("没有这个人。"))
    return person


def set_active(person: Staff, active: bool) -> None:
    """Let somebody sign in, or no longer; what they did stays under their name. Raises LastAdmin."""
    with atomic():
        if not active:
            _lock_admins()
            admin_posts = select(Appointment).where(
                Appointment.staff_id == person.id, Appointment.role == Role.ADMIN.value, IN_POST
            )
            _keep_an_admin(db.session.scalars(admin_posts).all())
        person.active = active
