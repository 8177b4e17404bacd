"""newswatch check: exit codes, messages and the summary."""
import json
import os
import pty
import subprocess

import pytest
from conftest import BUILD, WATCHLIST

GOOD = """
feeds: [https://a.example/feed, https://b.example/feed]
include: [watchlists.d/*.yaml]
state_dir: state
redis: {url: "redis://user@127.0.0.1:6379/0"}
channels:
  audit: {type: file, path: hits.jsonl}
routes:
  - {when: {entities: [Meta], relevance: ">=60"}, to: [audit]}
"""


def check(nw, text, *args):
    main = nw.write("newswatch.yaml", text)
    return nw.cli("check", "-c", main, *args, check=False)


@pytest.fixture
def good(nw):
    nw.write("watchlists.d/ai.yaml", WATCHLIST)
    return nw


def test_a_good_configuration_is_summed_up(good):
    p = check(good, GOOD)
    assert (p.returncode, p.stderr) == (0, "")
    summary = json.loads(p.stdout)
    assert summary["ok"] is True
    assert {k: summary[k] for k in ("feeds", "entities", "routes", "channels", "left_out")} == {
        "feeds": 2, "entities": 2, "routes": 1, "channels": 1, "left_out": 0}
    assert summary["names"] >= 4


def test_the_summary_on_a_terminal_is_for_people(good):
    main = good.write("newswatch.yaml", GOOD)
    ours, theirs = pty.openpty()
    p = subprocess.run([BUILD / "newswatch", "check", "-c", main], stdout=theirs, timeout=60, check=False)
    os.close(theirs)
    text = os.read(ours, 65536).decode()
    assert p.returncode == 0
    assert "entities   2   in ai" in text and "channels   1   audit (file)" in text


def test_mistakes_of_syntax_and_of_meaning_are_told_with_exit_code_78(good):
    p = check(good, GOOD.replace("feeds:", "feds:"))
    assert p.returncode == 78
    assert f"{good.etc}/newswatch.yaml:2:1: error: unknown key 'feds'; did you mean 'feeds'?\n" in p.stderr
    assert json.loads(p.stdout)["ok"] is False
    p = check(good, GOOD.replace("[Meta]", "[Mate]").replace("to: [audit]", "to: [adit]"))
    assert p.returncode == 78
    assert "the name or id 'Mate'; did you mean 'Meta'?" in p.stderr
    assert "there is no channel 'adit'; did you mean 'audit'?" in p.stderr


def test_a_row_that_would_be_left_out_is_a_mistake(good):
    good.write("watchlists.d/more.csv", "name,kind\nMistral AI,company\n,person\n")
    p = check(good, GOOD.replace("*.yaml]", "*.yaml, watchlists.d/*.csv]"))
    assert p.returncode == 78
    assert "more.csv:3:1: error: 'name' is missing (this row is left out)" in p.stderr
    summary = json.loads(p.stdout)
    assert (summary["ok"], summary["left_out"], summary["entities"]) == (False, 1, 3)


def test_a_missing_file_is_told(nw):
    p = nw.cli("check", "-c", nw.etc / "nothere.yaml", check=False)
    assert p.returncode == 78
    assert f"{nw.etc}/nothere.yaml: error: cannot open: No such file or directory" in p.stderr


def test_secrets_are_not_shown(good):
    p = check(good, GOOD.replace("user@", "user:hunter2@"))
    assert p.returncode == 78
    assert "password_file" in p.stderr and "hunter2" not in p.stderr + p.stdout


def test_every_key_is_listed(nw):
    keys = [json.loads(line) for line in nw.cli("check", "--keys").stdout.splitlines()]
    timeout = next(k for k in keys if k["key"] == "fetch.timeout")
    assert timeout == {"key": "fetch.timeout", "type": "duration", "default": "30s", "range": "from 1s to 10m",
                       "change": "reload", "doc": "For one transfer as a whole."}
