"""Feeds that are no URLs: local files, watched, and what programs print."""
import os
import time

from conftest import configure_feeds, rss, wait_for

SLOW = "interval: 1h"  # only a watch, or nothing, brings the next poll


def configure(nw, redis_server, *feeds):
    configure_feeds(nw, redis_server, *feeds, fetch=", timeout: 2s, max_body: 64KiB")


def item(n):
    return {"title": f"Number {n}", "link": f"https://example.com/{n}", "guid": str(n)}


def feed(nw, url):
    return next(f for f in nw.feeds() if f["url"] == url)


def wait_items(nw, url, n):
    return wait_for(f"{n} items", lambda: feed(nw, url)["items"] >= n and feed(nw, url))


def test_a_file_is_read_when_it_changes(nw, redis_server, tmp_path):
    path = tmp_path / "drop" / "feed.xml"
    path.parent.mkdir()
    path.write_text(rss([item(1)]))
    url = f"file://{path}"
    configure(nw, redis_server, f'{{url: "{url}", {SLOW}}}')
    nw.daemon().start()
    wait_items(nw, url, 1)
    # replaced in one step, as a careful program does
    new = path.with_name("feed.xml.new")
    new.write_text(rss([item(2), item(1)]))
    new.rename(path)
    wait_items(nw, url, 2)
    # written in place
    path.write_text(rss([item(3), item(2), item(1)]))
    wait_items(nw, url, 3)
    # gone, which is told, and back
    path.unlink()
    wait_for("an error", lambda: "No such file" in (feed(nw, url)["error"] or ""))
    path.write_text(rss([item(4)]))
    wait_items(nw, url, 4)
    assert feed(nw, url)["error"] is None


def test_directories_that_are_missing_are_waited_for(nw, redis_server, tmp_path):
    path = tmp_path / "later" / "still" / "feed.xml"
    url = f"file://{path}"
    configure(nw, redis_server, f'{{url: "{url}", {SLOW}}}')
    nw.daemon().start()
    wait_for("an error", lambda: "No such file" in (feed(nw, url)["error"] or ""))
    for directory in (tmp_path / "later", path.parent):
        polls = feed(nw, url)["polls"]
        directory.mkdir()
        wait_for("another look", lambda: feed(nw, url)["polls"] > polls)
    path.write_text(rss([item(1)]))
    wait_items(nw, url, 1)


def test_a_link_to_another_version_is_a_change(nw, redis_server, tmp_path):
    for n, version in enumerate(("v1", "v2"), 1):
        (tmp_path / version).mkdir()
        (tmp_path / version / "feed.xml").write_text(rss([item(n)]))
    (tmp_path / "current").symlink_to("v1")  # as releases are switched
    (tmp_path / "..data").symlink_to(tmp_path / "current")  # as a ConfigMap is: through two links
    (tmp_path / "feed.xml").symlink_to("..data/feed.xml")
    url = f"file://{tmp_path}/feed.xml"
    configure(nw, redis_server, f'{{url: "{url}", {SLOW}}}')
    nw.daemon().start()
    wait_items(nw, url, 1)
    (tmp_path / "new").symlink_to("v2")
    (tmp_path / "new").rename(tmp_path / "current")
    wait_items(nw, url, 2)
    # what the link leads to is watched from then on, what it led to no more
    (tmp_path / "v2" / "feed.xml").write_text(rss([item(3)]))
    wait_items(nw, url, 3)
    polls = feed(nw, url)["polls"]
    (tmp_path / "v1" / "feed.xml").write_text(rss([item(4)]))
    (tmp_path / "feed.xml").unlink()
    wait_for("an error", lambda: "No such file" in (feed(nw, url)["error"] or ""))
    assert feed(nw, url)["polls"] == polls + 1
    os.link(tmp_path / "v1" / "feed.xml", tmp_path / "feed.xml")
    wait_items(nw, url, 4)


def test_a_program_is_a_feed(nw, redis_server, tmp_path):
    document = tmp_path / "document.xml"
    document.write_text(rss([item(1)]))
    script = tmp_path / "print"
    script.write_text(f"#!/bin/sh\nenv >{tmp_path}/env; pwd >{tmp_path}/pwd; echo \"$1\" >{tmp_path}/argument\n"
                      f"exec cat {document}\n")
    script.chmod(0o755)
    configure(nw, redis_server, f'{{url: "exec:mine", interval: 1s, command: ["{script}", "a b; $(touch {tmp_path}/shell)"]}}')
    nw.daemon(env={"SECRET": "x"}).start()
    wait_items(nw, "exec:mine", 1)
    wait_for("the same again", lambda: feed(nw, "exec:mine")["result"] == "unchanged")
    document.write_text(rss([item(2), item(1)]))
    wait_items(nw, "exec:mine", 2)
    assert (tmp_path / "argument").read_text() == f"a b; $(touch {tmp_path}/shell)\n"
    assert not (tmp_path / "shell").exists()
    assert (tmp_path / "pwd").read_text() == "/\n"
    names = {line.partition("=")[0] for line in (tmp_path / "env").read_text().splitlines()}
    assert names - {"PWD", "_", "SHLVL", "OLDPWD"} == {"PATH", "LANG"}


def test_a_program_that_fails_says_why(nw, redis_server, tmp_path):
    feeds = {
        "exec:code": ["/bin/sh", "-c", "echo; echo quota exceeded >&2; echo more >&2; exit 3"],
        "exec:slow": ["/bin/sleep", "60"],
        "exec:huge": ["/bin/cat", "/dev/zero"],
        "exec:killed": ["/bin/sh", "-c", "kill -9 $$"],
        "exec:missing": ["/no/such/program"],
        "exec:page": ["/bin/echo", "this is no feed"],
    }
    configure(nw, redis_server, *(f'{{url: "{u}", interval: 1s, command: {c!r}}}'.replace("'", '"') for u, c in feeds.items()))
    begin = time.monotonic()
    nw.daemon().start()
    states = wait_for("all to fail", lambda: {f["url"]: f for f in nw.feeds() if f["errors"]}.keys() == feeds.keys()
                      and {f["url"]: f for f in nw.feeds()})
    assert "ended with code 3: quota exceeded" in states["exec:code"]["error"]
    assert "fetch.timeout" in states["exec:slow"]["error"]
    huge = states["exec:huge"]
    assert "the 65536 bytes of fetch.max_body" in huge["error"] and huge["result"] == "too-big"
    took_ms = nw.ask("feeds", "show", "exec:huge")[0]["history"][-1]["took_ms"]
    assert took_ms < 1500, "it is killed at once, not at its time limit"
    assert "SIGKILL" in states["exec:killed"]["error"]
    assert "/no/such/program" in states["exec:missing"]["error"]
    assert states["exec:page"]["result"] == "refused"
    assert time.monotonic() - begin < 15


def test_a_command_belongs_to_an_exec_feed_of_the_configuration(nw, redis_server):
    for feeds, what in (('{url: "exec:x"}', "needs a command"),
                        ('{url: "http://example.com/", command: [/bin/true]}', "is for exec: feeds"),
                        ('{url: "exec:x", command: [./x]}', "whole path"),
                        ("{list: many.txt}", "needs a command")):
        configure(nw, redis_server, feeds)
        (nw.etc / "many.txt").write_text("exec:x\n")
        p = nw.cli("check", "-c", nw.etc / "newswatch.yaml", check=False)
        assert what in p.stdout + p.stderr, p.stdout + p.stderr


def test_a_command_ends_with_the_daemon(nw, redis_server, tmp_path):
    configure(nw, redis_server, f'{{url: "exec:s", command: [/bin/sh, -c, "echo $$ >{tmp_path}/pid; exec sleep 100"]}}')
    daemon = nw.daemon().start()
    pid = int(wait_for("it to run", lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text()))
    daemon.kill()

    def is_gone():
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        return open(f"/proc/{pid}/stat").read().split(")")[1].split()[0] == "Z"
    wait_for("its end", is_gone)
