"""How the commands talk: in Chinese, or in English where the shell's language is English."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask_babel import force_locale, gettext

from governance.base.errors import HemeiError
from governance.web.frame.words import sentence


def language() -> str:
    """`en` for an English shell, else `zh`."""
    shell = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "en" if shell.startswith("en") else "zh"


def say(text: str, **values: object) -> None:
    """Print a sentence in the shell's language."""
    with force_locale(language()):
        click.echo(gettext(text, **values))


@contextmanager
def refusals() -> Iterator[None]:
    """Turn a refusal into one sentence on standard error and exit status 1."""
    try:
        yield
    except HemeiError as refusal:
        with force_locale(language()):
            raise click.ClickException(sentence(refusal)) from None
