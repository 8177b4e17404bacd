"""Redis in all its moods: every error it answers with, TLS, ACL users, Unix
sockets, Sentinels and a cluster. Each time a hit is published in the mood, and
must arrive once when the mood is over; meanwhile the status says what is wrong
and what to do.
"""
import contextlib
import re
import subprocess
import threading

import pytest
import redis
from conftest import Process, Redis, free_port, wait_for
from test_kills import P, Storm

CLUSTER_PREFIX = "{newswatch}:"


@pytest.fixture
def storm(nw, nginx, redis_server, sink):
    return Storm(nw, nginx, redis_server, sink)


def message(storm):
    with contextlib.suppress(ConnectionError):
        return storm.nw.status()["queue"]["message"] or ""
    return ""


def wait_message(storm, pattern):
    try:
        return wait_for(pattern, lambda: re.search(pattern, message(storm)))
    except AssertionError:
        raise AssertionError(f"the status does not say {pattern!r} but {message(storm)!r}\n"
                             + storm.daemon.log()[-2000:]) from None


def check_all(storm):
    storm.settle()
    storm.check_stream()
    storm.check_nothing_waits()
    assert storm.check_sink() == 0


# -- errors ----------------------------------------------------------------------

def busy_script(r, port):
    r.config_set("busy-reply-threshold", 100)
    # A connection without retries: the script ends by SCRIPT KILL.
    slow = redis.Redis(port=port)

    def run():
        with contextlib.suppress(redis.ResponseError, redis.ConnectionError):
            slow.eval("while true do end", 0)

    threading.Thread(target=run, daemon=True).start()


def end_busy_script(r, port):
    with contextlib.suppress(redis.ResponseError):
        r.execute_command("SCRIPT", "KILL")


def load_slowly(r, port):
    """1 ms a key, 3000 keys: it is LOADING for 3 s."""
    pipe = r.pipeline()
    for n in range(3000):
        pipe.set(f"key {n}", "x")
    pipe.execute()
    r.config_set("key-load-delay", 1000)
    r.config_set("loading-process-events-interval-bytes", 1024)

    def run():
        with contextlib.suppress(redis.RedisError):
            redis.Redis(port=port).execute_command("DEBUG", "RELOAD", "MERGE")

    threading.Thread(target=run, daemon=True).start()


def fail_to_save(r, port):
    r.config_set("stop-writes-on-bgsave-error", "yes")
    r.config_set("save", "3600 1")
    # A directory where the file should be.
    r.config_set("dbfilename", "taken.rdb")
    directory = r.config_get("dir")["dir"] + "/taken.rdb"
    subprocess.run(["mkdir", "-p", directory + "/full"], check=True)
    r.set("dirty", 1)
    r.bgsave()
    wait_for("the save to fail", lambda: r.info("persistence")["rdb_last_bgsave_status"] == "err")


def save_again(r, port):
    r.config_set("dbfilename", "free.rdb")
    r.config_set("stop-writes-on-bgsave-error", "no")


def forbid(r, port):
    r.acl_setuser("default", enabled=True, nopass=True, keys=["*"], channels=["*"], commands=["+@all", "-evalsha", "-eval"])


def allow(r, port):
    r.acl_setuser("default", enabled=True, nopass=True, keys=["*"], channels=["*"], commands=["+@all"])


def take_over(r, port):
    """The stream's key holds something else."""
    r.rename(P + "hits", P + "kept")
    r.set(P + "hits", "mine")


def give_back(r, port):
    r.delete(P + "hits")
    r.rename(P + "kept", P + "hits")


ROWS = {
    "OOM": (lambda r, _: r.config_set("maxmemory", "1mb"), lambda r, _: r.config_set("maxmemory", 0),
            "OOM.*raise maxmemory"),
    "READONLY": (lambda r, _: r.slaveof("127.0.0.1", 1), lambda r, _: r.slaveof(),
                 "READONLY.*must name the master|is a replica of 127.0.0.1:1; .*replicaof no one"),
    "MASTERDOWN": (lambda r, _: (r.config_set("replica-serve-stale-data", "no"), r.slaveof("127.0.0.1", 1)),
                   lambda r, _: r.slaveof(), "MASTERDOWN|is a replica of"),
    "NOREPLICAS": (lambda r, _: r.config_set("min-replicas-to-write", 1),
                   lambda r, _: r.config_set("min-replicas-to-write", 0), "NOREPLICAS.*min-replicas-to-write"),
    "MISCONF": (fail_to_save, save_again, "MISCONF.*cannot save to disk"),
    "BUSY": (busy_script, end_busy_script, "BUSY.*SCRIPT KILL|no answer within"),
    "NOPERM": (forbid, allow, "NOPERM.*ACL of this user lacks"),
    "WRONGTYPE": (take_over, give_back, "WRONGTYPE.*uses the prefix"),
    "LOADING": (load_slowly, lambda r, _: None, "LOADING.*reading its data|still loading"),
    "evicts": (lambda r, _: r.config_set("maxmemory-policy", "allkeys-lru"),
               lambda r, _: r.config_set("maxmemory-policy", "noeviction"),
               "evicts keys.*config set maxmemory-policy noeviction"),
}


@pytest.mark.parametrize("mood", ROWS)
def test_a_hit_outlives(storm, mood):
    inject, heal, says = ROWS[mood]
    storm.redis.argv += ["--enable-debug-command", "yes", "--enable-protected-configs", "yes"]
    storm.redis.kill()
    storm.redis.start()
    r = storm.redis.client()
    storm.start()
    storm.publish(1)
    storm.settle()
    inject(r, storm.redis.port)
    if mood == "evicts":  # the settings are looked at on every new connection
        r.client_kill_filter(_type="normal", skipme=True)
    storm.publish(1)
    wait_message(storm, says)
    storm.publish(1)
    heal(r, storm.redis.port)
    if mood == "LOADING":
        wait_for("the end of loading", lambda: r.info("persistence")["loading"] == 0)
    check_all(storm)


def test_scripts_and_groups_that_are_gone_are_made_again(storm):
    """NOSCRIPT, NOGROUP, and UNBLOCKED: a read that waits while its stream goes."""
    r = storm.redis.client()
    storm.start()
    storm.publish(1)
    storm.settle()
    r.script_flush()
    storm.publish(1)
    storm.settle()
    r.xgroup_destroy(P + "hits", "newswatch")
    storm.publish(1)
    storm.settle()
    wait_for("a blocked read", lambda: r.info("clients")["blocked_clients"] == 1)
    r.delete(P + "hits")
    storm.worker.wait_log("queue_group_missing")
    storm.publish(1)
    storm.settle()
    assert storm.check_sink() == 0
    assert storm.stream_titles() == ["Meta presents model number 4"]


# -- doors -----------------------------------------------------------------------

def certificates(work):
    """A CA, and a certificate for 127.0.0.1 of it."""
    def openssl(*argv):
        subprocess.run(["openssl", *map(str, argv)], check=True, capture_output=True)

    ca, key = work / "ca.crt", work / "server.key"
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", work / "ca.key",
            "-out", ca, "-days", 2, "-subj", "/CN=test ca")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key,
            "-out", work / "server.csr", "-subj", "/CN=redis")
    (work / "ext").write_text("subjectAltName=IP:127.0.0.1\n")
    openssl("x509", "-req", "-in", work / "server.csr", "-CA", ca, "-CAkey", work / "ca.key", "-CAcreateserial",
            "-days", 2, "-extfile", work / "ext", "-out", work / "server.crt")
    return ca, work / "server.crt", key


def test_tls_with_a_ca_and_a_user_with_an_acl(nw, nginx, redis_server, sink):
    ca, crt, key = certificates(nw.work)
    port = free_port()
    r = redis_server.client()
    r.config_set("tls-cert-file", str(crt))
    r.config_set("tls-key-file", str(key))
    r.config_set("tls-ca-cert-file", str(ca))
    r.config_set("tls-auth-clients", "no")
    r.config_set("tls-port", port)
    # As doc/QUEUE.md says.
    r.execute_command("ACL", "SETUSER", "watch", "on", ">s3cret", "~newswatch:*", "&newswatch:*", "+@all", "-@dangerous",
                      "+info", "+bgrewriteaof")
    secret = nw.write("secret", "s3cret\n")
    secret.chmod(0o600)
    storm = Storm(nw, nginx, redis_server, sink, f'url: "rediss://127.0.0.1:{port}/0", user: watch, '
                  f'password_file: {secret}, ca_file: {ca}')
    storm.start()
    storm.publish(2)
    check_all(storm)
    names = [c["user"] for c in r.client_list() if "newswatch" in c["name"]]
    assert names and set(names) == {"watch"}
    assert "s3cret" not in storm.daemon.log() + storm.worker.log()
    for p in (storm.daemon, storm.worker):
        p.stop()
    secret.write_text("guess\n")
    storm.start()
    storm.publish(1)
    wait_message(storm, "WRONGPASS.*redis.password_file")
    r.execute_command("ACL", "SETUSER", "watch", ">guess")
    check_all(storm)


def test_a_user_who_may_not_have_the_file_rewritten_is_told_so(storm):
    r = storm.redis.client()
    r.execute_command("ACL", "SETUSER", "default", "-bgrewriteaof")
    storm.start()
    storm.publish(2)
    check_all(storm)
    storm.daemon.wait_log(r"warn redis_not_rewritten error=.NOPERM.*hint=.*\+bgrewriteaof")
    assert storm.daemon.log().count("redis_not_rewritten") == 1
    assert r.info("persistence")["aof_rewrites"] == 0


def test_no_password_where_one_is_wanted_says_what_to_set(storm):
    storm.redis.client().config_set("requirepass", "x")
    storm.start()
    storm.publish(1)
    wait_message(storm, "NOAUTH.*redis.password_file")
    redis.Redis(port=storm.redis.port, password="x").config_set("requirepass", "")
    check_all(storm)


def test_a_unix_socket_will_do(nw, nginx, redis_server, sink):
    path = redis_server.dir / "s"
    redis_server.argv += ["--unixsocket", str(path)]
    redis_server.kill()
    redis_server.start()
    storm = Storm(nw, nginx, redis_server, sink, f'url: "unix:{path}"')
    storm.start()
    storm.publish(2)
    check_all(storm)
    assert all(c["addr"].startswith(str(path)) for c in redis_server.client().client_list() if "newswatch" in c["name"])


# -- Sentinels -------------------------------------------------------------------

class Server(Redis):
    """One of several servers in a work directory."""

    def __init__(self, work, name, *options):
        self.port, self.dir = free_port(), work / name
        self.dir.mkdir()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        Process.__init__(self, work, name, [
            "redis-server", "--port", self.port, "--bind", "127.0.0.1", "--dir", self.dir, "--appendonly", "yes",
            "--appendfsync", "always", "--save", "", "--repl-diskless-sync-delay", "0", *options])


class Sentinel(Process):
    def __init__(self, work, name, master, down_ms=400):
        self.port = free_port()
        conf = work / f"{name}.conf"
        conf.write_text(f"port {self.port}\nbind 127.0.0.1\ndir {work}\nsentinel monitor news 127.0.0.1 {master.port} 1\n"
                        f"sentinel down-after-milliseconds news {down_ms}\nsentinel failover-timeout news 2000\n")
        super().__init__(work, name, ["redis-server", conf, "--sentinel"])

    def client(self):
        return redis.Redis(port=self.port, decode_responses=True)

    def master_port(self):
        return int(self.client().execute_command("SENTINEL", "get-master-addr-by-name", "news")[1])


@pytest.fixture
def watched(tmp_path):
    """A master, a replica, two Sentinels; ends with them."""
    master = Server(tmp_path, "master").start()
    replica = Server(tmp_path, "replica", "--replicaof", f"127.0.0.1 {master.port}").start()
    sentinels = [Sentinel(tmp_path, f"sentinel{n}", master).start() for n in (1, 2)]
    for s in sentinels:
        wait_for("the Sentinel to know the replica", lambda s=s: s.client().execute_command("SENTINEL", "replicas", "news"))
    wait_for("the replica", lambda: replica.client().info("replication")["master_link_status"] == "up")
    yield master, replica, sentinels
    for p in (*sentinels, replica, master):
        p.kill()


def test_a_failover_by_sentinels_is_followed(nw, nginx, sink, watched):
    master, replica, sentinels = watched
    nobody = free_port()
    storm = Storm(nw, nginx, master, sink,
                  f'url: "sentinel://127.0.0.1:{nobody},127.0.0.1:{sentinels[0].port},127.0.0.1:{sentinels[1].port}/news"')
    storm.start()
    storm.publish(2)
    check_all(storm)
    master.kill()
    storm.publish(2)
    wait_for("the replica to be the master", lambda: sentinels[0].master_port() == replica.port)
    storm.redis = replica
    check_all(storm)
    sentinels[0].kill()
    storm.publish(1)
    check_all(storm)


def test_a_master_that_was_replaced_but_still_answers_is_left(nw, nginx, sink, watched):
    """A replica is promoted while the old master lives on, cut off: what it alone was told is told to the new one."""
    master, replica, sentinels = watched
    storm = Storm(nw, nginx, master, sink, f'url: "sentinel://127.0.0.1:{sentinels[0].port}/news"')
    storm.start()
    storm.publish(1)
    check_all(storm)
    # Cut off: no replica and no Sentinel hears of the next hit.
    replica.client().slaveof()
    storm.worker.kill()
    storm.publish(1)
    wait_for("the hit on the old master", lambda: len(storm.stream_titles()) == 2)
    for s in sentinels:
        s.kill()
    sentinels[0].argv[1:2] = [str(nw.work / "new.conf")]
    (nw.work / "new.conf").write_text(f"port {sentinels[0].port}\nbind 127.0.0.1\ndir {nw.work}\n"
                                      f"sentinel monitor news 127.0.0.1 {replica.port} 1\n")
    sentinels[0].start()
    storm.redis = replica
    storm.publish(1)
    check_all(storm)
    assert "the Sentinels have another master" in storm.daemon.log()


def test_an_unknown_name_and_no_sentinel_at_all_are_told(nw, nginx, sink, watched):
    master, _, sentinels = watched
    storm = Storm(nw, nginx, master, sink, f'url: "sentinel://127.0.0.1:{sentinels[0].port}/olds"')
    storm.daemon.start()
    wait_message(storm, 'no Sentinel says where it is.*knows no master "olds"')
    storm.daemon.kill()


# -- a cluster -------------------------------------------------------------------

@pytest.fixture
def cluster(tmp_path):
    """Three masters, and a replica of each one; quick to fail over."""
    nodes = [Server(tmp_path, f"node{n}", "--cluster-enabled", "yes", "--cluster-node-timeout", "500",
                    "--cluster-replica-validity-factor", "0", "--cluster-port", free_port()) for n in range(6)]
    for n in nodes:
        n.start()
    addresses = [f"127.0.0.1:{n.port}" for n in nodes]
    subprocess.run(["redis-cli", "--cluster", "create", *addresses, "--cluster-replicas", "1", "--cluster-yes"], check=True,
                   capture_output=True, timeout=60)
    wait_for("the cluster", lambda: all(n.client().cluster("info")["cluster_state"] == "ok" for n in nodes))
    yield nodes
    for n in nodes:
        n.kill()


def owner(nodes):
    """The node that serves our slot, and one that does not."""
    def reads(n):
        try:
            n.client().exists(CLUSTER_PREFIX + "hits")
            return n.client().info("replication")["role"] == "master"
        except redis.ResponseError:
            return False
        except redis.ConnectionError:
            return False

    ours = [n for n in nodes if n.alive() and reads(n)]
    return ours[0] if ours else None


def other(nodes):
    return next(n for n in nodes if n.alive() and n is not owner(nodes))


def move_slot(nodes, source, target, keep_open):
    """Resharding by hand, as redis-cli does, with a look in the middle."""
    slot = source.client().execute_command("CLUSTER", "KEYSLOT", CLUSTER_PREFIX)
    ids = {n: n.client().execute_command("CLUSTER", "MYID") for n in (source, target)}
    target.client().execute_command("CLUSTER", "SETSLOT", slot, "IMPORTING", ids[source])
    source.client().execute_command("CLUSTER", "SETSLOT", slot, "MIGRATING", ids[target])
    keys = source.client().execute_command("CLUSTER", "GETKEYSINSLOT", slot, 1000)
    for key in keys:
        source.client().execute_command("MIGRATE", "127.0.0.1", target.port, key, 0, 5000)
    keep_open()
    for n in (target, source, *[n for n in nodes if n not in (source, target)]):
        with contextlib.suppress(redis.ResponseError):
            n.client().execute_command("CLUSTER", "SETSLOT", slot, "NODE", ids[target])


def test_a_cluster_is_followed_through_moved_ask_and_failover(nw, nginx, sink, cluster):
    start = other(cluster)
    second = next(n for n in cluster if n is not start)
    conf = f'url: "redis://127.0.0.1:{start.port},127.0.0.1:{second.port}"'
    storm = Storm(nw, nginx, owner(cluster), sink, conf, prefix=CLUSTER_PREFIX)
    storm.start()
    storm.publish(2)
    check_all(storm)
    assert "redis_moved" in storm.daemon.log() and "why=MOVED" in storm.worker.log()

    target = next(n for n in cluster if n is not storm.redis and n.client().info("replication")["role"] == "master")
    seen = []

    def in_the_middle():
        storm.publish(1)
        wait_for("ASK or TRYAGAIN", lambda: re.search("why=ASK|TRYAGAIN", storm.daemon.log() + storm.worker.log()))
        seen.append(True)

    move_slot(cluster, storm.redis, target, in_the_middle)
    storm.redis = target
    check_all(storm)
    assert seen

    storm.publish(1)
    storm.settle()
    target.kill()
    storm.publish(1)
    storm.redis = wait_for("the replica to take over", lambda: owner(cluster))
    check_all(storm)


def test_a_cluster_without_a_hash_tag_is_refused_with_the_prefix_to_set(nw, nginx, sink, cluster):
    storm = Storm(nw, nginx, owner(cluster), sink)
    storm.daemon.start()
    wait_message(storm, r'redis.prefix to "\{newswatch\}:"')
    storm.daemon.kill()


def test_a_cluster_that_is_down_is_waited_for(nw, nginx, sink, cluster):
    ours = owner(cluster)
    storm = Storm(nw, nginx, ours, sink, prefix=CLUSTER_PREFIX)
    storm.start()
    storm.publish(1)
    check_all(storm)
    dead = [n for n in cluster if n is not ours and n.client().info("replication")["role"] == "master"]
    for n in cluster:
        if n is not ours:
            n.kill()
    assert dead
    storm.publish(1)
    wait_message(storm, "CLUSTERDOWN")
    for n in cluster:
        if n is not ours:
            n.start()
    storm.redis = wait_for("the cluster", lambda: owner(cluster))
    check_all(storm)


