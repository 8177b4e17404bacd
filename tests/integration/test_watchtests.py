"""newswatch check --tests: sentences that a watchlist must find, and must not."""
import json
import os
import re
import subprocess

import pytest
from conftest import BUILD, SRC

LIST = "entities:\n  - {name: Meta, aliases: [Facebook], exclude: [meta-analysis]}\n  - {name: Target}\n"
GOOD = "[Meta]\n+ Meta said sales rose.\n- A meta-analysis of trials.\n"
BAD = "[Target]\n# the price\n- title: Target shares rose\n+ The price target was cut.\n"


def check(nw, *args):
    p = nw.cli("check", "-c", nw.write("newswatch.yaml", "include: [watchlists.d/*.yaml]\n"), *args, check=False)
    return p, json.loads(p.stdout)


def test_files_beside_the_watchlists_are_found(nw):
    nw.write("watchlists.d/w.yaml", LIST)
    nw.write("watchlists.d/w.watchtest", GOOD)
    p, summary = check(nw, "--tests")
    assert (p.returncode, summary["tests"]) == (0, {"files": 1, "sentences": 2, "failed": 0})
    p, summary = check(nw)
    assert p.returncode == 0 and "tests" not in summary


def test_included_and_named_files_are_run(nw):
    nw.write("watchlists.d/w.yaml", LIST)
    other = nw.write("more/m.watchtest", GOOD)
    main = nw.write("newswatch.yaml", "include: [watchlists.d/*.yaml, more/*.watchtest]\n")
    p = nw.cli("check", "-c", main, "--tests")
    assert json.loads(p.stdout)["tests"]["files"] == 1
    p = nw.cli("check", "-w", nw.etc / "watchlists.d/w.yaml", "--tests", other)
    assert json.loads(p.stdout)["tests"] == {"files": 1, "sentences": 2, "failed": 0}
    p = nw.cli("check", other, check=False)
    assert p.returncode == 64 and "--tests" in p.stderr


def test_a_failure_names_its_line_and_shows_why(nw):
    nw.write("watchlists.d/w.yaml", LIST)
    nw.write("watchlists.d/a.watchtest", GOOD)
    nw.write("watchlists.d/b.watchtest", BAD)
    p, summary = check(nw, "--tests")
    assert p.returncode == 65
    assert summary["ok"] and summary["tests"] == {"files": 2, "sentences": 4, "failed": 2}
    assert "b.watchtest:3:1: failed: must not hit 'Target', and does\n" in p.stderr
    assert "b.watchtest:4:1: failed: must hit 'Target', and does not\n" in p.stderr
    assert "    3 | - title: Target shares rose\n" in p.stderr
    assert "lower-case" in p.stderr and "=> Target: not named" in p.stderr and "=> Meta" not in p.stderr


def test_mistakes_in_test_files_are_mistakes(nw):
    nw.write("watchlists.d/w.yaml", LIST)
    nw.write("watchlists.d/a.watchtest", "+ whose?\n[Mata]\n+ Meta\n+ Meta\n[Meta]\n+ Meta paid\n")
    p, summary = check(nw, "--tests")
    assert p.returncode == 78 and summary["tests"]["sentences"] == 1
    assert "a.watchtest:1:1: error: whose sentence is this?" in p.stderr
    assert p.stderr.count("no watchlist has an entity with the name or id 'Mata'; did you mean 'Meta'?") == 1


def test_no_test_files_is_said(nw):
    nw.write("watchlists.d/w.yaml", LIST)
    p, summary = check(nw, "--tests")
    assert p.returncode == 0 and "there are no *.watchtest files" in p.stderr and summary["tests"]["files"] == 0
    p = nw.cli("check", "-w", nw.etc / "watchlists.d/w.yaml", "--tests", "nothere.watchtest", check=False)
    assert p.returncode == 78 and "nothere.watchtest" in p.stderr


def test_the_shipped_watchlist_passes_its_sentences(nw):
    p = nw.cli("check", "-w", SRC / "etc/watchlists.d/ai.yaml", "--tests", check=False)
    assert p.returncode == 0, p.stderr
    assert json.loads(p.stdout)["tests"]["sentences"] >= 40


def test_most_of_the_hard_sentences_are_judged_right(nw):
    """Names without any help by context or exclude; the file's own rows that fail today are a few of 211."""
    p = nw.cli("check", "-w", SRC / "tests/data/match/traps.yaml", "--tests", check=False)
    tests = json.loads(p.stdout)["tests"]
    assert tests["sentences"] == 211 and tests["failed"] <= 12, p.stderr


def test_names_in_hard_headlines_are_told_from_words():
    """Floors below what `make bench-headlines` says; the second list is one that nothing was learned from."""
    env = {**os.environ, "NW_BUILDDIR": str(BUILD)}
    for name, least in (("learn", 0.94), ("measure", 0.89)):
        out = subprocess.run([SRC / "bench/headlines", SRC / f"tests/data/match/{name}.headlines"], env=env,
                             capture_output=True, text=True, check=True).stdout
        assert float(re.search(r"F1=([\d.]+)", out)[1]) >= least, out


@pytest.mark.parametrize("name", ["learn", "senses", "senses-more", "senses-aside"])
def test_companies_are_told_from_words_in_most_headlines(name):
    """The floor is a little under what holds today; bench/headlines prints how much that is."""
    said = subprocess.run([SRC / "bench/headlines", SRC / f"tests/data/match/{name}.headlines"], capture_output=True,
                          text=True, env=os.environ | {"NW_BUILDDIR": str(BUILD)}, check=True).stdout
    f1 = float(re.search(r"F1=([.\d]+)", said).group(1))
    assert f1 >= {"learn": 0.95, "senses": 0.94, "senses-more": 0.92, "senses-aside": 0.91}[name], said


def test_why_names_the_signs_of_a_common_word(nw):
    w = nw.write("w.yaml", "entities:\n  - {name: Meta}\n  - {name: Target}\n")
    a = nw.write("a.jsonl", json.dumps({"id": "a", "title": "How to write Meta tags", "text": "It was an easy Target."}))
    said = nw.cli("why", "-w", w, a).stdout
    for sign in ("known-two-word-term", "how-to-line", "article-and-no-noun"):
        assert sign in said, said
    assert "=> Meta: not named" in said and "=> Target: not named" in said
