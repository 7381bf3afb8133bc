#!/usr/bin/env python3
"""Check a village's book without trusting the service: `python3 verify.py FILE [DIGEST ...]`.

FILE is what `flask audit --export FILE` writes: one JSON object a line, with the text that was hashed and
its hash. The text names the village (1st), the line's number (2nd) and the hash before it (15th).
DIGEST is what a notice on the wall says (台账摘要), or what the code on its sheet holds (HEMEI1:...), as any
phone reads it from a photo of the sheet; spaces do not matter. Needs only Python.
"""

import hashlib
import json
import re
import sys

heads, found, count = {}, {"0" * 64: 0}, 0  # village: (number, hash) of its last line; hash: number

if len(sys.argv) < 2:
    sys.exit(__doc__)
try:
    with open(sys.argv[1], encoding="utf-8") as file:
        for row in map(json.loads, file):
            line = json.loads(row["text"])
            village, seq, before = line[0], line[1], line[14]
            last, previous = heads.get(village, (0, "0" * 64))
            if seq != last + 1 or row["seq"] != seq:
                sys.exit(f"{village}: line {last + 1} is missing, or {seq} is not in its place")
            if hashlib.sha256(row["text"].encode()).hexdigest() != row["hash"]:
                sys.exit(f"{village}: line {seq} was changed")
            if before != previous:
                sys.exit(f"{village}: line {seq} does not follow line {last}")
            heads[village], found[row["hash"]], count = (seq, row["hash"]), seq, count + 1
except (OSError, ValueError, LookupError, TypeError, RecursionError) as fault:
    sys.exit(f"after {count} lines: this is not what `flask audit --export` writes ({fault})")
print(f"{count} lines, every hash and every link holds")
for words in sys.argv[2:]:
    for digest in re.findall("[0-9a-f]{64}", "".join(words.split()).lower()) or [words]:
        if digest not in found:
            sys.exit(f"{digest}: no line has this digest, the book was rewritten since")
        print(f"{digest}: line {found[digest]}, as the notice says")
