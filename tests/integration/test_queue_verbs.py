"""newswatch dead, tail and status, on a real Redis with a worker beside."""
import json
import re
import signal
import time

import pytest
from conftest import BUILD, on_terminal, wait_for
from test_kills import Storm
from test_polls import metrics
from test_worker import P, Bench, hit


@pytest.fixture
def bench(nw, redis_server, sink):
    return Bench(nw, redis_server, sink)


def conf(bench):
    return ["-c", bench.nw.etc / "newswatch.yaml"]


def lines(p):
    return [json.loads(x) for x in p.stdout.splitlines()]


def bury(bench, n, answer=410):
    """n letters that the sink refused."""
    bench.sink.answer = lambda request: answer
    w = bench.nw.worker().start()
    for i in range(1, n + 1):
        bench.publish(hit(i))
    bench.wait_ended(n)
    return w


# -- dead ------------------------------------------------------------------------

def test_dead_letters_are_listed_shown_retried_and_dropped(bench):
    w = bury(bench, 3)
    dead = lines(bench.nw.cli("dead", "list", *conf(bench)))
    assert [d["reason"].startswith("HTTP 410") for d in dead] == [True] * 3
    assert {d["channel"] for d in dead} == {"desk"} and all("body" not in d for d in dead)
    shown, = lines(bench.nw.cli("dead", "show", dead[0]["entry"], *conf(bench)))
    assert json.loads(shown["body"])["data"]["hits"][0]["id"] in shown["hits"]
    assert shown["history"][0]["attempt"] == 1
    bench.sink.answer = lambda request: 204
    p = bench.nw.cli("dead", "retry", dead[0]["entry"], *conf(bench))
    assert lines(p) == [{"entry": dead[0]["entry"], "result": "retried"}] and "retried 1 letter" in p.stderr
    wait_for("the retry", lambda: len(bench.ids()) == 4)
    assert bench.ids()[3] == dead[0]["id"], "under its old id"
    assert lines(bench.nw.cli("dead", "drop", dead[1]["entry"], *conf(bench)))[0]["result"] == "dropped"
    left = lines(bench.nw.cli("dead", "list", *conf(bench)))
    assert [d["entry"] for d in left] == [dead[2]["entry"]]
    p = bench.nw.cli("dead", "retry", "--all", *conf(bench))
    assert "retried 1 letter" in p.stderr
    wait_for("all retries", lambda: len(bench.ids()) == 5)
    assert lines(bench.nw.cli("dead", "list", *conf(bench))) == []
    w.stop()


def test_filters_narrow_what_is_listed_retried_and_dropped(bench):
    w = bury(bench, 2)
    r = bench.redis.client()
    for i, (channel, reason) in enumerate([("pager", "HTTP 500"), ("pager", "gave up after 3 tries")]):
        r.xadd(P + "dead", {"kind": "delivery", "id": f"msg_{i}", "route": "r9", "channel": channel, "key": "k", "hits": "",
                            "n": 1, "body": "{}", "reason": reason, "attempts": 3, "made": 0, "dead": 86400000,
                            "history": ""})
    for options, n in [(["--channel", "pager"], 2), (["--channel", "desk"], 2), (["--reason", "gave up"], 1),
                       (["--older", "1h"], 2), (["--newer", "1h"], 2), (["--route", "r9", "--reason", "500"], 1), ([], 4)]:
        assert len(lines(bench.nw.cli("dead", "list", *options, *conf(bench)))) == n, options
    p = bench.nw.cli("dead", "drop", "--all", "--channel", "pager", *conf(bench))
    assert "dropped 2 letters" in p.stderr and r.xlen(P + "dead") == 2
    w.stop()


def test_more_letters_than_a_page_are_all_dropped(bench):
    r = bench.redis.client()
    pipe = r.pipeline()
    for i in range(2100):
        pipe.xadd(P + "dead", {"kind": "hit", "id": "", "reason": "no hit", "attempts": 3, "made": 0, "dead": 1})
    pipe.execute()
    assert len(lines(bench.nw.cli("dead", "list", *conf(bench)))) == 2100
    assert "dropped 2100 letters" in bench.nw.cli("dead", "drop", "--all", *conf(bench)).stderr
    assert r.xlen(P + "dead") == 0


def test_mistakes_on_the_command_line_change_nothing(bench):
    w = bury(bench, 1)
    for argv, says in [(["retry"], "--all"), (["bury"], "list, show"), (["show"], "which letter"),
                       (["drop", "1-1", "--all"], "either"), (["list", "--older", "soon"], "age"), ([], "missing")]:
        p = bench.nw.cli("dead", *argv, *conf(bench), check=False)
        assert p.returncode == 64 and says in p.stderr, argv
    p = bench.nw.cli("dead", "drop", "5-5", *conf(bench), check=False)
    assert p.returncode == 65 and "there is no letter 5-5" in p.stderr
    assert bench.redis.client().xlen(P + "dead") == 1
    bench.redis.kill()
    p = bench.nw.cli("dead", "list", *conf(bench), check=False)
    assert p.returncode == 69 and "Redis at" in p.stderr
    w.kill()


# -- tail ------------------------------------------------------------------------

def alert(bench, h):
    """As publish.lua: to the stream, and to subscribers."""
    r = bench.redis.client()
    i = r.xadd(P + "hits", {"id": h["id"], "json": json.dumps(h), "producer": "p", "seq": 1})
    text = '{"stream_id":"' + i + '",' + json.dumps(h)[1:]
    for channel in ["alerts"] + ["alerts:" + e["id"] for e in h["entities"]]:
        r.publish(P + channel, text)
    return i


def tail(bench, *options):
    p = bench.nw.process("tail", [BUILD / "newswatch", "tail", *options, *conf(bench)]).start()
    return p


def printed(p):
    return [json.loads(x) for x in p.out.read_text().splitlines()]


def subscribed(bench, channel="alerts", n=1):
    wait_for("the subscription", lambda: bench.redis.client().pubsub_numsub(P + channel)[0][1] == n)


def test_tail_prints_hits_live_and_only_new_ones(bench):
    alert(bench, hit(1))
    p = tail(bench)
    subscribed(bench)
    wait_for("its other connection", lambda: bench.redis.client().info("commandstats").get("cmdstat_xrevrange"))
    i = alert(bench, hit(2))
    line, = wait_for("the hit", lambda: printed(p))
    assert line == {"stream_id": i, **hit(2)} and list(line)[0] == "stream_id"
    p.signal(signal.SIGTERM)
    p.wait()


def test_tail_begins_in_the_past_and_ends_after_a_number(bench):
    ids = [alert(bench, hit(n)) for n in (1, 2, 3)]
    for start, first in [("0", 0), (ids[0], 1), ("1h", 0), ("2020-01-01T00:00:00Z", 0)]:
        p = bench.nw.cli("tail", "--from", start, "-n", 3 - first, *conf(bench))
        assert [x["stream_id"] for x in lines(p)] == ids[first:], start
    assert bench.nw.cli("tail", "--from", "yesterday", *conf(bench), check=False).returncode == 64


def test_tail_repairs_from_the_stream_what_was_missed_while_it_was_cut_off(bench):
    p = tail(bench, "--from", "0")
    alert(bench, hit(1))
    wait_for("the first", lambda: len(printed(p)) == 1)
    bench.redis.kill()
    p.wait_log("trying again")
    bench.redis.start()
    for n in range(2, 10):  # of the first ones nobody is told
        alert(bench, hit(n))
    wait_for("all", lambda: len(printed(p)) == 9)
    assert [x["item"]["title"] for x in printed(p)] == [f"News {n}" for n in range(1, 10)]
    p.wait_log("connected again")
    p.kill()


def test_tail_does_not_repeat_what_refills_a_lost_stream(bench):
    p = tail(bench, "--from", "0")
    for n in (1, 2):
        alert(bench, hit(n))
    wait_for("both", lambda: len(printed(p)) == 2)
    r = bench.redis.client()
    r.flushall()
    r.xadd(P + "hits", {"id": hit(1)["id"], "json": json.dumps(hit(1)), "producer": "p", "seq": 1, "told": 1})
    r.xadd(P + "hits", {"id": hit(2)["id"], "json": json.dumps(hit(2)), "producer": "p", "seq": 2})
    r.client_kill_filter(_type="pubsub")
    subscribed(bench)
    alert(bench, hit(3))
    wait_for("the new one", lambda: len(printed(p)) >= 3)
    assert [x["item"]["title"] for x in printed(p)] == ["News 1", "News 2", "News 3"]
    p.kill()


def test_tail_shows_the_wanted_entities_once_each(bench):
    other = hit(1)
    other["entities"] = [dict(other["entities"][0], id="other", name="Other")]
    alert(bench, other)
    wanted = [e["id"] for e in hit(2)["entities"]]
    p = tail(bench, "--from", "0", *[x for e in wanted for x in ("-e", e)])
    subscribed(bench, "alerts:" + wanted[0])
    alert(bench, other | {"id": "f" * 32})
    alert(bench, hit(2))
    wait_for("the wanted", lambda: printed(p))
    alert(bench, hit(3))
    wait_for("the next", lambda: len(printed(p)) == 2)
    assert [x["item"]["title"] for x in printed(p)] == ["News 2", "News 3"]
    p.kill()


def test_tail_on_a_terminal_prints_lines_for_people(bench):
    alert(bench, hit(1))
    text = on_terminal("tail", "--from", "0", "-n", "1", *conf(bench))
    assert "News 1" in text and "{" not in text


# -- status ----------------------------------------------------------------------

def test_status_without_a_daemon_shows_queue_channels_and_workers(bench):
    w = bury(bench, 1)
    bench.sink.answer = lambda request: (503, {"Retry-After": "60"})
    bench.publish(hit(2))
    r = bench.redis.client()
    wait_for("a failed try", lambda: bench.nw.cli("dead", "list", *conf(bench)).stdout and len(bench.ids()) == 2)
    wait_for("a heartbeat", lambda: any(r.hget(k, "later") == "1" for k in r.keys(P + "worker:*")), 30)
    s, = lines(bench.nw.cli("status", "--redis", bench.redis.url, *conf(bench)))
    assert s["entries"] == 2 and s["dead"] == 1 and s["unread"] == 0
    desk, = s["channels"]
    assert desk["name"] == "desk" and desk["deliveries"] == 1 and desk["groups"] == 0
    text = on_terminal("status", "--queue", *conf(bench))
    assert "; 1 dead letter\r\n" in text and re.search(r"0 groups wait, 1 delivery under way\b", text)
    worker, = s["workers"]
    assert worker["alive"] and worker["sent"] == 0 and worker["later"] == 1 and worker["state"] == "running"
    w.stop()
    bench.publish(hit(3))
    time.sleep(0.002)  # it must be some time behind
    s, = lines(bench.nw.cli("status", "--queue", *conf(bench)))
    assert s["unread"] == 1 and s["behind_ms"] > 0 and s["workers"] == []


# -- nobody there ----------------------------------------------------------------

def test_the_daemon_bounds_a_stream_that_nobody_takes_in(nw, redis_server):
    r = redis_server.client()
    nw.write("newswatch.yaml", f'state_dir: {nw.state}\nredis: {{url: "{redis_server.url}"}}\n')
    pipe = r.pipeline()
    for n in range(500):
        pipe.xadd(P + "hits", {"id": "0" * 32, "json": "{}"}, id=f"1000-{n + 1}")
    pipe.xadd(P + "hits", {"id": "1" * 32, "json": "{}"})
    pipe.execute()
    d = nw.daemon().start()
    wait_for("the old ones to go", lambda: r.xlen(P + "hits") <= 101)
    assert r.xrevrange(P + "hits", count=1)[0][1]["id"] == "1" * 32
    d.stop()


def test_status_and_metrics_say_how_long_hits_wait_for_a_worker(nw, nginx, redis_server, sink):
    storm = Storm(nw, nginx, redis_server, sink)
    storm.publish(3)
    storm.daemon.start()
    wait_for("three hits", lambda: nw.status()["queue"]["unconfirmed"] == 3)
    wait_for("a second", lambda: nw.status()["queue"]["oldest_unconfirmed_s"] >= 1)
    storm.worker.start()
    wait_for("the end", lambda: nw.status()["queue"]["unconfirmed"] == 0)
    assert nw.status()["queue"]["oldest_unconfirmed_s"] == 0


def test_status_and_metrics_count_batches_and_transactions(nw, nginx, redis_server, sink):
    storm = Storm(nw, nginx, redis_server, sink)
    storm.publish(30)
    storm.daemon.start()
    wait_for("thirty hits", lambda: nw.status()["queue"]["published"] == 30)
    queue = nw.status()["queue"]
    assert queue["transactions"] >= 1 and queue["transactions_aborted"] == 0
    text = on_terminal("status", "-c", nw.etc / "newswatch.yaml")
    assert re.search(rf"\b{queue['batches']} batch(es)?, {queue['transactions']} by transaction, 0 transactions aborted", text)
    m = metrics(nw)
    assert m["newswatch_batches_total"] == queue["batches"]
    assert m["newswatch_transactions_total"] == queue["transactions"]
    assert m["newswatch_transactions_aborted_total"] == 0


def test_a_server_that_is_named_needs_no_configuration(bench):
    alert(bench, hit(1))
    told = lines(bench.nw.cli("tail", "--redis", bench.redis.url, "--from", "0", "-n", "1"))
    assert [h["id"] for h in told] == [hit(1)["id"]]
    assert lines(bench.nw.cli("dead", "list", "--redis", bench.redis.url)) == []
