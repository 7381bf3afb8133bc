"""Why an award is not recorded or not checked: one class per refusal, its code a word of the phone's contract."""

from __future__ import annotations

from governance.base.errors import BadInput, Conflict, NotAllowed, phrase
from governance.base.text import with_lines
from governance.village.households import STATUS_NAMES, Status
from governance.village.rules.rulebook import Rule
from governance.village.rules.wording import PERIOD_NAMES, Period


class NotYourPlace(NotAllowed):
    """The household is of another officer's grid."""

    code = "not_your_place"
    message = phrase("这一户不在您的网格里。")
    field = "household"


class AlreadyFirstChecker(NotAllowed):
    """The second check is a third person's."""

    code = "already_first_checker"
    message = phrase("初审是您做的，复核要由另一个人来做。")


class NotResident(Conflict):
    """Households that live away or are empty are neither inspected nor scored."""

    code = "not_resident"
    message = phrase("%(household)s 登记为「%(status)s」，不记分。住回来了，请村委会先改居住状态。")
    field = "household"

    @classmethod
    def of(cls, household: str, status: str) -> NotResident:
        """Name the household and where it lives."""
        return cls(household=household, status=STATUS_NAMES[Status(status)])


class RuleRetired(Conflict):
    """The rule was not in force on the day, or is no longer."""

    code = "rule_retired"
    message = phrase("「%(rule)s」这条细则当时没有生效，或者已经停用。")
    field = "rule"


class ChecklistRetired(RuleRetired):
    """The inspection checklist was not in force on the day, or is no longer: to the phone it is a rule."""

    message = phrase("检查表「%(sheet)s」当时没有生效，或者已经停用。")
    field = "sheet"


class PointsOutOfRange(BadInput):
    """Points outside the rule's range."""

    code = "points_out_of_range"
    message = phrase("「%(rule)s」应为 %(low)s 到 %(high)s 分。")
    field = "points"

    @classmethod
    def of(cls, rule: Rule) -> PointsOutOfRange:
        """Name the rule and its range."""
        return cls(rule=rule.behaviour, low=rule.points_min, high=rule.points_max)


class CapReached(Conflict):
    """The rule was used for this household as often as it may be."""

    code = "cap_reached"
    message = phrase("「%(rule)s」%(period)s最多 %(count)s 次，已经记满。")
    field = "rule"

    @classmethod
    def of(cls, rule: Rule) -> CapReached:
        """Name the rule, its period and how often it may be used."""
        return cls(
            rule=rule.behaviour,
            period=PERIOD_NAMES[Period(rule.cap_period or Period.ONCE)],
            count=rule.cap_count,
        )


class EvidenceMissing(BadInput):
    """The rule wants a photo."""

    code = "evidence_missing"
    message = phrase("「%(rule)s」需要一张照片。")
    field = "photo"


class ReminderMissing(EvidenceMissing):
    """Points are taken only after a reminder whose time is over: to the phone it is evidence that is missing."""

    message = phrase("「%(rule)s」要先发提醒，过了整改期限还没有改，才能扣分。")
    field = "reminder"


class SeenInFuture(BadInput):
    """Seen later than now: the phone's clock is wrong."""

    code = "seen_in_future"
    message = phrase("记录的时间比现在还晚，请检查手机的时间。")
    field = "seen_at"


class TooLateToWithdraw(Conflict):
    """Somebody has checked it, or something was booked after it."""

    code = "too_late_to_withdraw"
    message = phrase("已经有人审核，或者之后又有新的入账，不能撤回。请告诉村委会来冲正。")


class PostedMeanwhile(TooLateToWithdraw):
    """What everybody could read is taken back by two people."""

    message = phrase("这一条已经公示过，不能自己撤回。请告诉村委会来冲正。")


class NotYourCheck(NotAllowed):
    """An officer looks first; the second check is the committee's."""

    code = "not_your_check"
    message = phrase("初审已经做了，复核由村委会来做。")


class UndoneByTwo(NotAllowed):
    """Who asked to reverse does not confirm it."""

    code = "undone_by_two"
    message = phrase("冲正是您提出的，要由另一个人来确认。")


class NobodyAsked(Conflict):
    """There is no wish to reverse that could be confirmed or dropped."""

    code = "nobody_asked"
    message = phrase("这一条没有人提出冲正，或者已经办过了。")


class ReasonMissing(BadInput):
    """A no without a reason."""

    code = "reason_missing"
    message = phrase("请写明理由。")
    field = "reason"


LONGEST_REASON = 200


def clean_reason(reason: str, field: str = "reason", longest: int = LONGEST_REASON) -> str:
    """A reason as it will be read. Raises ReasonMissing, BadInput."""
    reason = with_lines(reason)
    if not reason:
        raise ReasonMissing(field=field)
    if len(reason) > longest:
        raise BadInput(phrase("理由不超过 %(longest)s 个字。"), field=field, longest=longest)
    return reason
