"""Every refusal of the service, in one tree.

    HemeiError                  what a visitor may be told
    ├── BadInput          422   a field is wrong; names the field
    ├── NotAllowed        403   this visitor may not do this
    ├── NotThere          404   no such thing among the visitor's places
    ├── Conflict          409   right in itself, but the state of things forbids it
    └── TooMany           429   too many tries; come back later

The floors above add leaves beside the affair that raises them, one class per refusal, each with
its own `code` (a word of the phone's JSON contract) and `message` (a sentence a villager may
read, in Chinese; the doors translate it). Raise with the values the sentence names:

    raise CapReached(rule="E03", count=4)
"""

from __future__ import annotations

from typing import ClassVar


class Phrase(str):
    """A sentence to be translated at the door, as opposed to data such as a name."""


def phrase(text: str) -> Phrase:
    """Mark a sentence for the translators (the extraction keyword) and for the door."""
    return Phrase(text)


class HemeiError(Exception):
    """A refusal: `message % values` is a sentence for the visitor, `field` the input it is about."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"
    message: ClassVar[Phrase] = phrase("这一步不能办理。")
    field: str | None = None

    def __init__(
        self, message: Phrase | None = None, *, field: str | None = None, **values: object
    ):
        self.text: Phrase = message or type(self).message
        self.values = values
        self.field = field or type(self).field
        super().__init__(self.text % values if values else str(self.text))


class BadInput(HemeiError):
    """What was typed cannot be used."""

    status = 422
    code = "bad_input"
    message = phrase("填写的内容不对，请检查。")


class NotAllowed(HemeiError):
    """The visitor may not do this."""

    status = 403
    code = "not_allowed"
    message = phrase("您没有办理这件事的权限。")


class NotThere(HemeiError):
    """Nothing of that name among the visitor's places."""

    status = 404
    code = "not_found"
    message = phrase("没有找到。")


class Conflict(HemeiError):
    """The state of things forbids it, often because somebody else was faster."""

    status = 409
    code = "conflict"
    message = phrase("情况已经变化，请刷新后再试。")


class TooMany(HemeiError):
    """Too many tries in a short time."""

    status = 429
    code = "too_many"
    message = phrase("试的次数太多了，请过一会儿再来。")
