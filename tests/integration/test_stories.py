"""Stories in the running system: items that report the same happening, over
outlets, restarts, crashes and failures; what a route is told of them.
"""
import json
import signal
import sqlite3
import time

import pytest
from conftest import BUILD, WATCHLIST, rss, wait_for

OUTLETS = {"harbor": "Harbor Ledger", "northgate": "Northgate Post", "newsroom": "Meta Newsroom"}

ORIGIN = ("Meta plans to open-source its next AI models, sources say",
          "Meta plans to open-source its next family of AI models, two people familiar with the plan told Harbor Ledger. "
          "They asked not to be named because the plan is private.")
REWRITE = ("Meta to open-source next AI models, Harbor Ledger reports",
           "Meta will open-source its next AI models, Harbor Ledger reported on Monday, citing people familiar with the plan.")
CONFIRMED = ("Meta confirms: our next AI models will be open source",
             "Meta confirmed today that it will open-source its next family of AI models. Meta said so in a statement.")
ELSEWHERE = ("Meta opens a canteen in Lisbon", "The canteen has room for forty people, Meta said, and a garden.")
CORRECTED = ("Meta plans to open-source its next AI models, sources say",
             "Correction: an earlier version of this story gave a wrong date. Meta plans to open-source its next family of "
             "AI models, two people familiar with the plan told Harbor Ledger. "
             "They asked not to be named because the plan is private.")


class Press:
    """One feed an outlet, Redis, the daemon and a worker."""

    def __init__(self, nw, redis_server, sink):
        self.nw, self.redis, self.sink = nw, redis_server, sink
        self.items = {o: [] for o in OUTLETS}
        feeds = "".join(f"  - {{url: 'file:{o}.xml', publisher: {name}, interval: 1s}}\n" for o, name in OUTLETS.items())
        nw.write("newswatch.yaml", f"""
feeds:
{feeds}include: [ai.yaml]
state_dir: {nw.state}
redis: {{url: "{redis_server.url}"}}
fetch: {{min_interval: 1s, host_gap: 0s}}
channels: {{desk: {{type: webhook, url: "{sink.url}"}}}}
routes: [{{to: [desk]}}]
""")
        nw.write("ai.yaml", WATCHLIST)
        for outlet in OUTLETS:
            self.write(outlet)
        self.daemon, self.worker = nw.daemon(), nw.worker()

    def write(self, outlet):
        new = self.nw.write(f"{outlet}.xml.new", rss(self.items[outlet], OUTLETS[outlet], f"https://{outlet}.example/"))
        new.rename(self.nw.etc / f"{outlet}.xml")

    def publish(self, outlet, report, n=0):
        """n: its place among the outlet's items, to edit one that is there."""
        item = {"title": report[0], "description": report[1], "guid": f"{outlet}-{n}",
                "link": f"https://{outlet}.example/{n}",
                "pubDate": time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime())}
        others = [i for i in self.items[outlet] if i["guid"] != item["guid"]]
        self.items[outlet] = [item, *others]
        self.write(outlet)

    def start(self):
        self.daemon.start()
        wait_for("the feeds to be read", lambda: all(f["result"] in ("ok", "unchanged") for f in self.nw.feeds())
                 and len(self.nw.feeds()) == len(OUTLETS))
        return self

    def hits(self, n):
        wait_for(f"{n} hits", lambda: self.redis.client().xlen("newswatch:hits") >= n)
        found = [json.loads(f["json"]) for _, f in self.redis.client().xrange("newswatch:hits")]
        assert len(found) == n, [h["item"]["title"] for h in found]
        return found

    def rows(self, sql):
        """Asks the database, when no daemon has it."""
        db = sqlite3.connect(self.nw.state / "newswatch.db")
        try:
            return db.execute(sql).fetchall()
        finally:
            db.close()


@pytest.fixture
def press(nw, redis_server, sink):
    return Press(nw, redis_server, sink)


def test_a_route_tells_a_story_once_and_again_when_it_is_confirmed(press):
    press.start()
    press.worker.start()
    press.publish("harbor", ORIGIN)
    press.hits(1)
    press.publish("northgate", REWRITE)
    press.hits(2)
    press.publish("newsroom", CONFIRMED)
    first, echo, update = press.hits(3)
    assert len({h["story"]["id"] for h in (first, echo, update)}) == 1
    assert [h["kind"] for h in (first, echo, update)] == ["hit", "hit", "update"]
    assert first["story"]["novelty"] == 100 > echo["story"]["novelty"]
    assert echo["story"]["independent"] == 0 and echo["story"]["primary"]["name"] == "Harbor Ledger"
    assert update["changed"] == ["status"] and update["story"]["status"] == "confirmed"
    wait_for("every outcome", lambda: press.nw.status()["queue"]["unconfirmed"] == 0)
    assert press.sink.titles() == [ORIGIN[0], CONFIRMED[0]]


def test_another_happening_is_another_story_and_leads_to_no_other(press):
    press.start()
    press.publish("harbor", ORIGIN)
    press.hits(1)
    press.publish("harbor", ELSEWHERE, 1)
    a, b = press.hits(2)
    assert a["story"]["id"] != b["story"]["id"] and b["story"]["articles"] == 1
    assert b["kind"] == "hit" and b["story"]["related"] == []


def test_what_stood_in_a_feed_belongs_to_the_story_but_is_no_alert(press):
    press.publish("harbor", ORIGIN)
    press.start()
    press.publish("northgate", REWRITE)
    (hit,) = press.hits(1)
    assert hit["kind"] == "hit" and hit["story"]["articles"] == 2
    assert hit["story"]["novelty"] < 80


def test_an_edit_that_corrects_the_story_is_an_update(press):
    press.start()
    press.publish("harbor", ORIGIN)
    press.hits(1)
    press.publish("harbor", CORRECTED)
    first, update = press.hits(2)
    assert (update["kind"], update["revision"]) == ("update", 1)
    assert update["story"]["status"] == "corrected" and update["story"]["articles"] == 1
    assert update["item"]["id"] == first["item"]["id"]


def test_a_story_goes_on_after_the_daemon_was_killed(press):
    press.start()
    press.publish("harbor", ORIGIN)
    (first,) = press.hits(1)
    press.daemon.kill()
    press.publish("northgate", REWRITE)
    press.daemon.start()
    _, second = press.hits(2)
    assert second["story"]["id"] == first["story"]["id"]
    assert second["story"]["articles"] == 2 and second["story"]["novelty"] < 80
    assert second["story"]["first_seen"] == first["story"]["first_seen"]


def built_with_failpoints():
    return b"NW_FAILPOINT" in (BUILD / "newswatchd").read_bytes()


needs_failpoints = pytest.mark.skipif(not built_with_failpoints(), reason="built without --enable-failpoints")


@needs_failpoints
@pytest.mark.parametrize("site", ["store.unit.member:1", "store.unit.story:1", "store.unit.hit:1", "store.unit.end:1",
                                  "store.commit.before:1", "store.commit.before:2"])
def test_a_failure_leaves_memory_and_store_at_one(press, site):
    """The item is put once more, and counts once. Which commit is the item's is not known."""
    press.start()
    press.publish("harbor", ORIGIN)
    (first,) = press.hits(1)
    press.daemon.stop()
    press.daemon.env["NW_FAILPOINT"] = f"{site}:fail"
    press.publish("northgate", REWRITE)
    press.daemon.start()
    press.daemon.wait_log("failpoint")
    _, second = press.hits(2)
    assert second["story"]["id"] == first["story"]["id"] and second["story"]["articles"] == 2
    press.publish("newsroom", CONFIRMED)
    assert press.hits(3)[2]["story"]["articles"] == 3
    press.daemon.stop()
    assert press.rows("SELECT count(*), max(articles) FROM story") == [(1, 3)]


PARTS = (("Meta engineer Voss resigns", "x"), ("Larkin Motors hires for Meta glasses in Turin", "x"),
         ("Meta engineer Voss resigns, Larkin Motors hires for Meta glasses in Turin", "x"))


@needs_failpoints
def test_a_death_while_two_stories_become_one(press):
    press.daemon.env["NW_FAILPOINT"] = "store.unit.merge:1:kill"
    press.start()
    press.publish("harbor", PARTS[0])
    press.hits(1)
    press.publish("harbor", PARTS[1], 1)
    a, b = press.hits(2)
    assert a["story"]["id"] != b["story"]["id"]
    press.publish("northgate", PARTS[2])
    wait_for("the daemon to end", lambda: not press.daemon.alive())
    assert press.daemon.p.returncode == -signal.SIGKILL
    assert press.rows("SELECT count(*) FROM member") == [(2,)]
    del press.daemon.env["NW_FAILPOINT"]
    press.daemon.start()
    last = press.hits(3)[2]
    assert last["story"]["id"] == a["story"]["id"] and last["story"]["articles"] == 3
    (gone,) = press.nw.ask("story", b["story"]["id"])
    assert gone["id"] == a["story"]["id"], "an id that was given out leads to the story"
    press.daemon.stop()
    assert press.rows("SELECT count(*) FROM story WHERE into_id IS NOT NULL") == [(1,)]
    assert press.rows("SELECT count(DISTINCT story) FROM member") == [(1,)]


def test_verbs_show_a_story_and_why(press):
    press.start()
    press.publish("harbor", ORIGIN)
    press.hits(1)
    press.publish("northgate", REWRITE)
    first, second = press.hits(2)
    (listed,) = press.nw.ask("story")
    assert listed["id"] == first["story"]["id"] and listed["articles"] == 2 and listed["told"]
    assert press.nw.ask("story", "-e", "meta") == [listed]
    assert press.nw.ask("story", "-e", "nobody") == []
    for any_id in (listed["id"], second["item"]["id"], second["id"]):
        (one,) = press.nw.ask("story", any_id)
        assert one["id"] == listed["id"]
    assert one["now"]["primary"]["name"] == "Harbor Ledger"
    assert [i["part"] for i in one["items"]] == ["origin", "repeats"]
    assert one["items"][1]["of"] == "Harbor Ledger"
    (why,) = press.nw.ask("why", second["id"])
    assert why["story"]["id"] == listed["id"] and why["story"]["joined"].startswith(f"joined {listed['id']}: likeness ")
    assert why["story"]["events"][0]["type"] == "open_source"
    text = press.nw.cli("why", "--state-dir", press.nw.state, second["id"]).stdout
    assert "Northgate Post: repeats of Harbor Ledger" in text and "enough" in text or "a copy" in text
    for wrong, code in (("0" * 32, 65), ("x", 65)):
        p = press.nw.cli("story", "--state-dir", press.nw.state, wrong, check=False)
        assert p.returncode == code and p.stderr.startswith("newswatch story: "), p
