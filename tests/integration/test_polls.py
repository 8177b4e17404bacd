"""What `newswatch feeds` and the metrics say of the polls of a scripted server."""
import datetime
import email.utils
import gzip
import http.client
import os
import re
import socket
import subprocess

import pytest
from conftest import SRC, Nginx, configure_feeds, free_port, on_terminal, rss, wait_for
from scripted_http import feed, moved, ok, status


class Control(http.client.HTTPConnection):
    """The control socket."""

    def __init__(self, path):
        super().__init__("localhost")
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


def metrics_text(nw):
    c = Control(nw.state / "control.sock")
    c.request("GET", "/metrics")
    text = c.getresponse().read().decode()
    c.close()
    return text


def metrics(nw):
    lines = metrics_text(nw).splitlines()
    return {k: float(v) for k, _, v in (line.rpartition(" ") for line in lines if not line.startswith("#"))}


def test_show_tells_the_polls_with_what_was_decided_after_each(nw, redis_server, server):
    h = server.host("h", {"/feed": [ok(ETag='"1"'), status(304), status(429, Retry_After="3"), moved(301, "/new")],
                          "/new": [ok(feed(3))]})
    configure_feeds(nw, redis_server, f'{{url: "{h.url()}", interval: 1s}}')
    nw.daemon().start()
    show = wait_for("the redirect to be adopted", lambda: [
        f for f in nw.ask("feeds", "show", h.url()) if f["adopted_url"] == h.url("/new")])[0]
    told = [(e["result"], e["http_status"], e["redirects"], e["why"]) for e in reversed(show["history"])][:6]
    assert told == [("ok", 200, 0, "interval"), ("unchanged", 304, 0, "interval"), ("http-error", 429, 0, "Retry-After"),
                    ("ok", 200, 1, "interval"), ("ok", 200, 1, "interval"), ("ok", 200, 1, "interval")]
    assert [e["new"] for e in reversed(show["history"])][3] == 2
    assert len(show["profile"]) == 24 and abs(sum(show["profile"]) / 24 - 1) < 0.01
    assert show["interval_s"] == 1 and show["items"] == 3 and show["rate_per_day"] > 0
    text = nw.cli("feeds", "show", h.url(), "--state-dir", nw.state).stdout
    assert '"history"' in text  # JSON, since this is no terminal
    p = nw.cli("feeds", "show", "http://nobody.invalid/", "--state-dir", nw.state, check=False)
    assert p.returncode == 65 and "no such feed" in p.stderr
    p = nw.cli("feeds", "show", "--state-dir", nw.state, check=False)
    assert p.returncode == 64 and "URL" in p.stderr


def test_a_count_of_one_is_told_in_the_singular(nw, redis_server, server):
    item = rss([{"title": "Meta opens an office", "link": "https://example.com/1",
                 "pubDate": email.utils.formatdate()}]).encode()
    h = server.host("h", {"/feed": [ok(item)], "/again": [moved(302, "/feed")]})
    nw.write("watch.yaml", "entities: [{name: Meta, kind: company}]\n")
    topic = nw.write("topic.yaml", "entities: [{name: Deals, kind: topic, query: merger}]\n")
    conf = configure_feeds(nw, redis_server, f'{{url: "{h.url("/again")}", backfill: 1h}}', more="include: [watch.yaml]")
    nw.daemon().start()
    wait_for("the poll", lambda: nw.status()["counts"]["items_new"])
    told = [on_terminal("status", "-c", conf), on_terminal("feeds", "show", h.url("/again"), "-c", conf),
            on_terminal("check", "-w", topic), on_terminal("fetch", "-c", conf, h.url()),
            nw.cli("reload", "-c", conf).stdout]
    for words, text in zip((("1 entity by", "1 poll,", "1 document, 1 new item, 1 hit"),
                            ("1 poll, 0 unchanged, 0 errors; 1 item, 1 hit;", "(1 redirect)"), ("0 spellings, 1 query\r",),
                            ("1 item",), ("1 feed, 1 entity",)), told, strict=True):
        assert all(re.search(rf"(?<!\d){re.escape(w)}(?![a-z])", text) for w in words), f"{words} in {text}"


def test_a_local_file_is_shown_by_its_url_as_it_was_written(nw, redis_server):
    path = nw.write("feed.xml", feed(2).decode())
    configure_feeds(nw, redis_server, f'"file:{path}"')
    nw.daemon().start()
    wait_for("the daemon", (nw.state / "control.sock").exists)
    for url in (f"file:{path}", f"file://{path}", f"file://localhost{path}", f"file:{os.path.relpath(path, nw.work)}"):
        assert nw.ask("feeds", "show", url)[0]["url"] == f"file://{path}"


def test_the_list_says_why_and_how_long(nw, redis_server, server):
    h = server.host("h", {"/a": [ok(Cache_Control="max-age=600")], "/b": [status(404)]})
    configure_feeds(nw, redis_server, f'{{url: "{h.url("/a")}"}}', f'{{url: "{h.url("/b")}"}}')
    nw.daemon().start()
    a, b = sorted(wait_for("both polls", lambda: [f for f in [nw.feeds()] if all(x["result"] != "never" for x in f)])[0],
                  key=lambda f: f["url"])
    assert (a["result"], b["result"]) == ("ok", "http-error")
    assert "HTTP 404" in b["error"] and b["why"] == "backoff after a failure"
    assert a["delay_s"] >= 200 and a["why"] in ("learned rate and budget", "the server's max-age")


def test_a_feed_whose_host_is_left_alone_says_so(nw, redis_server, server):
    h = server.host("h", {"/busy": [status(429, Retry_After="600")], "/other": [ok(feed(1))]})
    conf = configure_feeds(nw, redis_server, f'{{url: "{h.url("/busy")}"}}')
    nw.daemon().start()
    wait_for("the refusal", lambda: nw.feeds()[0]["result"] == "http-error")
    configure_feeds(nw, redis_server, f'{{url: "{h.url("/busy")}"}}', f'{{url: "{h.url("/other")}"}}')
    nw.cli("reload", "-c", conf)
    for other in (next(f for f in nw.feeds() if "/other" in f["url"]), nw.ask("feeds", "show", h.url("/other"))[0]):
        due = datetime.datetime.fromisoformat(other["next_due"])
        left_s = (due - datetime.datetime.now(datetime.timezone.utc)).total_seconds()
        assert other["why"] == "its host asked to be left alone" and 500 < left_s <= 700
    assert h.of("/other") == []


def test_the_list_is_narrowed_ordered_and_cut(nw, redis_server, server):
    h = server.host("h", {f"/Feed{i}": [ok(feed(i + 1).replace(b"example.com", b"f%d.example" % i))] for i in range(5)}
                    | {"/gone": [status(404)], "/away": [status(500)]})
    conf = configure_feeds(nw, redis_server, *(f'{{url: "{h.url(path)}"}}' for path in h.scripts),
                           f'{{url: "{h.url("/void")}", publisher: The Daily Void}}')
    nw.daemon().start()
    wait_for("all polls", lambda: len([f for f in nw.feeds() if f["result"] != "never"]) == 8)

    def paths(*args):
        return [f["url"].removeprefix(h.url("")) for f in nw.ask("feeds", *args)]

    dead = ["/away", "/gone", "/void"]
    assert sorted(paths("--failing")) == dead
    assert sorted(paths("--result", "ok")) == [f"/Feed{i}" for i in range(5)]
    assert paths("--match", "fEED3") == ["/Feed3"] and paths("--match", "daily void") == ["/void"]
    assert paths("--sort", "items", "-n", "2") == ["/Feed4", "/Feed3"]
    assert sorted(paths("--sort", "last-ok", "-n", "3")) == dead, "never is the oldest"
    due = [f["next_due"] for f in nw.ask("feeds", "--sort", "due")]
    assert len(due) == 8 and due == sorted(due)
    assert len(paths("-n", "3")) == 3 and paths("--match", "nothing like it") == []
    for args, words in ((("--sort", "size"), "are due"), (("--result", "good"), "are never, ok"), (("-n", "0"), "from 1")):
        p = nw.cli("feeds", *args, "-c", conf, check=False)
        assert p.returncode == 64 and words in p.stderr, p.stderr


def test_the_tables_fit_the_terminal(nw, redis_server, server, monkeypatch):
    path = "/" + "long/" * 40 + "feed.xml"
    h = server.host("h", {path: [ok(feed(3))]})
    conf = configure_feeds(nw, redis_server, f'{{url: "{h.url(path)}"}}')
    nw.daemon().start()
    wait_for("the poll", lambda: nw.feeds()[0]["result"] == "ok")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_CTYPE", raising=False)
    for columns, lang, dots in ((80, "C.UTF-8", "\u2026"), (80, "C", "..."), (120, "C.UTF-8", "\u2026")):
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setenv("LANG", lang)
        table = on_terminal("feeds", "-c", conf)
        assert dots in table and "feed.xml" in table and all(len(line) <= columns for line in table.splitlines()), table
        page = on_terminal("feeds", "show", h.url(path), "-c", conf)
        assert all(len(line) <= 80 for line in page.splitlines() if path not in line), page
        assert (table + page).isascii() == (lang == "C")


def test_metrics_count_what_was_saved_and_who_refused(nw, redis_server, server):
    body = feed(40)
    h = server.host("h", {"/a": [ok(gzip.compress(body), ETag='"1"', Content_Encoding="gzip"), status(304)]})
    busy = server.host("busy", {"/feed": [status(429, Retry_After="600")]})
    configure_feeds(nw, redis_server, f'{{url: "{h.url("/a")}", interval: 1s}}', busy.url())
    nw.daemon().start()
    wait_for("three polls", lambda: len(h.requests) >= 3 and busy.requests)
    wait_for("them to be counted", lambda: nw.status()["feeds"]["not_modified"] >= 2)
    m = metrics(nw)
    packed = len(gzip.compress(body))
    assert m["newswatch_saved_compressed_bytes_total"] == pytest.approx(len(body) - packed, abs=30)
    assert m["newswatch_saved_unchanged_bytes_total"] >= 2 * packed - 60
    assert m[f'newswatch_host_refusals_total{{host="{busy.address}"}}'] == 1
    assert m["newswatch_polls_with_news_total"] == 1
    assert m["newswatch_poll_lateness_seconds_count"] >= 4
    assert m['newswatch_poll_lateness_seconds_bucket{le="+Inf"}'] == m["newswatch_poll_lateness_seconds_count"]
    assert m["newswatch_loop_lag_seconds_count"] > 0


def test_any_bytes_of_a_server_are_shown_as_text(nw, redis_server, server):
    h = server.host("h", {"/a": [ok(ETag='"\xe9\xff"')], "/b": [moved(302, "gopher://\xe9\xff\x01/")]})
    configure_feeds(nw, redis_server, f'{{url: "{h.url("/a")}"}}', f'{{url: "{h.url("/b")}"}}')
    daemon = nw.daemon().start()
    wait_for("both polls", lambda: [f for f in [nw.feeds()] if all(x["result"] != "never" for x in f)])
    assert nw.ask("feeds", "show", h.url("/a"))[0]["etag"] == '"\xe9\xff"'
    assert "gopher://\xe9\xff/" in nw.ask("feeds", "show", h.url("/b"))[0]["error"]
    daemon.wait_log("poll_failed")
    assert "gopher://\xe9\xff/" in daemon.err.read_bytes().decode()


def test_every_member_of_a_feed_is_in_the_manual(nw, redis_server, server):
    h = server.host("h", {"/f": [ok()]})
    configure_feeds(nw, redis_server, f'{{url: "{h.url("/f")}", interval: 1s}}')
    nw.daemon().start()
    wait_for("a poll", lambda: nw.feeds()[0]["polls"])
    text = (SRC / "man/newswatchd.8").read_text(encoding="utf-8").partition("\n.Ss A feed\n")[2].partition("\n.Sh ")[0]
    told = set(re.findall(r"\w+", " ".join(re.findall(r"^(?:\.It )?\.?Li (.*)", text, re.M))))
    feed = nw.ask("feeds", "show", h.url("/f"))[0]
    members = set(feed) | set(feed["history"][0]) | {"period_s", "phases_s", "late_s"}
    assert told == members
    assert set(nw.feeds()[0]) < members


def test_every_result_of_a_poll_is_in_the_manual():
    names = re.findall(r'\[FEED_\w+\] = \{"([a-z-]+)"', (SRC / "src/model/feed.c").read_text())
    listed = re.search(r"The results are\n(.*?)\n\.El", (SRC / "man/newswatch.1").read_text(), re.DOTALL)[1]
    assert len(names) > 8 and re.findall(r"^\.It Li (\S+)$", listed, re.MULTILINE) == names


def test_a_login_in_the_address_is_sent_as_one_and_stays_with_its_origin(nw, redis_server, server):
    away = server.host("away", {"/x": [ok()]})
    h = server.host("h", {"/feed": [ok(), moved(302, "/new"), moved(302, away.url("/x"))], "/new": [ok()]})
    configure_feeds(nw, redis_server, f'{{url: "{h.url().replace("//", "//me:s3%40cret@")}", interval: 1s}}')
    nw.daemon().start()
    wait_for("the other host", lambda: away.requests)
    assert {r.get("Authorization") for r in h.requests} == {"Basic bWU6czNAY3JldA=="}
    assert {r.get("Host") for r in h.requests} == {f"{h.address}:{h.port}"}
    assert away.requests[0].get("Authorization") is None
    assert nw.feeds()[0]["url"] == h.url().replace("//", "//***@")


def test_every_metric_is_in_the_manual_as_it_is(nw, redis_server, server):
    h = server.host("h", {"/a": [ok()]})
    configure_feeds(nw, redis_server, h.url("/a"))
    nw.daemon().start()
    wait_for("a poll", lambda: h.requests)
    text = metrics_text(nw)
    kinds = dict(re.findall(r"^# TYPE (\w+) (\w+)$", text, re.M))
    told = sorted(f"| `{name}` | {kinds[name]} | {what} |" for name, what in re.findall(r"^# HELP (\w+) (.*)\.$", text, re.M))
    assert len(told) == len(kinds) > 30
    written = re.findall(r"^\| `newswatch_.*$", (SRC / "doc/METRICS.md").read_text(), re.M)
    assert told == written, "\n".join(told)


def test_http_2_carries_the_feeds_of_a_host_on_one_connection(nw, redis_server, tmp_path):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=h2", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", tmp_path / "key.pem",
                    "-out", tmp_path / "cert.pem"], check=True, capture_output=True)
    port = free_port()
    # The server names its connection in the validator, which the daemon shows.
    nginx = Nginx(tmp_path, extra=f"""
        listen 127.0.0.1:{port} ssl http2; ssl_certificate {tmp_path}/cert.pem; ssl_certificate_key {tmp_path}/key.pem;
        etag off; if_modified_since off; add_header ETag '"$connection-$server_protocol"';""").start()
    try:
        urls = [f"https://127.0.0.1:{port}/{i}.xml" for i in range(6)]
        for i in range(6):
            nginx.put(f"{i}.xml", feed(2, title=f"Feed {i}"))
        configure_feeds(nw, redis_server, *(f'{{url: "{u}", interval: 1s}}' for u in urls), fetch=f", ca_file: {tmp_path}/cert.pem")
        nw.daemon().start()
        tags = wait_for("all feeds", lambda: [t for t in [{nw.ask("feeds", "show", u)[0]["etag"] for u in urls}] if "" not in t])[0]
        assert len(tags) == 1 and tags.pop().endswith('-HTTP/2.0"')
    finally:
        nginx.kill()
