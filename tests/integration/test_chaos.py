"""The short form of tests/chaos/run: every kind of fault a few times, within a
minute. `make chaos` is the long one; doc/RELIABILITY.md has its table.
"""
import json
import os
import subprocess

from conftest import BUILD, SRC

SEED = os.environ.get("NW_TEST_SEED", "")


def is_sanitized():
    """Such a build bears no library loaded before its own: four kinds of fault are left out."""
    return b"__asan_init" in (BUILD / "newswatchd").read_bytes()


def test_nothing_is_lost_or_unexpected_whatever_breaks():
    argv = [SRC / "tests/chaos/run", "--short", "--jobs", "3", *(["--seed", SEED] if SEED else [])]
    p = subprocess.run([str(a) for a in argv], capture_output=True, text=True, env=dict(os.environ, NW_BUILDDIR=str(BUILD)),
                       timeout=280)
    rows = [json.loads(line) for line in p.stdout.splitlines()]
    assert p.returncode == 0, "\n".join(json.dumps(r) for r in rows if r.get("wrong")) + p.stderr[-2000:] + p.stdout[:100]
    *parts, total = rows[1:]
    assert len(parts) == (11 if is_sanitized() else 15) and total["faults"] > 120 and total["attempted"] > 500
    assert total["lost"] == total["stream_duplicates"] == total["unexpected"] == 0
    assert total["sink_duplicates"] <= total["sink_duplicates_limit"]
