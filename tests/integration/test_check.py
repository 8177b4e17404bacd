"""newswatch check: exit codes, messages and the summary."""
import json

import pytest
from conftest import WATCHLIST, on_terminal

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
    text = on_terminal("check", "-c", main)
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


QUERIES = [
    ("'\"open source AND model'", 4, 13, "this quote is not closed"),
    ('"a b NEAR model"', 4, 17, "NEAR/n needs a number of words"),
    ("NOT quiz", 4, 12, "only says what an article must not have"),
    ('"bank AND o*"', 4, 22, "a * stands at the end of a word, after two letters or more"),
    (">-\n      (merger OR deal)\n      AND (bank OR\n      insurer", 6, 11, "this bracket is not closed"),
    ('"summary:merger"', 4, 13, "'summary:' is no field; there are title:, text:, author:, "),
    ('"' + "(" * 70 + "bank" + ")" * 70 + '"', 4, 77, "brackets are nested too deep"),
    ('"' + " ".join(f"w{i}" for i in range(1001)) + '"', 4, 13 + 4890, "more than 1000 terms"),
    ("merger AND ...", 4, 23, "'...' has neither letter nor digit"),
    ("open-sour*", 4, 12, "'open-sour*' is more than one word"),
]


@pytest.mark.parametrize("query,line,column,message", QUERIES, ids=[q[3][:24] for q in QUERIES])
def test_a_mistake_in_a_query_is_told_where_it_stands(nw, query, line, column, message):
    nw.write("watchlists.d/t.yaml", f"entities:\n  - name: Deals\n    kind: topic\n    query: {query}\n")
    p = check(nw, "feeds: [https://a.example/feed]\ninclude: [watchlists.d/*.yaml]\n")
    assert p.returncode == 78
    assert f"t.yaml:{line}:{column}: error: " in p.stderr and message in p.stderr


def test_an_empty_configuration_is_warned_of(nw):
    p = check(nw, "")
    assert p.returncode == 0
    assert "warning: nothing is watched" in p.stderr and "warning: there are no feeds" in p.stderr


def csv(nw, text, main=""):
    nw.write("watchlists.d/w.csv", text)
    return check(nw, f"{main}feeds: [https://a.example/feed]\ninclude: [watchlists.d/*.csv]\n")


def test_columns_with_another_separator_get_a_hint(nw):
    for text, what in (("name;kind\nMeta;company\n", "';'"), ("name\tkind\nMeta\tcompany\n", "tabs")):
        p = csv(nw, text)
        assert p.returncode == 78
        assert f"w.csv:1:1: error: the columns are separated by {what}" in p.stderr
        assert "unknown column" not in p.stderr


BROKEN = ('name,kind,aliases\n"Meta,company,x\nGood,company,\nBad,compani,\nA,company,\nGood,company,\n'
          'Extra,company,,,more\nIntel,company,Chipzilla\n')


def test_what_is_wrong_with_rows_costs_these_rows_only_unless_strict(nw):
    p = csv(nw, BROKEN)
    for line in ("w.csv:2:1: error: a quoted field without its closing quote (this row is left out)",
                 "w.csv:4:5: error: entities[].kind: 'compani' is not one of",
                 "w.csv:5:1: warning: name 'A' has one letter and is not looked for",
                 "w.csv:6:1: error: 'Good' has the id 'good'",
                 "w.csv:7:16: error: 5 fields, but the header names 3 columns"):
        assert line in p.stderr
    summary = json.loads(p.stdout)
    assert (p.returncode, summary["left_out"], summary["entities"]) == (78, 4, 3)
    p = csv(nw, BROKEN, "strict: true\n")
    assert p.returncode == 78 and "left out" not in p.stderr


def test_names_that_can_never_match_are_mistakes(nw):
    nw.write("watchlists.d/t.yaml", "entities:\n  - name: Meta\n    aliases: [Facebook, Facebook]\n"
             "    exclude: [Meta]\n    not_like: [Facebook]\n")
    p = check(nw, "feeds: [https://a.example/feed]\ninclude: [watchlists.d/*.yaml]\n")
    assert p.returncode == 78
    assert "t.yaml:3:25: warning: 'Facebook' is listed twice" in p.stderr
    assert "t.yaml:4:15: error: 'Meta' is a name of this entity, at line 2, and under exclude" in p.stderr
    assert "t.yaml:5:16: error: 'Facebook' is a name of this entity, at line 3, and under not_like" in p.stderr


def test_an_entity_may_have_10000_aliases_and_no_more(nw):
    for n, code in ((10000, 0), (10001, 78)):
        names = ", ".join(f"Brand Number {i:05d}x" for i in range(n))
        nw.write("watchlists.d/t.yaml", f"entities:\n  - name: Conglomerate\n    aliases: [{names}]\n")
        p = check(nw, "feeds: [https://a.example/feed]\ninclude: [watchlists.d/*.yaml]\n")
        assert p.returncode == code
    assert "t.yaml:3:14: error: entities[].aliases: more than 10000 elements" in p.stderr
