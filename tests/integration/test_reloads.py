"""Reloads of a list with thousands of feeds: the right ones stay, and no memory is left behind."""
import re

import pytest

from conftest import BUILD, wait_for

FEEDS, HOSTS = 5000, 1000
ROUNDS = 6
LEFT_BEHIND = 1 << 20  # bytes of all rounds together: beyond this, each would leave something


def url(i, version=""):
    # Refused without a connection: loopback is not allowed here.
    return f"http://127.9.{i % HOSTS // 250}.{i % 250 + 1}:9/feeds/{i}.xml{version}"


def urls(k):
    """Every tenth is another one in each round."""
    return [url(i, f"?{k}" if i % 10 == k % 10 else "") for i in range(FEEDS)]


def resident(daemon):
    with open(f"/proc/{daemon.p.pid}/status", encoding="ascii") as f:
        return int(re.search(r"VmRSS:\s+(\d+)", f.read())[1]) * 1024


@pytest.fixture
def daemon(nw, redis_server):
    nw.write("list.txt", "\n".join(urls(0)) + "\n")
    nw.write("newswatch.yaml", f"""
feeds: [{{list: list.txt, interval: 24h}}]
state_dir: {nw.state}
redis: {{url: "{redis_server.url}"}}
fetch: {{host_gap: 0s}}
""")
    d = nw.daemon()
    d.start()
    wait_for("the daemon", lambda: nw.status()["ready"])
    return d


def reload_with(nw, list_):
    nw.write("list.txt", "\n".join(list_) + "\n")
    nw.cli("reload", "-c", nw.etc / "newswatch.yaml")


def test_a_reload_changes_what_differs_and_keeps_the_others(nw, daemon):
    for k in (1, 2):
        reload_with(nw, urls(k))
        assert sorted(f["url"] for f in nw.feeds()) == sorted(urls(k))
    reload_with(nw, urls(2)[:10])
    assert sorted(f["url"] for f in nw.feeds()) == sorted(urls(2)[:10])


@pytest.mark.skipif(b"__asan_init" in (BUILD / "newswatchd").read_bytes(), reason="freed memory is kept on purpose")
def test_reloads_leave_no_memory_behind(nw, daemon):
    for k in (1, 2):
        reload_with(nw, urls(k))
    before = resident(daemon)
    for k in range(3, 3 + ROUNDS):
        reload_with(nw, urls(k))
    assert resident(daemon) - before < LEFT_BEHIND
