"""The field page's modules, judged by node's own test runner."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FILES = sorted(HERE.rglob("*.test.js"))


def test_the_modules_have_tests():
    assert len(FILES) > 5


@pytest.mark.parametrize(
    "file", FILES, ids=lambda one: str(one.relative_to(HERE)).removesuffix(".test.js")
)
def test_a_module(file):
    node = shutil.which("node")
    assert node, "node is not installed: the client's tests need it"
    done = subprocess.run(
        [node, "--test", "--test-timeout=60000", str(file)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
