"""An edit is a new version of an item, kept with what changed; it alerts only if it adds something."""
import json

import pytest
from conftest import WATCHLIST, rss, wait_for

ARTICLE = {"title": "Meta opens an office in Oslo", "link": "https://example.com/oslo", "guid": "oslo",
           "description": "Meta said that 40 people work there. It is the first in Norway.",
           "pubDate": "Sun, 01 Mar 2026 12:00:00 +0000"}
OLD = {"title": "Weather", "link": "https://example.com/weather", "guid": "weather", "description": "Rain."}


@pytest.fixture
def desk(nw, nginx, redis_server):
    nginx.put("feed.xml", rss([OLD]))
    nw.write("newswatch.yaml", f"""
feeds:
  - {{url: "{nginx.url("feed.xml")}", interval: 1s}}
include: [watchlists.d/*.yaml]
state_dir: {nw.state}
redis: {{url: "{redis_server.url}"}}
fetch: {{min_interval: 1s, host_gap: 0s, allow_private: [127.0.0.0/8]}}
""")
    nw.write("watchlists.d/ai.yaml", WATCHLIST)
    nw.run = nw.daemon().start()
    wait_for("the first poll", lambda: all(f["result"] == "ok" for f in nw.feeds()))
    return nw


def hits(redis_server):
    return [json.loads(f["json"]) for _, f in redis_server.client().xrange("newswatch:hits")]


def edit(desk, nginx, *items):
    """Publish, and wait until it was read."""
    before = desk.status()["counts"]["documents"]
    nginx.put("feed.xml", rss(items))
    wait_for("the edit to be read", lambda: desk.status()["counts"]["documents"] > before)


def test_an_edit_is_kept_with_what_changed_and_alerts_only_if_it_adds_something(desk, nginx, redis_server):
    edit(desk, nginx, ARTICLE, OLD)
    wait_for("the hit", lambda: len(hits(redis_server)) == 1)
    hit = hits(redis_server)[0]
    corrected = dict(ARTICLE, title="Meta opens a large office in Oslo",
                     description="Meta said that 400 people work there. It is the first in Norway.")
    edit(desk, nginx, corrected, OLD)
    moved = dict(corrected, link="https://example.com/2026/oslo?utm_source=rss", pubDate="Sun, 01 Mar 2026 13:00:00 +0000")
    edit(desk, nginx, moved, OLD)
    edit(desk, nginx, dict(moved, link="http://example.com/2026/oslo?utm_source=atom"), OLD)
    for which in (hit["item"]["id"], hit["id"], ARTICLE["link"], "http://example.com/2026/oslo"):
        item = desk.ask("why", which)[0]
        assert item["id"] == hit["item"]["id"]
    assert [(v["version"], v["changed"], v["times"]) for v in item["versions"]] == [
        (0, [], 1), (1, ["title", "text"], 1), (2, ["url", "published"], 1)]
    assert [v["title"] for v in item["versions"]] == [ARTICLE["title"], corrected["title"], corrected["title"]]
    assert [v["text"] for v in item["versions"]] == [ARTICLE["description"], corrected["description"], None]
    assert item["versions"][2]["published"] == "2026-03-01T13:00:00Z"
    assert [h["id"] for h in item["hits"]] == [hit["id"]] and len(hits(redis_server)) == 1, "it added nothing"
    person = dict(moved, description="Meta's Alexandr Wang said that 400 people work there.")
    edit(desk, nginx, person, OLD)
    wait_for("the second hit", lambda: len(hits(redis_server)) == 2)
    assert [h["revision"] for h in desk.ask("why", ARTICLE["link"])[0]["hits"]] == [0, 1]
    text = desk.cli("why", hit["id"], "--state-dir", desk.state).stdout
    assert "edit 1, seen" in text and "- 40\n" in text and "+ 400\n" in text
    desk.run.stop()


def test_an_item_that_was_told_nobody_says_why(desk, nginx):
    edit(desk, nginx, dict(OLD, title="Weather, corrected"))
    item = desk.ask("why", OLD["link"])[0]
    assert item["hits"] == [] and [v["changed"] for v in item["versions"]] == [[], ["title"]]
    p = desk.cli("why", "f" * 32, "--state-dir", desk.state, check=False)
    assert p.returncode == 65 and "no such item" in p.stderr
    p = desk.cli("why", "nonsense", "--state-dir", desk.state, check=False)
    assert p.returncode == 65 and "32 hex digits" in p.stderr
    assert desk.cli("why", "a", "b", check=False).returncode == 64
    desk.run.stop()
