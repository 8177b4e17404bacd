"""Every failpoint of the source is a place to die at, once: whichever it is,
afterwards all items are in the stream once, and at the sink at least once.
"""
import re
import signal

import pytest
from conftest import BUILD, SRC, WATCHLIST, wait_for
from test_kills import Storm

DAEMON_FILES = ("setup/*", "store/*", "queue/publisher*")

# Not on the way of three items: an hourly turn, a channel of another type, two
# stories that are found to be one (test_stories.py), what is held over night or
# muted (tests/queue/order_crash_test.c).
ELSEWHERE = {"store.unit.prune", "file_append", "store.unit.merge", "dispatch_held", "dispatch_muted"}


def sites():
    """(site, who passes it), from the source as it is."""
    found = set()
    for path in sorted((SRC / "src").glob("*/*.c")):
        for site in re.findall(r'failpoint\(\s*"([^"]+)"', path.read_text()):
            found.add((site, "daemon" if any(map(path.match, DAEMON_FILES)) else "worker"))
    return sorted(found)


def built_with_failpoints():
    return b"NW_FAILPOINT" in (BUILD / "newswatchd").read_bytes()


pytestmark = pytest.mark.skipif(not built_with_failpoints(), reason="built without --enable-failpoints")


@pytest.fixture
def storm(nw, nginx, redis_server, sink):
    return Storm(nw, nginx, redis_server, sink)


def test_the_list_of_sites_is_found():
    assert len(sites()) >= 15 and ELSEWHERE < {s for s, _ in sites()}


@pytest.mark.parametrize("site,who", [s for s in sites() if s[0] not in ELSEWHERE], ids=lambda v: v)
def test_a_death_at(storm, site, who):
    victim = getattr(storm, who)
    victim.env["NW_FAILPOINT"] = f"{site}:1:kill"
    storm.publish(12 if site.startswith("queue.multi") else 3)  # few hits go by script
    storm.start()
    wait_for(f"the {who} to end at {site}", lambda: not victim.alive())
    if site == "loader":
        assert victim.p.returncode > 0, "the daemon says that it cannot load"
    else:
        assert victim.p.returncode == -signal.SIGKILL
    del victim.env["NW_FAILPOINT"]
    storm.settle()
    storm.check_stream()
    storm.check_nothing_waits()
    assert storm.check_sink() <= storm.published
