"""newswatch-notify by itself: a golden hit on the stream reaches a webhook sink
once, with the headers that receivers rely on, whatever is killed in between.
"""
import json
import signal
import socket
import time

import pytest
from conftest import SRC, wait_for

GOLDEN = json.loads((SRC / "tests/data/hit-v1.json").read_text())
MIB = 1 << 20
P = "newswatch:"


def hit(n, story=None, kind="hit"):
    """The golden hit under another id and title."""
    h = json.loads(json.dumps(GOLDEN))
    h.update(id=f"{n:032x}", kind=kind)
    h["item"]["id"], h["item"]["title"] = f"{n + 1000:032x}", f"News {n}"
    h["events"] = []
    for e in h["entities"]:
        e["mentions"] = []  # they are places in the golden text
    h["story"]["id"] = f"{story or n:032x}"
    return h


class Bench:
    """Redis, a sink and workers on one configuration; the test is the daemon."""

    def __init__(self, nw, redis_server, sink):
        self.nw, self.redis, self.sink = nw, redis_server, sink
        self.configure()

    def configure(self, routes="- {to: [desk], alert: item}", channel="", more=""):
        self.nw.write("newswatch.yaml", f"""
state_dir: {self.nw.state}
redis: {{url: "{self.redis.url}"}}
channels:
  desk: {{type: webhook, url: "{self.sink.url}", retry_min: 50ms, retry_max: 200ms{channel}}}
{more}
routes:
  {routes}
""")

    def publish(self, h, size=0):
        """size: of the JSON, with spaces behind."""
        self.redis.client().xadd(P + "hits", {"id": h["id"], "json": json.dumps(h).ljust(size), "producer": "p", "seq": 1})

    def outcomes(self):
        return [f["outcome"] for _, f in self.redis.client().xrange(P + "done:p")]

    def wait_ended(self, n):
        wait_for(f"{n} hits to end", lambda: len(self.outcomes()) >= n)
        assert len(self.outcomes()) == n
        r = self.redis.client()
        assert r.xpending(P + "hits", "newswatch")["pending"] == 0
        for pattern in ("hit:*", "group:*", "delivery:*", "deliveries:*", "due:*"):
            assert r.keys(P + pattern) == []

    def ids(self):
        with self.sink.lock:
            return [r["headers"]["webhook-id"] for r in self.sink.got]


@pytest.fixture
def bench(nw, redis_server, sink):
    return Bench(nw, redis_server, sink)


def test_a_hit_reaches_the_webhook_once_with_its_headers(bench):
    bench.publish(GOLDEN)
    w = bench.nw.worker().start()
    bench.wait_ended(1)
    assert bench.outcomes() == ["delivered"]
    (request,) = bench.sink.got
    h = {k.lower(): v for k, v in request["headers"].items()}
    assert h["content-type"] == "application/json"
    assert h["webhook-id"].startswith("msg_") and h["idempotency-key"] == h["webhook-id"]
    assert abs(int(h["webhook-timestamp"]) - time.time()) < 60
    assert h["user-agent"].startswith("newswatch/")
    assert request["json"]["type"] == "newswatch.hits"
    assert request["json"]["data"] == {"channel": "desk", "hits": [GOLDEN]}
    w.stop()


def test_tries_carry_one_id_and_retry_after_is_kept(bench):
    answers = [500, (429, {"Retry-After": "1"}), 204]
    bench.sink.answer = lambda request: answers.pop(0)
    bench.publish(hit(1))
    w = bench.nw.worker().start()
    bench.wait_ended(1)
    assert len(set(bench.ids())) == 1 and len(bench.ids()) == 3
    with bench.sink.lock:
        assert bench.sink.got[2]["time"] - bench.sink.got[1]["time"] >= 0.99
        assert bench.sink.got[0]["raw"] == bench.sink.got[2]["raw"]
    w.stop()


def test_a_worker_killed_while_it_sends_is_followed_by_another_with_the_same_id(bench):
    """The one double that is allowed: a send in flight at the kill."""
    bench.configure(channel=", timeout: 1s")
    first = bench.nw.worker("w1").start()
    wait_for("the worker to read", lambda: bench.redis.client().exists(P + "workers"))

    def kill_then_answer(request):
        first.kill()
        bench.sink.answer = lambda again: 204
        return 204

    bench.sink.answer = kill_then_answer
    bench.publish(hit(1))
    wait_for("the first to be killed", lambda: not first.alive())
    # Its lease is 31 s; the test does not wait for it to end.
    r = bench.redis.client()
    (delivery,) = r.zrange(P + "deliveries:desk", 0, -1)
    r.zadd(P + "deliveries:desk", {delivery: 0})
    bench.nw.worker("w2").start()
    bench.wait_ended(1)
    assert len(bench.ids()) == 2 and len(set(bench.ids())) == 1


def test_kills_between_hits_lose_and_double_nothing(bench):
    worker = bench.nw.worker("w1").start()
    for n in range(1, 21):
        bench.publish(hit(n))
        if n % 5 == 0 and n < 20:
            bench.wait_ended(n)
            worker.kill()
            worker.start()
        if n == 10:
            bench.redis.kill()
            bench.redis.start()
    bench.wait_ended(20)
    assert sorted(bench.sink.titles()) == sorted(f"News {n}" for n in range(1, 21))
    worker.stop()


def test_the_first_route_that_wants_it_takes_it_and_nobody_is_fine_too(bench):
    bench.configure(routes="- {when: {entities: [Meta], relevance: '>=90'}, to: [desk], alert: item}")
    w = bench.nw.worker().start()
    low = hit(2)
    low["entities"][0]["relevance"] = 20
    bench.publish(hit(1))
    bench.publish(low)
    bench.wait_ended(2)
    assert sorted(bench.outcomes()) == ["delivered", "no_route"]
    assert bench.sink.titles() == ["News 1"]
    w.stop()


def test_a_story_is_told_once_and_grouped(bench):
    bench.configure(routes="- {to: [desk], group: {by: story, wait: 300ms}}")
    w = bench.nw.worker().start()
    bench.publish(hit(1, story=7))
    bench.publish(hit(2, story=7))
    bench.publish(hit(3, story=7, kind="update"))
    bench.wait_ended(3)
    assert [r["json"]["data"]["hits"][0]["item"]["title"] for r in bench.sink.got] == ["News 1"]
    assert bench.sink.titles() == ["News 1", "News 3"]
    w.stop()


def test_a_receiver_that_never_wants_it_makes_a_dead_letter(bench):
    bench.sink.answer = lambda request: 410
    w = bench.nw.worker().start()
    bench.publish(hit(1))
    bench.wait_ended(1)
    assert bench.outcomes() == ["dead"] and len(bench.ids()) == 1
    ((_, letter),) = bench.redis.client().xrange(P + "dead")
    assert letter["reason"].startswith("HTTP 410") and letter["channel"] == "desk"
    assert bench.sink.url not in json.dumps(letter)
    w.stop()


@pytest.mark.parametrize("size, outcome", [(MIB, "delivered"), (MIB + 1, "dead")])
def test_an_entry_of_a_mebibyte_is_taken_and_a_larger_one_is_no_hit(bench, size, outcome):
    bench.publish(GOLDEN, size)
    w = bench.nw.worker().start()
    bench.wait_ended(1)
    assert bench.outcomes() == [outcome] and len(bench.ids()) == (outcome == "delivered")
    dead = bench.redis.client().xrange(P + "dead")
    assert [f["reason"] for _, f in dead] == ["larger than a hit may be"] * (outcome == "dead")
    w.stop()


def test_redis_down_at_the_start_is_waited_for_with_a_message(bench):
    bench.redis.kill()
    w = bench.nw.worker().start()
    w.wait_log("redis_down")
    bench.redis.start()
    w.wait_log("redis_up")
    bench.publish(hit(1))
    bench.wait_ended(1)
    assert w.log().count("redis_down") == 1
    w.stop()


def test_a_stop_finishes_what_is_under_way(bench):
    w = bench.nw.worker().start()

    def slow(request):
        w.signal(signal.SIGTERM)
        w.wait_log("stopping under_way=1")
        return 204

    bench.sink.answer = slow
    bench.publish(hit(1))
    assert w.wait() == 0
    bench.wait_ended(1)
    assert len(bench.ids()) == 1
    assert bench.redis.client().exists(P + "workers") == 0


def test_a_reload_takes_new_routes_and_a_broken_file_changes_nothing(bench):
    w = bench.nw.worker().start()
    bench.publish(hit(1))
    bench.wait_ended(1)
    bench.configure(routes="- {to: [nowhere], alert: item}")
    w.signal(signal.SIGHUP)
    w.wait_log("reload_failed")
    assert "newswatch.yaml:8:" in w.log() and "there is no channel 'nowhere'" in w.log()
    bench.publish(hit(2))
    bench.wait_ended(2)
    path = bench.nw.work / "hits.jsonl"
    bench.configure(routes="- {to: [audit], alert: item}", more=f"  audit: {{type: file, path: {path}}}")
    w.signal(signal.SIGHUP)
    w.wait_log("reloaded")
    bench.publish(hit(3))
    bench.wait_ended(3)
    assert [json.loads(line)["item"]["title"] for line in path.read_text().splitlines()] == ["News 3"]
    assert bench.sink.titles() == ["News 1", "News 2"]
    w.stop()


def test_a_broken_configuration_at_the_start_is_told_with_its_place(bench):
    bench.configure(channel=", max_agee: 3h")
    w = bench.nw.worker().start()
    assert w.wait() == 78
    assert "newswatch.yaml:5:" in w.log() and "did you mean 'max_age'?" in w.log()


def test_output_for_people_and_programs_stands_beside_the_routes(bench):
    argv = bench.nw.worker().argv
    lines = bench.nw.process("lines", [*argv, "--json-lines"]).start()
    bench.publish(hit(1))
    bench.wait_ended(1)
    lines.stop()
    assert [json.loads(x) for x in lines.out.read_text().splitlines()] == [hit(1)]
    people = bench.nw.process("people", [*argv, "--terminal"]).start()
    bench.publish(hit(2))
    bench.wait_ended(2)
    people.stop()
    assert "News 2" in people.out.read_text() and "\033" not in people.out.read_text()
    assert bench.sink.titles() == ["News 1", "News 2"]


def test_status_shows_the_worker(bench):
    w = bench.nw.worker("w1").start()
    bench.publish(hit(1))
    bench.wait_ended(1)
    r = bench.redis.client()
    name = f"w1@{socket.gethostname()}"
    wait_for("a heartbeat", lambda: r.hget(P + "worker:" + name, "sent") == "1")
    assert r.hget(P + "worker:" + name, "state") == "running"
    assert r.ttl(P + "worker:" + name) > 0
    w.stop()


def test_takes_count_against_a_delivery_only_if_the_worker_died(bench):
    """A connection that is cut loses the answer to a take, often the same one's."""
    r = bench.redis.client()
    script = (SRC / "src/queue/scripts/take.lua").read_text()
    r.hset(P + "delivery:x", mapping={"attempt": 0, "silent": 0, "failed": 0, "route": "r", "key": "k", "n": 1, "made": 1,
                                      "body": "{}", "hits": "a", "since": 1, "history": ""})

    def take(who):
        r.zadd(P + "deliveries:desk", {"x": 0})
        bucket = P + "bucket:desk"
        return r.eval(script, 3, P + "deliveries:desk", bucket, bucket, P, 1, 1000, "desk", 0, 0, 0, who)[2][2]

    r.hset(P + "worker:w1@h", "pid", 1)
    assert [take("w1@h 1") for _ in range(4)] == [0, 0, 0, 0], "its own answers were lost"
    assert take("w2@h 5") == 0, "so it was for another, who sees that the first lives"
    assert take("w1@h 1") == 1, "the second has no heartbeat: it died of it"
    r.hset(P + "worker:w1@h", "pid", 2)
    assert take("w1@h 2") == 2, "and the first has started anew since"
