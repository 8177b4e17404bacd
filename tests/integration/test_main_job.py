"""The main job: an item about a watched company appears in a feed that nginx
serves; the webhook sink has it once, the stream has it once, a subscriber saw
it; and the same holds for the next item after each process was killed.
"""
import json
import time

import pytest
from conftest import WATCHLIST, rss, wait_for

OLD = {"title": "Meta opened an office last year", "link": "https://example.com/old", "guid": "old"}
TRAP = {"title": "A meta-analysis of metadata", "link": "https://example.com/trap", "guid": "trap"}


def news(n):
    """An item like a newsroom's, with a typographic apostrophe."""
    return {"title": f"Meta\u2019s new model number {n} beats its rivals", "link": f"https://example.com/news-{n}",
            "guid": f"news-{n}", "description": "<p>Mark Zuckerberg said the <b>Llama</b> team had worked on it.</p>",
            "pubDate": time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime())}


class Desk:
    """nginx, Redis, sink and both programs around one feed."""

    def __init__(self, nw, nginx, redis_server, sink):
        self.nw, self.nginx, self.redis, self.sink = nw, nginx, redis_server, sink
        self.items = [OLD]
        self.publish()
        nw.write("newswatch.yaml", f"""
feeds:
  - url: {nginx.url("feed.xml")}
    publisher: Example News
    interval: 1s
include: [watchlists.d/*.yaml]
state_dir: {nw.state}
redis: {{url: "{redis_server.url}"}}
fetch: {{min_interval: 1s, host_gap: 0s, allow_private: [127.0.0.0/8]}}
channels:
  desk: {{type: webhook, url: "{sink.url}"}}
routes:
  - {{when: {{entities: [Meta], relevance: ">=10"}}, to: [desk], alert: item}}
""")
        nw.write("watchlists.d/ai.yaml", WATCHLIST)
        self.daemon = nw.daemon().start()
        self.worker = nw.worker().start()

    def publish(self, *items):
        self.items = list(items) + self.items
        self.nginx.put("feed.xml", rss(self.items))

    def ready(self):
        """The feed has been looked at once, so that what comes next is news."""
        wait_for("the first poll", lambda: self.nginx.requests())
        wait_for("the first document to be stored",
                 lambda: all(f["result"] in ("ok", "unchanged") for f in self.nw.feeds()))

    def stream(self):
        return [json.loads(f["json"]) for _, f in self.redis.client().xrange("newswatch:hits")]

    def stream_titles(self):
        return [h["item"]["title"] for h in self.stream()]


@pytest.fixture
def desk(nw, nginx, redis_server, sink):
    return Desk(nw, nginx, redis_server, sink)


def test_an_item_reaches_webhook_stream_and_subscriber_once(desk):
    desk.ready()
    sub = desk.redis.client().pubsub(ignore_subscribe_messages=True)
    sub.subscribe("newswatch:alerts:meta", "newswatch:alerts")
    wait_for("the subscription", lambda: sub.get_message(timeout=0.1) is None)
    new = news(1)
    desk.publish(new, TRAP)
    wait_for("the webhook", lambda: desk.sink.titles() == [new["title"]])
    live = [m for m in (sub.get_message(timeout=1) for _ in range(3)) if m]
    assert sorted(m["channel"] for m in live) == ["newswatch:alerts", "newswatch:alerts:meta"]
    hit = desk.stream()[0]
    assert desk.stream_titles() == [new["title"]]
    assert [e["id"] for e in hit["entities"]] == ["meta"]
    assert hit["entities"][0]["mentions"][0] == {"field": "title", "start": 0, "end": 4, "text": "Meta"}
    stream_id = desk.redis.client().xrange("newswatch:hits")[0][0]
    for m in live:
        data = json.loads(m["data"])
        assert data.pop("stream_id") == stream_id
        assert data == hit
    request = desk.sink.got[0]
    assert request["json"]["type"] == "newswatch.hits" and request["json"]["data"]["hits"] == [hit]
    assert request["headers"]["webhook-id"] == request["headers"]["Idempotency-Key"]
    wait_for("the confirmation to come back to the outbox",
             lambda: desk.nw.status()["queue"]["unconfirmed"] == 0)
    desk.worker.stop()
    desk.daemon.stop()
    assert desk.sink.titles() == [new["title"]], "once means once"


def test_the_first_sight_of_a_feed_alerts_on_nothing(desk):
    desk.ready()
    new = news(1)
    desk.publish(new)
    wait_for("the webhook", lambda: desk.sink.titles())
    assert desk.sink.titles() == [new["title"]], "the old item was there at first sight"


def test_the_next_item_arrives_once_after_each_process_was_killed(desk):
    desk.ready()
    published = []

    def publish_and_see(n, why):
        published.append(news(n)["title"])
        desk.publish(news(n))
        wait_for(f"item {n} in the stream {why}", lambda: desk.stream_titles().count(published[-1]) == 1)
        wait_for(f"item {n} at the sink {why}", lambda: published[-1] in desk.sink.titles())

    publish_and_see(1, "at first")
    desk.daemon.kill()
    desk.daemon.start()
    publish_and_see(2, "after kill -9 of the daemon")
    desk.worker.kill()
    desk.worker.start()
    publish_and_see(3, "after kill -9 of the worker")
    desk.redis.kill()
    desk.redis.start()
    publish_and_see(4, "after kill -9 of Redis")
    assert sorted(desk.stream_titles()) == sorted(published)
    assert set(desk.sink.titles()) == set(published)
    ids = {}
    for r in desk.sink.got:
        for h in r["json"]["data"]["hits"]:
            ids.setdefault(h["id"], set()).add(r["headers"]["webhook-id"])
    assert all(len(v) == 1 for v in ids.values()), "a repeated delivery carries the same webhook-id"


def test_unchanged_documents_cost_a_304(desk):
    desk.ready()
    wait_for("three polls", lambda: len(desk.nginx.requests()) >= 3)
    codes = [line.split('"')[2].split()[0] for line in desk.nginx.requests()]
    assert codes[0] == "200" and set(codes[1:]) == {"304"}
