"""The verbs on files, as the manual page describes them."""
import json
import subprocess

import pytest
from conftest import BUILD, WATCHLIST, rss

NEWSWATCH = str(BUILD / "newswatch")
FEED = rss([{"title": "Meta\u2019s Alexandr Wang speaks", "link": "https://example.com/1", "guid": "g1",
             "description": "<p>At Meta (NASDAQ: META).</p>", "pubDate": "Sun, 01 Mar 2026 12:00:00 GMT"},
            {"title": "Metadata for all", "link": "https://example.com/2", "guid": "g2"}])


def test_help_and_version_and_unknown_verbs(nw):
    assert "run" in nw.cli("--help").stdout
    assert nw.cli("--version").stdout.startswith("newswatch ")
    p = nw.cli("mtach", check=False)
    assert p.returncode == 64 and "match" in p.stderr
    for verb in ("run", "demo", "check", "parse", "match", "why", "status", "feeds", "reload", "schedule", "watch",
                 "tail", "dead", "route", "silence", "ack"):
        assert "usage" in nw.cli(verb, "--help").stdout, verb
    assert nw.cli("help", "fetch").stdout == nw.cli("fetch", "--help").stdout
    p = nw.cli("help", "fetsch", check=False)
    assert p.returncode == 64 and "did you mean 'fetch'?" in p.stderr
    p = nw.cli("-c", "x.yaml", "status", check=False)
    assert p.returncode == 64
    assert p.stderr == "newswatch: -c: options come after the verb: newswatch VERB -c ...\n"
    assert nw.cli("xy", check=False).stderr == "newswatch: unknown verb 'xy'; `newswatch --help` lists them\n"


def test_parse_prints_one_line_a_document_and_goes_on_after_a_refusal(nw):
    good, bad = nw.write("good.xml", FEED), nw.write("page.html", "<html><body>no</body></html>")
    p = nw.cli("parse", bad, good, check=False)
    assert p.returncode == 65
    refused = json.loads(p.stderr.splitlines()[0])
    assert set(refused) == {"file", "error"} and "HTML" in refused["error"]
    doc = json.loads(p.stdout)
    assert doc["format"] == "rss-2.0" and len(doc["items"]) == 2 and not doc["recovered"]
    assert list(doc) == ["file", "format", "title", "url", "language", "recovered", "items"]
    assert doc["items"][0]["published"] == "2026-03-01T12:00:00Z" and doc["items"][1]["published"] is None


def test_match_prints_hits_of_feeds_and_of_json_lines(nw):
    w, feed = nw.write("ai.yaml", WATCHLIST), nw.write("feed.xml", FEED)
    hit, = [json.loads(x) for x in nw.cli("match", "-w", w, feed).stdout.splitlines()]
    assert [e["id"] for e in hit["entities"]] == ["meta", "alexandr-wang"] or \
        {e["id"] for e in hit["entities"]} == {"meta", "alexandr-wang"}
    for e in hit["entities"]:
        for m in e["mentions"]:
            field = hit["item"][m["field"]].encode()
            assert field[m["start"]:m["end"]].decode() == m["text"]
    article = {"id": "a-7", "source": "Wire", "url": "https://example.org/7", "title": "Facebook to hire", "text": "",
               "published": "2026-03-01T12:00:00Z"}
    hit, = [json.loads(x) for x in nw.cli("match", "-w", w, "-", stdin=json.dumps(article) + "\n").stdout.splitlines()]
    assert hit["v"] == 1 and hit["item"]["id"] == "a-7" and hit["entities"][0]["name"] == "Meta"


def test_why_names_the_rule_and_the_line_of_the_watchlist(nw):
    w = nw.write("why.yaml", "entities:\n  - name: Target\n    kind: company\n    exclude: [target practice]\n")
    lines = [{"id": "a", "title": "Shares of Target fell 3% after earnings"},
             {"id": "b", "title": "Analyst cuts price target on retailer"},
             {"id": "c", "title": "Target practice goes wrong"}]
    articles = nw.write("why.jsonl", "".join(json.dumps(a) + "\n" for a in lines))
    said = {i: nw.cli("why", "-w", w, "--id", i, articles).stdout for i in "abc"}
    assert "=> Target: hit" in said["a"] and "why.yaml:2:" in said["a"]
    assert "lower-case" in said["b"] and "not named" in said["b"]
    assert "dropped: excluded" in said["c"] and "why.yaml:4:" in said["c"]
    assert "dropped: excluded, by 'target practice' at" in said["c"] and "why.yaml:4:" in said["c"]
    assert "decided by 'Target' at title 10-16" in said["a"]
    assert nw.cli("why", "-w", w, "--id", "none", articles, check=False).returncode == 65


def test_why_shows_which_parts_of_a_query_hold(nw):
    w = nw.write("q.yaml", "entities:\n  - {name: Meta}\n  - name: Deals\n    kind: topic\n"
                 "    query: merger NEAR/3 (bank* OR insurer) AND NOT title:quiz\n")
    a = nw.write("q.jsonl", json.dumps({"id": "a", "title": "Meta", "text": "A merger of two banks."}) + "\n"
                 + json.dumps({"id": "b", "title": "A quiz", "text": "Merger of the insurer."}) + "\n")
    said = nw.cli("why", "-w", w, "--entity", "deals", a).stdout
    assert "=> Meta" not in said
    yes, no = said.split("b: A quiz")
    assert "yes AND" in yes and "yes   NEAR/3" in yes and "no        'insurer'" in yes and "=> Deals: hit" in yes
    assert "no  AND" in no and "no    NOT" in no and "yes     title:'quiz'" in no and "=> Deals: not named" in no


def test_a_closed_pipe_ends_a_verb_quietly(nw):
    w = nw.write("ai.yaml", WATCHLIST)
    lines = "".join(json.dumps({"id": str(i), "title": "Meta opens", "text": ""}) + "\n" for i in range(50000))
    many = nw.write("many.jsonl", lines)
    p = subprocess.run(f"{NEWSWATCH} match -w {w} {many} | head -1", shell=True, capture_output=True, text=True, timeout=60)
    assert len(p.stdout.splitlines()) == 1 and p.stderr == ""


def test_asking_a_daemon_that_does_not_run_says_so(nw):
    nw.state.mkdir()
    for verb in ("status", "feeds", "reload"):
        p = nw.cli(verb, "--state-dir", nw.state, check=False)
        assert p.returncode == 69 and "newswatchd" in p.stderr, p


def test_stories_report_says_who_is_the_source(nw):
    articles = (("a", "Harbor Ledger", "Meta plans to open-source its next AI models, sources say",
                 "Meta plans to open-source its next AI models, two people familiar with the plan told Harbor Ledger."),
                ("b", "Northgate Post", "Meta to open-source next AI models, Harbor Ledger reports",
                 "Meta will open-source its next AI models, Harbor Ledger reported, citing two people familiar with the plan."),
                ("c", "Tidewater Tribune", "Ferry sinks off Sulawesi", "Forty people were missing."))
    lines = "".join(json.dumps({"id": i, "source": s, "url": f"https://{i}.example/", "title": t, "text": x}) + "\n"
                    for i, s, t, x in articles)
    watch = nw.write("watch.yaml", "entities: [{name: Meta, kind: company}]")
    one, other = [json.loads(line) for line in
                  nw.cli("stories", "--report", "-w", watch, "-", stdin=lines).stdout.splitlines()]
    assert [(i["item"], i["part"], i["of"]) for i in one["items"]] == [("a", "origin", None), ("b", "repeats", "a")]
    assert one["story"]["primary"]["name"] == "Harbor Ledger" and one["story"]["primary"]["class"] == "anonymous"
    assert one["story"]["independent"] == 0 and one["story"]["key_company"] == "Meta"
    assert [i["item"] for i in other["items"]] == ["c"]
    plain = [json.loads(line) for line in nw.cli("stories", "-", stdin=lines).stdout.splitlines()]
    assert [p["item"] for p in plain] == ["a", "b", "c"] and plain[0]["story"] == plain[1]["story"] == one["story"]["id"]
    bad = nw.cli("stories", "--report", "--publishers", "none.yaml", "-", stdin=lines, check=False)
    assert bad.returncode == 78 and "none.yaml" in bad.stderr


def test_a_story_of_articles_without_dates_has_none(nw):
    line = json.dumps({"id": "a", "title": "Meta buys a maker of robots"})
    watch = nw.write("watch.yaml", "entities: [{name: Meta, kind: company}]")
    story = json.loads(nw.cli("stories", "--report", "-w", watch, "-", stdin=line).stdout)["story"]
    assert story["first_seen"] is None and story["articles"] == 1


@pytest.mark.parametrize("verb", [("status",), ("tail",), ("dead", "list"), ("why", "abc"), ("send", "test", "desk"),
                                  ("route", "test"), ("run",), ("fetch", "http://127.0.0.1:1/")])
def test_a_configuration_that_cannot_be_used_is_told_once(nw, verb):
    missing = nw.etc / "nothere.yaml"
    p = nw.cli(*verb, "-c", missing, check=False)
    assert p.returncode == 78
    assert p.stderr == f"{missing}: error: cannot open: No such file or directory\n" \
        f"newswatch {verb[0]}: this configuration cannot be used; -c FILE names another\n"


def test_a_file_that_cannot_be_read_is_told_once(nw):
    for verb in (("match", "-w", "nothere.yaml", "x"), ("extract", "nothere.html")):
        p = nw.cli(*verb, check=False)
        assert p.returncode in (66, 78) and p.stderr.count("nothere") == 1, p.stderr


META = '{"meta":{"start":0,"end":86400}}\n'


@pytest.mark.parametrize("trace, why", [
    (META + '{"feed":"a"}\n{"feed":\n', ":3: error: this line is no JSON object"),
    (META + "[]\n", ":2: error: this line is no JSON object"),
    (META + '{"feed":"a","t":"noon"}\n', ':2: error: "t" is no time: Unix seconds, as a number'),
    (META + '{"feed":"a","t":1e300}\n', ':2: error: "t" is no time: Unix seconds, as a number'),
    (META + '{"feed":"a\\nb"}\n', ':2: error: "feed" is no name: a text of one line'),
    (META + '{"feed":7}\n', ':2: error: "feed" is no name: a text of one line'),
    (META + '{"feed":"a","t":5}\n{"feed":"a","t":4}\n', ":3: error: times of a feed must ascend"),
    (META + META, ':2: error: a second "meta"'),
    (META, ': error: no {"feed":F} line'),
    ('{"feed":"a"}\n', ': error: no {"meta":{"start":S,"end":E}} line'),
    ("", ': error: no {"meta":{"start":S,"end":E}} line'),
    ('{"meta":{"start":5,"end":5}}\n', ':1: error: "end" must be after "start"'),
    ('{"meta":{"start":"now","end":5}}\n', ':1: error: "start" is no time: Unix seconds, as a number'),
])
def test_a_trace_that_cannot_be_replayed_is_told_with_its_line(nw, trace, why):
    path = nw.write("trace.jsonl", trace)
    p = nw.cli("schedule", "--simulate", path, check=False)
    assert p.returncode == 65 and p.stderr == f"{path}{why}\n" and p.stdout == ""


def test_a_trace_is_replayed_with_feeds_named_as_they_are(nw):
    url = "https://example.com/" + "x" * 2000
    polls = nw.cli("schedule", "--simulate", "-", stdin="\ufeff" + META + json.dumps({"feed": url, "t": 7, "more": 1})).stdout
    assert polls.startswith(f"{url} 0.000\n{url} ") and polls.endswith("\n")
    assert nw.cli("schedule", "--simulate", nw.etc / "none", check=False).returncode == 66


def test_a_budget_beyond_its_bounds_is_refused(nw):
    trace = nw.write("trace.jsonl", META)
    p = nw.cli("schedule", "--simulate", trace, "--budget", "-4", check=False)
    assert p.returncode == 64 and "--budget is a number above 0" in p.stderr
