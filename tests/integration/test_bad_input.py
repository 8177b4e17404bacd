"""Bad input costs itself only: every broken feed gets a message that names it
and says what is wrong, counts in the status, and the good feed beside it goes
on alerting. One server misbehaves in every way at once.
"""
import contextlib
import gzip
import http.server
import re
import threading

import pytest
from conftest import WATCHLIST, free_port, rss, wait_for

DATE = "Sun, 01 Mar 2026 12:00:00 GMT"
NEWS = {"title": "Meta buys a chip maker", "link": "https://example.com/1", "guid": "1"}
PAGE = b"""<!doctype html><html><head><title>Home</title>
<link rel="alternate" type="application/rss+xml" title="All" href="/all.xml"></head><body>Meta</body></html>"""
BILLION_LAUGHS = (b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY l0 "lol">'
                  + b"".join(b'<!ENTITY l%d "%s">' % (i, b"&l%d;" % (i - 1) * 10) for i in range(1, 10))
                  + b"]><rss version='2.0'><channel><title>&l9;</title><item><title>Meta &l9;</title></item></channel></rss>")
QUADRATIC = (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "' + b"a" * 100000 + b'">]><rss version="2.0"><channel><title>'
             + b"&a;" * 20000 + b"</title></channel></rss>")
EXTERNAL = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">
<!ENTITY y SYSTEM "http://127.0.0.1:%d/stolen">]>
<rss version="2.0"><channel><title>t</title><item><title>Meta quotes &x; and &y;</title><guid>x</guid><pubDate>Sun, 01 Mar 2026 12:00:00 GMT</pubDate></item></channel></rss>"""
BOMB = gzip.compress(b"<rss>" + b" " * (300 << 20), 9)
WHOLE = rss([dict(NEWS, guid=str(i), link=f"https://example.com/{i}") for i in range(200)]).encode()


class BadServer:
    """Answers by the path's name."""

    def __init__(self):
        self.asked, self.stop_now = [], threading.Event()
        bad = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def plain(self, body, status=200, **headers):
                self.send_response(status)
                for k, v in headers.items():
                    self.send_header(k.replace("_", "-"), v)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                name = self.path.strip("/").split("?")[0]
                bad.asked.append(name)
                with contextlib.suppress(ConnectionError, BrokenPipeError):
                    getattr(self, "on_" + name, self.on_missing)()

            def on_missing(self):
                self.plain(b"no", 404)

            def on_page(self):
                self.plain(PAGE, Content_Type="text/html")

            def on_empty(self):
                self.plain(b"", Content_Type="application/rss+xml")

            def on_laughs(self):
                self.plain(BILLION_LAUGHS, Content_Type="application/rss+xml")

            def on_quadratic(self):
                self.plain(QUADRATIC, Content_Type="application/rss+xml")

            def on_external(self):
                self.plain(EXTERNAL % bad.server.server_port, Content_Type="application/rss+xml")

            def on_latin(self):
                self.plain(rss([{"title": "Meta caf\u00e9", "guid": "l", "pubDate": DATE}]).encode("latin-1"), Content_Type="text/xml; charset=utf-8")

            def on_bomb(self):
                self.plain(BOMB, Content_Encoding="gzip")

            def on_cut(self):
                """A document that ends in the middle, and says so nowhere."""
                self.plain(WHOLE[:len(WHOLE) // 2], ETag='"cut"')

            def on_cutgzip(self):
                body = gzip.compress(WHOLE)
                self.plain(body[:len(body) // 2], Content_Encoding="gzip", ETag='"cutgzip"')

            def on_short(self):
                """Content-Length promises more than comes."""
                self.send_response(200)
                self.send_header("Content-Length", str(len(WHOLE)))
                self.send_header("ETag", '"short"')
                self.end_headers()
                self.wfile.write(WHOLE[:1000])
                self.close_connection = True

            def on_endless(self):
                self.send_response(200)
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                while not bad.stop_now.is_set():
                    self.wfile.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")

            def on_silent(self):
                bad.stop_now.wait(60)
                self.close_connection = True

            def on_loop(self):
                self.plain(b"", 302, Location="/loop?" + str(len(bad.asked)))

            def on_file(self):
                self.plain(b"", 301, Location="file:///etc/passwd")

            def on_inside(self):
                self.plain(b"", 302, Location="http://[::1]:9/")

            def on_header(self):
                self.send_response(200)
                self.send_header("X-Big", "x" * 300000)
                self.end_headers()

            def on_slower(self):
                self.plain(b"", 429, Retry_After="120")

            def on_gone(self):
                self.plain(b"", 410)

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda request, address: None  # clients hang up here, that is the point
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    def url(self, name):
        return f"http://127.0.0.1:{self.server.server_port}/{name}"

    def close(self):
        self.stop_now.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


# name: (result, what the message must say)
BAD = {
    "missing": ("http-error", r"404.*check the URL"),
    "page": ("refused", r"HTML.*/all\.xml"),
    "empty": ("refused", r"empty"),
    "laughs": ("refused", r"entit|expan"),
    "quadratic": ("refused", r"entit|expan"),
    "bomb": ("refused", r"after inflation"),
    "short": ("network", r"."),
    "endless": ("too-big", r"MiB|bytes|larger"),
    "silent": ("network", r"slow|time"),
    "loop": ("http-error", r"redirects"),
    "file": ("http-error", r"only http"),
    "inside": ("network", r"allow_private|loopback|private"),
    "header": ("too-big", r"header"),
    "gone": ("gone", r"410"),
}
READ = ("external", "latin", "cut", "cutgzip")


@pytest.fixture
def bad():
    b = BadServer()
    yield b
    b.close()


def test_every_kind_of_bad_feed_costs_only_itself(nw, nginx, redis_server, bad):
    refused = free_port()
    urls = {name: bad.url(name) for name in (*BAD, *READ)}
    urls["nobody"] = f"http://127.0.0.1:{refused}/feed.xml"
    nginx.put("good.xml", rss([]))
    feeds = "\n".join(f"  - {{url: {json_text(u)}, interval: 1h, backfill: 10000d}}" for u in urls.values())
    nw.write("newswatch.yaml", f"""
feeds:
  - {{url: "{nginx.url("good.xml")}", interval: 1s}}
{feeds}
include: [ai.yaml]
state_dir: {nw.state}
redis: {{url: "{redis_server.url}"}}
fetch: {{min_interval: 1s, host_gap: 0s, host_connections: 16, timeout: 6s, allow_private: [127.0.0.1/32]}}
""")
    nw.write("ai.yaml", WATCHLIST)
    daemon = nw.daemon().start()
    by_url = {u: name for name, u in urls.items()}

    def feeds_now():
        return {by_url.get(f["url"], "good"): f for f in nw.feeds()}

    def waiting():
        return sorted(n for n, f in feeds_now().items() if f["result"] == "never")

    try:
        wait_for("every bad feed to be polled", lambda: not waiting(), 60)
    except AssertionError:
        raise AssertionError(f"not polled: {waiting()}\n{daemon.log()[-3000:]}") from None
    got = feeds_now()
    for name, (result, words) in {**BAD, "nobody": ("network", "refused|connect")}.items():
        f = got[name]
        assert f["result"] == result, f"{name}: {f}"
        assert re.search(words, f["error"] or "", re.I), f"{name}: {f['error']}"
        assert f["failures"] >= 1
        assert name == "nobody" or re.search(rf"feed=\S*/{name}\b.*(error|reason)=", daemon.log()), f"{name} is not in the log"
    for name in READ:
        assert got[name]["result"] == "ok", f"{name}: {got[name]}"
        assert got[name]["items"] >= 1, f"{name}: {got[name]}"
    # The good feed beside them goes on, and nothing was read that must not be.
    nginx.put("good.xml", rss([dict(NEWS, guid="good", link="https://example.com/good", title="Meta is fine")]))
    stream = wait_for("the good feed's hit", lambda: [
        f["json"] for _, f in redis_server.client().xrange("newswatch:hits") if "Meta is fine" in f["json"]])
    assert len(stream) == 1
    everything = "".join(f["json"] for _, f in redis_server.client().xrange("newswatch:hits"))
    assert "Meta quotes" in everything and "root:" not in everything and "stolen" not in bad.asked
    assert "caf\u00e9" in everything
    status = nw.status()
    assert status["counts"]["refused"] >= 4 and status["counts"]["truncated"] >= 1
    assert status["counts"]["crashed"] == 0, daemon.log()
    daemon.stop()


def test_a_truncated_document_is_asked_for_again_in_full(nw, redis_server, bad):
    """Its items are kept, its validator is not: else the rest would never come."""
    nw.write("newswatch.yaml", f"""
feeds:
  - {{url: "{bad.url("cutgzip")}", interval: 1s, backfill: 10000d}}
include: [ai.yaml]
state_dir: {nw.state}
redis: {{url: "{redis_server.url}"}}
fetch: {{min_interval: 1s, host_gap: 0s, allow_private: [127.0.0.1/32]}}
""")
    nw.write("ai.yaml", WATCHLIST)
    daemon = nw.daemon().start()
    wait_for("three requests", lambda: bad.asked.count("cutgzip") >= 3)
    assert nw.feeds()[0]["unchanged"] == 0
    daemon.stop()


def json_text(s):
    return '"' + s + '"'


def test_redis_down_at_start_is_said_and_waited_for(nw, nginx, tmp_path):
    from conftest import Redis
    server = Redis(tmp_path)
    nginx.put("feed.xml", rss([]))
    nw.write("newswatch.yaml", f"""
feeds: [{{url: "{nginx.url("feed.xml")}", interval: 1s}}]
include: [ai.yaml]
state_dir: {nw.state}
redis: {{url: "{server.url}"}}
fetch: {{min_interval: 1s, host_gap: 0s, allow_private: [127.0.0.0/8]}}
""")
    nw.write("ai.yaml", WATCHLIST)
    daemon = nw.daemon().start()
    wait_for("the first poll", lambda: nw.feeds()[0]["result"] != "never")
    nginx.put("feed.xml", rss([NEWS]))
    wait_for("the hit to be stored", lambda: nw.status()["queue"]["unpublished"] == 1)
    queue = nw.status()["queue"]
    assert queue["state"] != "ready" and str(server.port) in queue["message"]
    assert daemon.log().count("warn queue_down") == 1, "an outage is one line"
    server.start()
    wait_for("the hit in the stream", lambda: server.client().xlen("newswatch:hits") == 1)
    server.kill()
    wait_for("the second outage in the log", lambda: daemon.log().count("warn queue_down") == 2)
    nginx.put("feed.xml", rss([dict(NEWS, guid="2", link="https://example.com/2"), NEWS]))
    wait_for("the second hit to be stored", lambda: nw.status()["queue"]["unpublished"] == 1)
    server.start()
    wait_for("both hits in the stream", lambda: server.client().xlen("newswatch:hits") == 2)
    daemon.stop()
    server.kill()


def test_a_broken_configuration_does_not_start_and_names_every_mistake(nw):
    nw.write("newswatch.yaml", """
feeds:
  - {url: "gopher://example.com/feed"}
  - {url: "https://example.com/feed", intervall: 5m}
include: [ai.yaml]
redis: {url: "redis://127.0.0.1:1/0"}
""")
    nw.write("ai.yaml", """
entities:
  - {name: Meta, kind: company}
  - {name: "", kind: company}
  - {name: Meta, kind: person}
  - {name: Other, kind: compny}
""")
    p = nw.cli("check", "-c", nw.etc / "newswatch.yaml", check=False)
    assert p.returncode == 78
    out = p.stdout + p.stderr
    for want in (r"newswatch\.yaml:3:\d+: error: .*gopher", r"newswatch\.yaml:4:\d+: error: .*intervall.*interval",
                 r"ai\.yaml:4:\d+: error: .*empty", r"ai\.yaml:5:\d+: error: .*[Mm]eta", r"ai\.yaml:6:\d+: error: .*compny.*company"):
        assert re.search(want, out), f"{want} not in:\n{out}"
    daemon = nw.daemon().start()
    assert daemon.wait() == 78
    assert "newswatch.yaml:3:" in daemon.log() and "ai.yaml:4:" in daemon.log()


def test_reload_takes_good_files_and_refuses_broken_ones(nw, nginx, redis_server):
    nginx.put("a.xml", rss([]))
    nginx.put("b.xml", rss([]))
    base = f"""
include: [ai.yaml]
state_dir: {nw.state}
redis: {{url: "{redis_server.url}"}}
fetch: {{min_interval: 1s, host_gap: 0s, allow_private: [127.0.0.0/8]}}
"""
    one = f'feeds: [{{url: "{nginx.url("a.xml")}", interval: 1s}}]\n' + base
    two = f'feeds: [{{url: "{nginx.url("a.xml")}", interval: 1s}}, {{url: "{nginx.url("b.xml")}", interval: 1s}}]\n' + base
    nw.write("newswatch.yaml", one)
    nw.write("ai.yaml", WATCHLIST)
    daemon = nw.daemon().start()
    wait_for("the first poll", lambda: nw.feeds()[0]["result"] in ("ok", "unchanged"))
    # A broken file: refused, the old one goes on.
    nw.write("newswatch.yaml", two + "nonsense: 1\n")
    daemon.signal(1)
    daemon.wait_log(r"reload_refused")
    assert re.search(r"newswatch\.yaml:\d+:\d+: error: .*nonsense", daemon.log())
    assert len(nw.feeds()) == 1
    # Mended: the new feed is polled, the new name matches.
    nw.write("newswatch.yaml", two)
    nw.write("ai.yaml", WATCHLIST + "  - {name: Mistral AI, kind: company}\n")
    assert "2 feeds" in nw.cli("reload", "-c", nw.etc / "newswatch.yaml").stdout
    wait_for("the new feed's first poll", lambda: all(f["result"] in ("ok", "unchanged") for f in nw.feeds()))
    nginx.put("b.xml", rss([{"title": "Mistral AI opens an office", "guid": "m", "link": "https://example.com/m"}]))
    wait_for("a hit by the new name in the new feed", lambda: redis_server.client().xlen("newswatch:hits") == 1)
    # Removed again: it is asked no more.
    nw.write("newswatch.yaml", one)
    nw.cli("reload", "-c", nw.etc / "newswatch.yaml")
    assert [f["url"] for f in nw.feeds()] == [nginx.url("a.xml")]
    before = sum("b.xml" in line for line in nginx.requests())
    a_before = sum("a.xml" in line for line in nginx.requests())
    wait_for("two more polls of the other", lambda: sum("a.xml" in r for r in nginx.requests()) >= a_before + 2)
    assert sum("b.xml" in line for line in nginx.requests()) <= before + 1
    daemon.stop()


def test_a_full_disk_loses_nothing(nw, nginx, redis_server, tmp_path):
    """The state directory is a small file system of its own, filled up."""
    import os
    import subprocess
    if os.geteuid() != 0:
        pytest.skip("mounting a small tmpfs needs root")
    nw.state.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", nw.state], capture_output=True).returncode:
        pytest.skip("no permission to mount a tmpfs here")
    try:
        nginx.put("feed.xml", rss([]))
        nw.write("newswatch.yaml", f"""
feeds: [{{url: "{nginx.url("feed.xml")}", interval: 1s, max_interval: 2s}}]
include: [ai.yaml]
state_dir: {nw.state}
redis: {{url: "{redis_server.url}"}}
fetch: {{min_interval: 1s, host_gap: 0s, allow_private: [127.0.0.0/8]}}
""")
        nw.write("ai.yaml", WATCHLIST)
        daemon = nw.daemon().start()
        wait_for("the first poll", lambda: nw.feeds()[0]["result"] in ("ok", "unchanged"))
        ballast = nw.state / "ballast"
        with open(ballast, "wb", buffering=0) as f, contextlib.suppress(OSError):
            while True:
                f.write(b"x" * 4096)
        nginx.put("feed.xml", rss([dict(NEWS, description="Meta " * 6000)]))
        daemon.wait_log(r"(not_stored|commit_failed).*(full|space)")
        assert redis_server.client().xlen("newswatch:hits") == 0
        ballast.unlink()
        wait_for("the hit after room was made", lambda: redis_server.client().xlen("newswatch:hits") == 1, 40)
        daemon.stop()
    finally:
        for p in nw.processes:
            p.kill()
        subprocess.run(["umount", nw.state], check=False)
