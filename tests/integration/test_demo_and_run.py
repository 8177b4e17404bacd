"""What a newcomer does first: the demo, and the embedded default."""
import json
import os
import pty
import re
import signal
import subprocess
import time

import redis
from conftest import BUILD, WATCHLIST, rss, wait_for

NEWSWATCH = str(BUILD / "newswatch")
TRAPS = ("meta-analysis", "metadata", "Alexander Wang", "table-tennis", "getting meta", "Lisbon")


def test_the_demo_tells_a_story_once_and_its_confirmation_and_falls_for_no_trap():
    start = time.monotonic()
    p = subprocess.Popen([NEWSWATCH, "demo"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    line = p.stdout.readline()
    took = time.monotonic() - start
    rest, err = p.communicate(timeout=60)
    assert p.returncode == 0, err
    assert took < 3 * float(os.environ.get("NW_TEST_SLOWNESS", "1")), f"the first alert took {took:.1f} s"
    first, last = [json.loads(line) for line in (line + rest).splitlines()]
    assert not any(trap in h["item"]["title"] for h in (first, last) for trap in TRAPS)
    assert {e["id"] for h in (first, last) for e in h["entities"]} == {"meta", "alexandr-wang"}
    assert "open_source" in {e["type"] for e in first["events"] if e["entity"] == "Meta"}, first["events"]
    assert first["kind"] == "hit" and first["feed"]["publisher"] == "Harbor Ledger"
    story = first["story"]
    assert story["novelty"] == 100 and story["key_company"] == "Meta"
    assert (story["primary"]["name"], story["primary"]["class"]) == ("Harbor Ledger", "anonymous")
    assert last["kind"] == "update" and "status" in last["changed"]
    assert last["story"]["id"] == story["id"]
    assert last["story"]["status"] == "confirmed"
    assert last["story"]["articles"] == last["story"]["publishers"] == 9, "eight outlets and the company"
    assert last["story"]["primary"]["class"] == "company"


def test_in_the_demo_seven_rewrites_add_no_confirmation_and_the_odd_figure_is_a_conflict(tmp_path):
    """As anybody sees who looks at the stream, where the echoes are, too."""
    p = subprocess.Popen([NEWSWATCH, "demo", "--stay"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                         env=dict(os.environ, TMPDIR=str(tmp_path)))
    try:
        wait_for("the demo's server", lambda: list(tmp_path.glob("*/redis.sock")))
        r = redis.Redis(unix_socket_path=str(next(tmp_path.glob("*/redis.sock"))), decode_responses=True)
        wait_for("nine hits", lambda: r.ping() and r.xlen("newswatch:hits") == 9)
        hits = [json.loads(f["json"]) for _, f in r.xrange("newswatch:hits")]
    finally:
        p.send_signal(signal.SIGINT)
        p.wait(timeout=30)
    assert len({h["story"]["id"] for h in hits}) == 1
    outlets, company = hits[:8], hits[8]
    assert company["feed"]["publisher"] == "Meta Newsroom"
    for h in outlets:
        assert h["kind"] == "hit"
        assert h["story"]["primary"]["name"] == "Harbor Ledger", h["feed"]["publisher"]
        assert h["story"]["primary"]["class"] == "anonymous", h["feed"]["publisher"]
        assert h["story"]["independent"] == 0, h["feed"]["publisher"]
    novelty = [h["story"]["novelty"] for h in outlets]
    assert novelty[0] == 100 and max(novelty[1:]) < 50, novelty
    conflicts = outlets[-1]["story"]["conflicts"]
    assert len(conflicts) == 1 and "$900 million: Wirral Courier" in conflicts[0], conflicts
    assert "$600 million" in conflicts[0]


def test_the_demo_ends_quietly_when_its_reader_goes():
    p = subprocess.run(f"{NEWSWATCH} demo | head -1", shell=True, capture_output=True, text=True, timeout=60)
    assert len(p.stdout.splitlines()) == 1
    assert p.stderr == ""


def test_the_demo_leaves_nothing_behind(tmp_path):
    subprocess.run([NEWSWATCH, "demo"], capture_output=True, timeout=60, check=True, env=dict(os.environ, TMPDIR=str(tmp_path)))
    assert not list(tmp_path.iterdir())


def configure(nw, nginx, extra=""):
    nw.write("newswatch.yaml", f"""
feeds: [{{url: "{nginx.url("feed.xml")}", interval: 1s, backfill: 10000d}}]
include: [ai.yaml]
fetch: {{min_interval: 1s, host_gap: 0s, allow_private: [127.0.0.0/8]}}
http: {{listen: ""}}
{extra}
""")
    nw.write("ai.yaml", WATCHLIST)


def run(nw):
    return nw.process("run", [NEWSWATCH, "run", "-c", nw.etc / "newswatch.yaml", "--state-dir", nw.state])


def out_titles(p):
    return [json.loads(line)["item"]["title"] for line in p.out.read_text().splitlines()] if p.out.exists() else []


def test_run_needs_nothing_keeps_everything_and_stops_cleanly(nw, nginx):
    nginx.put("feed.xml", rss([{"title": "Meta opens", "guid": "1", "pubDate": "Sun, 01 Mar 2026 12:00:00 GMT"}]))
    configure(nw, nginx)
    p = run(nw).start()
    wait_for("the first alert", lambda: out_titles(p) == ["Meta opens"])
    private = redis.Redis(unix_socket_path=str(nw.state / "redis.sock"), decode_responses=True)
    assert private.config_get("appendonly")["appendonly"] == "yes"
    assert private.config_get("appendfsync")["appendfsync"] == "always"
    assert private.xlen("newswatch:hits") == 1
    p.signal(signal.SIGINT)
    assert p.wait() == 0, p.log()
    # Again: what was told is not told again, what is new is.
    nginx.put("feed.xml", rss([{"title": "Meta closes", "guid": "2"}, {"title": "Meta opens", "guid": "1"}]))
    p = run(nw).start()
    wait_for("the second alert", lambda: "Meta closes" in out_titles(p))
    assert out_titles(p) == ["Meta opens", "Meta closes"]
    assert redis.Redis(unix_socket_path=str(nw.state / "redis.sock")).xlen("newswatch:hits") == 2
    p.stop()


def test_a_run_that_can_find_nothing_says_why(nw):
    conf = nw.write("newswatch.yaml", "http: {listen: ''}\n")
    p = run(nw).start()
    wait_for("it to be ready", lambda: "watching 0 feeds for 0 entities" in p.log())
    assert f"{conf}: warning: nothing is watched" in p.log() and f"{conf}: warning: there are no feeds" in p.log()
    p.stop()


def test_a_second_run_in_the_same_place_is_refused(nw, nginx):
    nginx.put("feed.xml", rss([]))
    configure(nw, nginx)
    first = run(nw).start()
    wait_for("the daemon", lambda: nw.feeds()[0]["result"] != "never")
    p = nw.cli("run", "-c", nw.etc / "newswatch.yaml", "--state-dir", nw.state, check=False)
    assert p.returncode != 0 and "another" in p.stderr
    first.stop()


def test_run_brings_back_each_process_that_is_killed(nw, nginx):
    nginx.put("feed.xml", rss([]))
    configure(nw, nginx)
    p = run(nw).start()
    wait_for("the daemon", lambda: nw.feeds()[0]["result"] != "never")
    for n, name in enumerate(("newswatchd", "newswatch-notify", "redis-server")):
        subprocess.run(["pkill", "-KILL", "-P", str(p.p.pid), "-f", name], check=True)
        items = [{"title": f"Meta opens {i}", "guid": str(i)} for i in range(n + 1)]
        nginx.put("feed.xml", rss(items))
        wait_for(f"the alert after {name} was killed", lambda: f"Meta opens {n}" in out_titles(p), 40)
    assert sorted(set(out_titles(p))) == [f"Meta opens {i}" for i in range(3)]
    p.stop()


def test_children_die_with_a_run_that_is_killed(nw, nginx):
    nginx.put("feed.xml", rss([]))
    configure(nw, nginx)
    p = run(nw).start()
    wait_for("the daemon", lambda: nw.feeds()[0]["result"] != "never")
    children = subprocess.run(["pgrep", "-P", str(p.p.pid)], capture_output=True, text=True, check=True).stdout.split()
    assert len(children) == 3
    p.kill()
    wait_for("the children to end", lambda: not any(os.path.exists(f"/proc/{c}") for c in children))
    # A stale socket and lock do not keep the next one from starting.
    p = run(nw).start()
    wait_for("the next daemon", lambda: nw.feeds()[0]["result"] != "never")
    p.stop()


def test_alerts_on_a_terminal_are_lines_for_people(nw, nginx):
    nginx.put("feed.xml", rss([{"title": "Meta opens", "guid": "1", "link": "https://example.com/1",
                                "pubDate": "Sun, 01 Mar 2026 12:00:00 GMT"}]))
    configure(nw, nginx)
    main, side = pty.openpty()
    p = subprocess.Popen([NEWSWATCH, "run", "-c", nw.etc / "newswatch.yaml", "--state-dir", nw.state],
                         stdout=side, stderr=subprocess.DEVNULL, env=dict(os.environ, TERM="xterm-256color"))
    os.close(side)
    text = b""
    try:
        while b"example.com/1" not in text:
            text += os.read(main, 4096)
    finally:
        p.terminate()
        assert p.wait(30) == 0
        os.close(main)
    plain = re.sub(rb"\x1b\[[0-9;]*m", b"", text).decode()
    assert b"\x1b[" in text and "Meta opens" in plain and "{" not in plain, plain
