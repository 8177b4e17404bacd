"""Routes at work: what is told when, what is not, and how that is shown. The
worker is real, the test is the daemon, and receivers are a sink.
"""
import datetime
import json
import pathlib
import re
import signal
import time

import pytest
from conftest import SRC, wait_for

P = "newswatch:"
SAMPLES = [json.loads(line) for line in (SRC / "etc/samples/hits.jsonl").read_text().splitlines()]
CHANNELS = """
channels:
  desk: {{type: webhook, url: "{url}", retry_min: 50ms, retry_max: 100ms}}
  pager: {{type: webhook, url: "{url}", retry_min: 50ms, retry_max: 100ms}}
  audit: {{type: file, path: audit.jsonl}}
"""


def hit(sample, n):
    """A sample under another id."""
    h = json.loads(json.dumps(SAMPLES[sample]))
    h["id"], h["item"]["id"] = f"{n:032x}", f"{n + 1000:032x}"
    return h


class Desk:
    """Redis, a sink and one worker."""

    def __init__(self, nw, redis_server, sink):
        self.nw, self.redis, self.sink = nw, redis_server, sink
        self.published = 0

    def configure(self, routes):
        self.file = self.nw.write("newswatch.yaml", f"""
state_dir: {self.nw.state}
redis: {{url: "{self.redis.url}"}}
{CHANNELS.format(url=self.sink.url)}
{routes}
""")

    def start(self, routes):
        self.configure(routes)
        self.worker = self.nw.worker().start()

    def publish(self, h):
        self.published += 1
        self.redis.client().xadd(P + "hits", {"id": h["id"], "json": json.dumps(h), "producer": "p",
                                              "seq": self.published})

    def outcomes(self):
        return [f["outcome"] for _, f in self.redis.client().xrange(P + "done:p")]

    def wait_outcomes(self, *expected):
        wait_for(f"outcomes {expected}", lambda: len(self.outcomes()) >= len(expected))
        assert self.outcomes() == list(expected)

    def messages(self):
        """(channel, titles) of each message, in the order in which they came."""
        with self.sink.lock:
            return [(r["json"]["data"]["channel"], [h["item"]["title"] for h in r["json"]["data"]["hits"]])
                    for r in self.sink.got]

    def cli(self, *args, **kw):
        return self.nw.cli(*args, "-c", self.file, "--json", **kw)

    def lines(self, *args):
        return [json.loads(line) for line in self.cli(*args).stdout.splitlines()]


@pytest.fixture
def desk(nw, redis_server, sink):
    return Desk(nw, redis_server, sink)


ALL = "routes: [{name: all, to: [desk], alert: item}]"


# -- route test ---------------------------------------------------------------
RULES = """
state_dir: state
channels: {desk: {type: stdout}, pager: {type: stdout}, audit: {type: stdout}}
routes:
  - name: urgent
    when: {events: [mna, executive], relevance: ">=80", novelty: ">=60"}
    to: [desk]
    escalate: {after: 15m, to: [pager]}
    continue: true
  - name: desk
    when: {watchlists: [ai], relevance: ">=60"}
    to: [desk]
    group: {by: story, wait: 30s, interval: 15m}
    quiet: {from: "22:00", to: "07:00", zone: Europe/Berlin}
    continue: true
  - {name: audit, to: [audit], alert: item, always: true}
inhibit:
  - {name: explained, source: {events: [mna]}, target: {events: [market_move]}}
"""


def route_test(nw, *args, rules=RULES, stdin=None):
    file = nw.write("rules.yaml", rules)
    return [json.loads(line)
            for line in nw.cli("route", "test", "-c", file, "--json", *args, stdin=stdin).stdout.splitlines()]


def fates(report):
    return {r["route"]: (r["verdict"], [t["state"] for t in r.get("to", [])]) for r in report["routes"]}


def test_five_samples_are_explained_route_by_route(nw):
    got = route_test(nw)
    assert [fates(r) for r in got] == [
        {"urgent": ("takes", ["told"]), "desk": ("takes", ["told"]), "audit": ("takes", ["told"])},
        {"urgent": ("passes", []), "desk": ("takes", ["inhibited"]), "audit": ("takes", ["told"])},
        {"urgent": ("passes", []), "desk": ("takes", ["held"]), "audit": ("takes", ["told"])},
        {"urgent": ("passes", ["not told"]), "desk": ("takes", ["told"]), "audit": ("takes", ["told"])},
        {"urgent": ("passes", []), "desk": ("passes", []), "audit": ("takes", ["told"])},
    ]
    urgent, desk, _ = got[0]["routes"]
    assert urgent["conditions"] == [
        {"key": "novelty", "of": None, "have": "100", "want": ">= 60", "holds": True},
        {"key": "relevance", "of": "Meta", "have": "97", "want": ">= 80", "holds": True},
        {"key": "event", "of": None, "have": "mna", "want": "mna or executive", "holds": True}]
    assert desk["to"] == [{"channel": "desk", "state": "told", "when": "2026-03-03T14:00:32Z",
                           "why": "after waiting 30s"}]
    assert desk["group"] == "story" and desk["group_key"] == SAMPLES[0]["story"]["id"]
    # The night in which clocks go forward ends at 07:00 of summer time.
    assert got[2]["routes"][1]["to"][0]["when"] == "2026-03-29T05:00:00Z"
    # What a hit does not carry does not hold.
    assert got[4]["routes"][0]["conditions"][0] == {"key": "novelty", "of": None, "have": None, "want": ">= 60",
                                                    "holds": False}


def test_at_moves_the_clock_through_a_change(nw):
    for at, when in (("2026-10-25T00:30:00Z", "2026-10-25T06:00:00Z"), ("2026-10-25T05:59:00Z", "2026-10-25T06:00:00Z"),
                     ("2026-03-29T04:59:00Z", "2026-03-29T05:00:00Z")):
        report, *_ = route_test(nw, "--at", at)
        assert report["routes"][1]["to"][0]["when"] == when, at


def times(nw, route, *at):
    """What becomes of one hit after the other, so many seconds after noon: (state, seconds after noon, why)."""
    noon = datetime.datetime(2026, 3, 3, 12, tzinfo=datetime.timezone.utc)
    hits = [dict(SAMPLES[0], id=f"{n:032x}", detected=(noon + datetime.timedelta(seconds=s)).isoformat().replace("+00:00", "Z"))
            for n, s in enumerate(at)]
    got = route_test(nw, "-", stdin="".join(json.dumps(h) + "\n" for h in hits), rules=f"""
state_dir: state
channels: {{desk: {{type: stdout}}}}
routes: [{{to: [desk], alert: item, {route}}}]
""")
    fate = [r["routes"][0]["to"][0] for r in got]
    return [(f["state"], (datetime.datetime.fromisoformat(f["when"].replace("Z", "+00:00")) - noon).total_seconds(), f["why"])
            for f in fate]


def test_beyond_the_cap_hits_are_held_for_one_message(nw):
    beyond = "beyond the cap of 2 in 1h; in one message with all else"
    assert times(nw, "cap: {messages: 2, per: 1h}", 0, 60, 120, 180, 3660) == [
        ("told", 0, "at once"), ("told", 60, "at once"), ("held", 3600, beyond), ("held", 3600, beyond),
        ("told", 3660, "at once")]


def test_a_group_collects_and_then_leaves_its_interval(nw):
    assert times(nw, "group: {by: story, wait: 30s, interval: 15m}", 0, 10, 120, 130, 2000) == [
        ("told", 30, "after waiting 30s"), ("told", 30, "in one message with what came before"),
        ("told", 930, "15m after its group's last message"), ("told", 930, "in one message with what came before"),
        ("told", 2030, "after waiting 30s")]


def test_what_quiet_hours_hold_counts_as_one_message_of_the_cap(nw):
    quiet = 'quiet: {from: "12:00", to: "13:00", zone: UTC}, cap: {messages: 1, per: 2h}'
    assert [t[:2] for t in times(nw, quiet, -60, 0, 600, 7150)] == [
        ("told", -60), ("held", 7140), ("held", 7140), ("held", 14340)]


def test_hits_come_from_files_and_bad_lines_cost_themselves_only(nw):
    file = nw.write("rules.yaml", RULES)
    hits = nw.write("hits.jsonl", json.dumps(SAMPLES[0]) + "\nno hit\n\n" + json.dumps(SAMPLES[4]) + "\n")
    p = nw.cli("route", "test", "-c", file, "--json", hits, check=False)
    assert p.returncode == 65 and len(p.stdout.splitlines()) == 2
    assert "hits.jsonl:2:" in p.stderr
    p = nw.cli("route", "test", "-c", file, "--json", "-", stdin=json.dumps(SAMPLES[1]) + "\n")
    assert json.loads(p.stdout)["title"] == "Meta shares fall 6%"


@pytest.mark.parametrize("more, code", [(0, 0), (1, 65)])
def test_a_line_of_a_mebibyte_is_a_hit_and_a_longer_one_is_not(nw, more, code):
    hits = nw.write("hits.jsonl", json.dumps(SAMPLES[0]).ljust((1 << 20) + more) + "\n")
    p = nw.cli("route", "test", "-c", nw.write("rules.yaml", RULES), "--json", hits, check=False)
    assert (p.returncode, len(p.stdout.splitlines())) == (code, 1 - more)
    assert ("hits.jsonl:1: larger than a hit may be" in p.stderr) == bool(more)


@pytest.mark.parametrize("args, code, words", [
    (["try"], 64, "route test"), (["test", "--at", "noon"], 64, "--at"), (["test", "--live"], 78, "redis.url"),
    (["test", "nothere.jsonl"], 66, "nothere.jsonl")])
def test_mistakes_on_the_command_line_are_told(nw, args, code, words):
    p = nw.cli("route", *args, "-c", nw.write("rules.yaml", RULES), check=False)
    assert p.returncode == code and words in p.stderr


def test_routes_that_are_wrong_are_told_with_their_places_all_at_once(nw):
    file = nw.write("bad.yaml", """
channels: {desk: {type: stdout}}
routes:
  - {to: [desc], escalate: {after: 1m, to: [pagr]}}
  - {to: [desk], quiet: {from: "22:00", to: "07:00", zone: Europe/Berlijn}}
inhibit:
  - {name: x, source: {kinds: [firm]}, target: {events: [mna]}}
  - {name: x, source: {}, target: {events: [mna]}}
""")
    p = nw.cli("check", "-c", file, check=False)
    assert p.returncode == 78
    assert ":5:60: error: routes[].quiet.zone: there is no time zone 'Europe/Berlijn'; did you mean 'Europe/Berlin'?" \
        in p.stderr, p.stderr
    for words in (":4:11: error: there is no channel 'desc'; did you mean 'desk'?",
                  ":4:45: error: there is no channel 'pagr'", ":7:32: error: there is no kind 'firm'",
                  ":8:5: error: rule 'x': 'source' and 'target' must ask for something",
                  ":8:5: error: there are two rules 'x'"):
        assert words in p.stderr, p.stderr


def test_what_follows_from_a_mistake_is_not_told_as_another(nw):
    file = nw.write("bad.yaml", "channels: {desk: {typ: stdout}}\nroutes:\n  - {when: {entities: [Meta]}}\n")
    p = nw.cli("check", "-c", file, check=False)
    errors = [line for line in p.stderr.splitlines() if ": error: " in line]
    assert [e.split(": error: ")[1] for e in errors] == ["channels.desk: 'type' is missing", "'to' is missing"]


# -- at work ------------------------------------------------------------------
def test_silences_mute_are_counted_and_end(desk):
    desk.start(ALL)
    silence, = desk.lines("silence", "add", "--for", "1h", "--author", "ana", "--comment", "earnings day",
                          "entities=meta", "events=market_move", "relevance>=50")
    desk.publish(hit(1, 1))  # Meta's shares
    desk.publish(hit(0, 2))  # Meta's purchase
    desk.wait_outcomes("silenced", "delivered")
    assert desk.messages() == [("desk", [SAMPLES[0]["item"]["title"]])]
    listed, = desk.lines("silence", "list")
    assert listed["muted"] == 1 and listed["author"] == "ana" and listed["comment"] == "earnings day"
    assert listed["matchers"] == ["entities=meta", "events=market_move", "relevance>=50"] and listed["active"]
    desk.cli("silence", "expire", silence["id"])
    desk.publish(hit(1, 3))
    desk.wait_outcomes("silenced", "delivered", "delivered")
    assert desk.lines("silence", "list") == []
    ended, = desk.lines("silence", "list", "--all")
    assert not ended["active"] and ended["muted"] == 1


def test_a_silence_of_what_is_not_configured_is_refused(desk):
    desk.configure(ALL)
    assert desk.cli("silence", "add", "--for", "1h", "entities=Metaa").stderr == "", "there is no watchlist to judge by"
    desk.configure(f"{ALL}\nentities: [{{name: Meta}}, {{name: Nvidia}}]")
    p = desk.cli("silence", "add", "--for", "1h", "entities=Metaa", "entities=nvidia", "channels=dsk", "events=mna",
                 check=False)
    assert p.returncode == 64 and p.stderr.splitlines() == [
        "newswatch silence: no watchlist has an entity with the name or id 'Metaa'; did you mean 'Meta'?",
        "newswatch silence: there is no channel 'dsk'; did you mean 'desk'?"]
    desk.cli("silence", "add", "--for", "1h", "entities=nvidia", "channels=desk", "events=mna")
    assert len(desk.lines("silence", "list")) == 2


def test_a_silence_is_made_unchecked_where_no_configuration_can_judge(desk):
    desk.configure(f"{ALL}\nentities: [{{name: Meta, nmae: x}}]")
    p = desk.cli("silence", "add", "--for", "1h", "entities=Metaa")
    assert "warning: its names are not checked, the configuration has mistakes" in p.stderr
    p = desk.nw.cli("silence", "add", "--for", "1h", "channels=elsewhere", "-c", "/dev/null", "--redis", desk.redis.url)
    assert p.stderr == "" and len(desk.lines("silence", "list")) == 2


def test_a_silence_ends_by_itself_and_may_be_for_one_channel(desk):
    desk.start("routes: [{name: all, to: [desk, pager], alert: item}]")
    desk.lines("silence", "add", "--for", "1h", "--all", "--comment", "x")
    desk.publish(hit(0, 1))
    desk.wait_outcomes("silenced")
    for s in desk.lines("silence", "list"):
        desk.cli("silence", "expire", s["id"])
    desk.lines("silence", "add", "--for", "2s", "channels=pager")
    began = time.time()
    desk.publish(hit(0, 2))
    desk.wait_outcomes("silenced", "delivered")
    assert [c for c, _ in desk.messages()] == ["desk"]
    wait_for("the silence to end", lambda: time.time() > began + 2.1, patience=5)
    desk.publish(hit(0, 3))
    desk.wait_outcomes("silenced", "delivered", "delivered")
    assert sorted(c for c, _ in desk.messages()) == ["desk", "desk", "pager"]


@pytest.mark.parametrize("args, words", [
    ([], "how long"), (["--for", "x", "entities=a"], "--for"), (["--for", "1h"], "name what"),
    (["--for", "1h", "entity=a"], "did you mean 'entities'?"), (["--for", "1h", "relevance=high"], "relevance"),
    (["--for", "1h", "kinds=firm"], "no kind 'firm'"), (["--until", "2001-01-01", "kinds=company"], "over"),
    (["--for", "1h", "--until", "2099-01-01", "kinds=company"], "how long"), (["--for", "1h", "meta"], "KEY=VALUE")])
def test_a_silence_that_is_wrong_is_told(desk, args, words):
    desk.configure(ALL)
    p = desk.cli("silence", "add", *args, check=False)
    assert p.returncode == 64 and words in p.stderr, p.stderr


def test_unknown_silences_and_alerts_are_told(desk):
    desk.configure(ALL)
    p = desk.cli("silence", "expire", "00000000", check=False)
    assert p.returncode == 66 and "no silence 00000000" in p.stderr
    assert desk.cli("silence", "expire", "*", check=False).returncode == 64
    assert desk.cli("ack", "meta", check=False).returncode == 64
    assert desk.lines("ack", "0" * 32) == [{"alert": "0" * 32, "stopped": 0}]


def test_what_explains_a_hit_mutes_it_but_not_in_the_archive(desk):
    desk.start("""
routes:
  - {name: audit, to: [audit], alert: item, always: true, continue: true}
  - {name: all, to: [desk], alert: item}
inhibit:
  - {source: {events: [mna]}, target: {events: [market_move]}, equal: [entity], window: 2h}
""")
    desk.publish(hit(0, 1))
    desk.wait_outcomes("delivered")
    desk.publish(hit(1, 2))
    desk.wait_outcomes("delivered", "delivered")  # to the archive
    other = hit(1, 3)
    other["entities"][0].update(id="apple", name="Apple", mentions=[])
    other["events"][0]["entity"] = "Apple"
    desk.publish(other)
    desk.wait_outcomes("delivered", "delivered", "delivered")
    assert len(desk.messages()) == 2
    assert desk.redis.client().hgetall(P + "muted") == {"inhibit:inhibit-1": "1"}
    assert len(pathlib.Path(desk.nw.etc, "audit.jsonl").read_text().splitlines()) == 3


def test_what_is_not_acknowledged_goes_to_the_pager(desk):
    desk.start("routes: [{name: all, to: [desk], escalate: {after: 1s, to: [pager]}}]")
    desk.publish(hit(0, 1))
    wait_for("the pager", lambda: len(desk.messages()) == 2)
    title = SAMPLES[0]["item"]["title"]
    assert desk.messages() == [("desk", [title]), ("pager", [title])]
    desk.configure("routes: [{name: all, to: [desk], escalate: {after: 1h, to: [pager]}}]")
    desk.worker.signal(signal.SIGHUP)
    wait_for("the reload", lambda: "reloaded" in desk.worker.log())
    desk.publish(hit(2, 2))
    desk.wait_outcomes("delivered", "delivered")
    assert desk.lines("ack", SAMPLES[2]["story"]["id"], "--author", "ana") == [
        {"alert": SAMPLES[2]["story"]["id"], "stopped": 1}]
    note = json.loads(desk.redis.client().get(P + "ack:" + SAMPLES[2]["story"]["id"]))
    assert note["author"] == "ana"
    assert desk.redis.client().keys(P + "group:*") == []


def test_a_night_is_told_in_one_message_though_the_worker_was_killed(desk):
    """The zone in which it is quiet just now: the test moves the night's end, not the clock."""
    hour = time.gmtime().tm_hour
    quiet = f'quiet: {{from: "{(hour - 2) % 24:02}:00", to: "{(hour + 2) % 24:02}:00", zone: UTC}}'
    desk.start(f"routes: [{{name: all, to: [desk], {quiet}}}]")
    for n, sample in enumerate((0, 1, 2), 1):
        desk.publish(hit(sample, n))
        wait_for("it to be held", lambda n=n: desk.redis.client().llen(P + "group:all:desk:!digest") == n)
        desk.worker.kill()
        desk.worker.start()
    assert desk.messages() == []
    desk.worker.kill()
    desk.configure("routes: [{name: all, to: [desk]}]")
    desk.redis.client().zadd(P + "due:desk", {"all:!digest": 0})
    desk.worker.start()
    desk.wait_outcomes("delivered", "delivered", "delivered")
    assert desk.messages() == [("desk", [SAMPLES[n]["item"]["title"] for n in (0, 1, 2)])]


def test_who_was_told_a_rumour_is_told_its_denial(desk):
    desk.start("""
routes:
  - {name: rumours, when: {statuses: [rumour]}, to: [desk]}
  - {name: denials, when: {statuses: [denied]}, to: [pager]}
""")
    desk.publish(hit(2, 1))
    desk.wait_outcomes("delivered")
    desk.publish(hit(3, 2))
    desk.wait_outcomes("delivered", "delivered")
    assert sorted(c for c, _ in desk.messages()) == ["desk", "desk", "pager"]


def test_live_asks_what_holds_now(desk):
    desk.start("""
routes: [{name: all, to: [desk]}]
inhibit: [{source: {events: [mna]}, target: {events: [market_move]}}]
""")
    desk.publish(hit(0, 1))
    desk.wait_outcomes("delivered")
    got = desk.lines("route", "test", "--live")
    assert [r["routes"][0]["to"][0]["state"] for r in got] == ["echo", "inhibited", "told", "told", "told"]
    desk.lines("silence", "add", "--for", "1h", "languages=en-GB")
    got = desk.lines("route", "test", "--live")
    assert [r["routes"][0]["to"][0]["state"] for r in got] == ["echo", "inhibited", "told", "told", "silenced"]


def test_live_counts_the_messages_of_before(desk):
    desk.start("routes: [{name: all, to: [desk], alert: item, group: {by: story, interval: 1h}, cap: {messages: 2, per: 1d}}]")
    desk.publish(hit(0, 1))
    desk.wait_outcomes("delivered")
    fate = [r["routes"][0]["to"][0] for r in desk.lines("route", "test", "--live")]
    assert [f["state"] for f in fate] == ["told", "told", "held", "held", "held"]
    assert fate[0]["why"] == "1h after its group's last message" and "cap of 2 in 1d" in fate[2]["why"]


# -- receivers ----------------------------------------------------------------
def test_a_host_that_fails_is_left_alone_and_shown_and_what_waits_is_told(desk):
    desk.sink.answer = lambda request: 500
    desk.start(ALL)
    for n in range(1, 4):
        desk.publish(hit(0, n))
    host = desk.sink.url.split("/")[2]
    status = wait_for("the breaker to open", lambda: [
        h for h in desk.lines("status", "--queue")[0]["failing_hosts"] if h["open_ms"] > 0])
    assert status[0]["host"] == host and status[0]["failures"] >= 5 and "500" in status[0]["why"]
    breaker = P + "breaker:" + host
    assert desk.redis.client().hget(breaker, "until")
    tries = len(desk.sink.got)
    desk.sink.answer = lambda request: 204
    # As when its time is up, if it is not by now.
    desk.redis.client().eval("if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[1], 'until', 1) end", 1, breaker)
    desk.wait_outcomes("delivered", "delivered", "delivered")
    assert desk.lines("status", "--queue")[0]["failing_hosts"] == []
    assert len(desk.sink.got) - tries <= 4


def test_two_workers_keep_to_one_rate(desk):
    desk.configure(ALL)
    text = desk.file.read_text().replace("desk: {type: webhook", "desk: {type: webhook, rate: 5/s, burst: 1", 1)
    desk.nw.write("newswatch.yaml", text)
    workers = [desk.nw.worker(name).start() for name in ("w1", "w2")]
    for n in range(1, 9):
        desk.publish(hit(0, n))
    desk.wait_outcomes(*["delivered"] * 8)
    times = [r["time"] for r in desk.sink.got]
    assert max(times) - min(times) >= 1  # 1.4, less what the first was slow
    for w in workers:
        w.stop()


def test_the_shipped_examples_are_good_when_they_are_switched_on(nw):
    lines = (SRC / "etc/routes.d/examples.yaml").read_text().splitlines()
    # A line of text has one blank behind its mark, a setting has none, or is indented by more.
    start = lines.index("#channels:")
    text = "\n".join(line[1:] if n >= start and not re.match(r"# \S", line) else line for n, line in enumerate(lines))
    for name in set(re.findall(r"/etc/newswatch/secrets/([\w-]+)", text)):
        secret = "https://example.com/x\n" if "url" in name else "whsec_" + "A" * 43 + "=\n"
        nw.write(f"secrets/{name}", secret).chmod(0o600)
    text = text.replace("/etc/newswatch/secrets", str(nw.etc / "secrets"))
    text = text.replace("/usr/local/bin/page-somebody", "/bin/true").replace("/var/log/newswatch", str(nw.etc))
    nw.write("routes.yaml", text)
    nw.write("ai.yaml", (SRC / "etc/watchlists.d/ai.yaml").read_text())
    file = nw.write("n.yaml", "include: [routes.yaml, ai.yaml]\nfeeds: [https://example.com/feed]\n")
    p = nw.cli("check", "-c", file, "--json", check=False)
    assert p.returncode == 0, p.stderr
    assert json.loads(p.stdout)["routes"] == 4 and json.loads(p.stdout)["channels"] == 5
