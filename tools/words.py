"""make words: bring the English catalogue in line with the sentences of the code and the templates.

A new sentence gets an empty English beside it, to be filled in; one that nobody says any more goes.
No places and no dates are written: the file changes only where a sentence does.
"""

from __future__ import annotations

import io
import tomllib
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "governance" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
KEYWORDS = dict.fromkeys(("_", "gettext", "lazy_gettext", "_l", "phrase", "say"))
HEADER = """\
# English for Hemei. The keys are the Chinese sentences themselves.
msgid ""
msgstr ""
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def find_sentences() -> dict[str, str]:
    """Every sentence of the code and the templates, with the file it stands in."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    found = extract_from_dir(
        str(ROOT),
        method_map=[(one["pattern"], one["method"]) for one in mappings],
        keywords=KEYWORDS,
        directory_filter=lambda path: "." not in Path(path).name,
    )
    return {str(message): file for file, _, message, _, _ in found}


def read_catalogue(data: bytes) -> dict[str, str]:
    """The English by the sentence; empty where it is missing or was only guessed."""
    found = read_po(io.BytesIO(data))
    return {str(one.id): "" if one.fuzzy else str(one.string) for one in found if one.id}


def write_catalogue(sentences: dict[str, str], english: dict[str, str]) -> bytes:
    """The catalogue of `sentences`, sorted, with the English there is."""
    catalogue = Catalog()
    for sentence in sentences:
        catalogue.add(sentence, english.get(sentence, ""))
    body = io.BytesIO()
    write_po(body, catalogue, width=0, omit_header=True, sort_output=True)
    return HEADER.encode() + body.getvalue().rstrip() + b"\n"


def main() -> None:
    """Write the catalogue anew, and name what waits for its English."""
    sentences, english = find_sentences(), read_catalogue(CATALOGUE.read_bytes())
    CATALOGUE.write_bytes(write_catalogue(sentences, english))
    gone = len(english.keys() - sentences.keys())
    waiting = [f"{file}: {text}" for text, file in sentences.items() if not english.get(text)]
    print(f"{len(sentences)} sentences, {gone} gone, {len(waiting)} without English")
    print("\n".join(waiting), end="\n" * bool(waiting))


if __name__ == "__main__":
    main()
