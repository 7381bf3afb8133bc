"""Staff: who works here, in which role, at which place."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Row,
    String,
    bindparam,
    func,
    select,
    text,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from governance.base import clock
from governance.base.database import Model, atomic, db, new_id
from governance.base.errors import BadInput, Conflict, NotThere, phrase
from governance.base.text import unspaced
from governance.village.kin import are_near
from governance.village.passwords import check_new_password, hash_password
from governance.village.places import CODE_LENGTH, Level, Place, Village, get_place_by_id, line_of


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
    """Somebody with a sign-in. `epoch` rises with each new password and ends older sign-ins."""

    __tablename__ = "staff"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    username: Mapped[str] = mapped_column(String(30), unique=True)
    name: Mapped[str] = mapped_column(String(30))
    password_hash: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    epoch: Mapped[int] = mapped_column(default=1)
    wrong_tries: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    added_at: Mapped[datetime]


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


@dataclass(frozen=True, slots=True)
class Post:
    """An appointment as the doors need it: the role, and the place it is held at."""

    role: Role
    place_id: uuid.UUID | None
    level: str
    code: str
    name: str
    village: Village | None  # at a grid or a village


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody signed in: who they are, and all their posts, read in one statement."""

    id: uuid.UUID
    username: str
    name: str
    epoch: int
    posts: tuple[Post, ...]

    def holds(self, *roles: Role) -> bool:
        """Whether any post has one of the roles."""
        return any(post.role in roles for post in self.posts)


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
    username: str, name: str, password: str, posts: Sequence[tuple[Role, Place | None]]
) -> Staff:
    """Add somebody with their posts. Raises BadInput, UsernameTaken, NotIndependent."""
    username = username.strip()
    if not 2 <= len(username) <= 30 or not all(one.isalnum() or one in "._-" for one in username):
        raise BadInput(phrase("用户名用 2 到 30 个字母、数字或汉字。"), field="username")
    name = _clean_name(name)
    check_new_password(password, username)
    person = Staff(
        username=username,
        name=name,
        password_hash=hash_password(password),
        added_at=clock.now(),
    )
    try:
        with atomic():
            if find_staff(username):
                raise UsernameTaken(username=username)
            db.session.add(person)
            db.session.flush()
            for role, place in posts:
                appoint(person, role, place)
    except IntegrityError:  # somebody took the name between the look and the write
        raise UsernameTaken(username=username) from None
    return person


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
    if place is None and role is not Role.ADMIN:
        raise BadInput(phrase("请选择任职的地方。"), field="place")
    if place is not None and place.level not in LEVELS[role]:
        raise BadInput(phrase("这个角色不在这一级任职。"), field="role")
    with atomic():
        # Held while looking: two clicks at once are one post.
        db.session.get_one(Staff, person.id, with_for_update=True)
        place_id = place.id if place else None
        posts = _posts_at(person.id, place_id)
        if RIVALS.get(role) in posts:
            raise NotIndependent
        _refuse_near_relatives(person.id, role, place_id)
        if role not in posts:
            post = Appointment(
                staff_id=person.id, role=role.value, place_id=place_id, made_at=clock.now()
            )
            db.session.add(post)
            db.session.flush()


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


def get_staff(staff_id: uuid.UUID) -> Staff:
    """Somebody by id. Raises NotThere."""
    person = db.session.get(Staff, staff_id)
    if person is None:
        raise NotThere(phrase("没有这个人。"))
    return person


# Columns of tables, not of models: the ORM's part in such a statement would cost as much again.
_staff, _appointments, _places = Staff.__table__, Appointment.__table__, Place.__table__
_above = _places.alias()
_PERSON = (
    select(
        _staff.c.username,
        _staff.c.name,
        _staff.c.epoch,
        _appointments.c.role,
        _places.c.id,
        _places.c.level,
        _places.c.code,
        _places.c.name.label("place"),
        _above.c.id.label("above_id"),
        _above.c.name.label("above"),
    )
    .select_from(_staff)
    .join(
        _appointments,
        (_appointments.c.staff_id == _staff.c.id) & _appointments.c.ended_at.is_(None),
        isouter=True,
    )
    .join(_places, _places.c.id == _appointments.c.place_id, isouter=True)
    .join(_above, _above.c.id == _places.c.parent_id, isouter=True)
    .where(_staff.c.id == bindparam("staff"), _staff.c.active)
)


def find_person(staff_id: uuid.UUID) -> Person | None:
    """Somebody active with all posts, in one statement: what every request of theirs begins with."""
    rows = db.session.execute(_PERSON, {"staff": staff_id}).all()
    if not rows:
        return None
    posts = tuple(
        Post(
            Role(row.role),
            row.id,
            row.level or "",
            row.code or "",
            row.place or "",
            _village_of(row),
        )
        for row in rows
        if row.role
    )
    return Person(staff_id, rows[0].username, rows[0].name, rows[0].epoch, posts)


def _village_of(row: Row[*tuple[Any, ...]]) -> Village | None:
    if row.level == Level.GRID:
        return Village(row.above_id, row.above, row.code[: CODE_LENGTH[Level.VILLAGE]])
    return Village(row.id, row.place, row.code) if row.level == Level.VILLAGE else None


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
        person.epoch += 1
