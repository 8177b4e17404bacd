"""The daemon is killed again and again while it polls: no feed is asked sooner
than its minimum for it, and what was committed is known afterwards.
"""
import contextlib
import random
import signal
import sqlite3
import time

from conftest import configure_feeds, wait_for
from scripted_http import Answer, moved, ok, status

FEEDS, KILLS, MINIMUM = 20, 6, 1.0
COMMITTED = 0.5  # an answer so long before a kill is on the disk, on a busy machine too


def answers(h, r, n):
    """A new document with a new validator now and then; conditional requests are honoured."""
    version = n // 3
    tag = f'"v{version}"'
    return status(304, ETag=tag) if r.get("If-None-Match") == tag else ok(ETag=tag)


def test_kills_make_nobody_be_asked_too_soon_and_lose_no_validator(nw, redis_server, server):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    rng = random.Random(seed)
    hosts = [server.host(f"h{i}", {"/feed": answers}) for i in range(FEEDS)]
    feeds = "\n".join(f'  - {{url: "{h.url()}", interval: 1s}}' for h in hosts)
    nw.write("newswatch.yaml", f"""
feeds:
{feeds}
state_dir: {nw.state}
redis: {{url: "{redis_server.url}"}}
fetch: {{min_interval: 1s, host_gap: 0s, max_rate: 1000/s, allow_private: [127.0.0.0/8]}}
""")
    daemon = nw.daemon()
    kills = []
    for _ in range(KILLS):
        before = sum(len(h.requests) for h in hosts)
        daemon.start()
        wait_for("polls", lambda n=before: sum(len(h.requests) for h in hosts) > n + FEEDS)
        time.sleep(rng.uniform(0, 1.5))
        kills.append(time.time())
        daemon.kill()
    for h in hosts:
        for a, b in zip(h.requests, h.requests[1:]):
            if any(a.time <= k <= a.ended + COMMITTED for k in kills):
                continue  # its answer may have been lost with the daemon
            assert b.time - a.time > MINIMUM - 0.1, f"{h.url()}: {a} {b}"
            assert b.get("If-None-Match"), f"{h.url()}: {b}"


def test_a_stop_within_a_poll_makes_nobody_be_asked_too_soon(nw, redis_server, server):
    h = server.host("h", {"/feed": [Answer(ok(), delay=2)], "/gone": [Answer(ok(), delay=2)]})
    stays = f'{{url: "{h.url()}", min_interval: 3s, interval: 3s}}'
    goes = f'{{url: "{h.url("/gone")}", min_interval: 3s, interval: 3s}}'
    configure_feeds(nw, redis_server, stays, goes)
    daemon = nw.daemon().start()
    wait_for("both polls", lambda: h.of("/feed") and h.of("/gone"))
    configure_feeds(nw, redis_server, stays)
    daemon.signal(signal.SIGHUP)
    daemon.wait_log(r"\breloaded\b")
    daemon.stop()
    configure_feeds(nw, redis_server, stays, goes)
    daemon.start()
    for path in ("/feed", "/gone"):
        wait_for("a second poll", lambda path=path: len(h.of(path)) > 1)
        assert h.of(path)[1].time - h.of(path)[0].time > 3 - 0.1, h.of(path)


def edit(nw, sql):
    with contextlib.closing(sqlite3.connect(nw.state / "newswatch.db", isolation_level=None)) as db:
        db.execute(sql)


def test_an_adopted_address_is_forgotten_after_five_failures_and_its_validators_stay_with_it(nw, redis_server, server):
    h = server.host("h", {"/feed": [moved(301, "/new")] * 3 + [ok(ETag='"old"'), status(304)],
                          "/new": [ok(ETag='"new"')] * 3 + [status(500)]})
    configure_feeds(nw, redis_server, f'{{url: "{h.url()}", interval: 1s}}')
    daemon = nw.daemon().start()
    wait_for("the new address to fail", lambda: nw.ask("feeds", "show", h.url())[0]["http_status"] == 500)
    assert nw.ask("feeds", "show", h.url())[0]["adopted_url"] == h.url("/new")
    daemon.stop()
    edit(nw, "UPDATE feed SET failures = 4, next_due = 1")
    daemon.start()
    wait_for("the new address to be forgotten", lambda: nw.ask("feeds", "show", h.url())[0]["adopted_url"] is None)
    daemon.stop()
    edit(nw, "UPDATE feed SET next_due = 1")
    asked = len(h.of("/feed"))
    daemon.start()
    wait_for("two polls of the old address", lambda: len(h.of("/feed")) >= asked + 2)
    assert [r.get("If-None-Match") for r in h.of("/feed")] == [None] * (asked + 1) + ['"old"'] * (len(h.of("/feed")) - asked - 1)
