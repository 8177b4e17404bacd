"""doc/channels: the configuration of each page is good, its table is the program's, and what arrives is what it shows.

NW_WRITE=1 writes what arrives into the pages instead of comparing it.
"""
import json
import os
import re
import socket
import subprocess

import pytest
from conftest import BUILD, SRC

PAGES = sorted((SRC / "doc/channels").glob("*.md"))
OTHER_TYPES = {"terminal": "stdout"}
ARRIVES = re.compile(r"(## What arrives\n\n```\n)(.*?)(```\n)", re.S)
SECRETS = {"hook-key": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "apprise": "json://127.0.0.1/x"}
HOST = socket.gethostname()


def run(*args, cwd=None):
    return subprocess.run([BUILD / "newswatch", *map(str, args)], capture_output=True, text=True, timeout=30, cwd=cwd,
                          env=dict(os.environ, NO_COLOR="1", TZ="UTC"))


def settings():
    return [json.loads(x) for x in run("check", "--channels", "--json").stdout.splitlines()]


def configure(page, tmp_path):
    """The page's example, with a file for each secret that it names."""
    (config,) = re.findall(r"```yaml\n(.*?)```", page.read_text(), re.S)
    for name in re.findall(r"secrets/([a-z-]+)", config):
        path = tmp_path / "secrets" / name
        path.parent.mkdir(exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(SECRETS.get(name, "https://hooks.example/secret-path" if name.endswith("-url") else "secret-value"))
    path = tmp_path / "newswatch.yaml"
    path.write_text(f"state_dir: {tmp_path}\nredis: {{url: 'redis://127.0.0.1:1/0'}}\nhttp: {{listen: ''}}\n" + config)
    return path, re.search(r"^  ([a-z]+):", config, re.M)[1]


def pretty(text):
    """JSON of a request over several lines; what varies from run to run is shown as dots."""
    text = re.sub(r"(webhook-signature: v1,)\S+|(webhook-timestamp: )\d+", lambda m: (m[1] or m[2]) + "...", text)
    text = re.sub(r"NEWS - \ufeff", "NEWS - ", text.replace(f"Z {HOST} ", "Z news.example "))
    text = re.sub(r"newswatch \d+ NEWS", "newswatch 123 NEWS", text).replace(str(BUILD), "")
    out = []
    for line in text.splitlines():
        try:
            value = json.loads(line) if line.startswith("{") else None
        except ValueError:
            value = None
        out.append(json.dumps(value, indent=2, ensure_ascii=False) if value else line)
    return "\n".join(out).rstrip() + "\n"


def arrives(path, channel):
    p = run("send", "test", "--dry-run", "--json", "-c", path, channel)
    assert p.returncode == 0, p.stderr
    (line,) = [x for x in p.stdout.splitlines() if x.startswith('{"channel"')]
    printed = "\n".join(x for x in p.stdout.splitlines() if x != line)
    text = "\n".join([printed] * bool(printed) + [e["text"] for e in json.loads(line)["exchange"]])
    return pretty(text.replace(str(path.parent), "/etc/newswatch"))


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_what_arrives_is_what_the_page_shows(page, tmp_path):
    path, channel = configure(page, tmp_path)
    now = arrives(path, channel)
    assert "secret-" not in now.replace("secrets/", "")
    text = page.read_text()
    assert ARRIVES.search(text)
    if os.environ.get("NW_WRITE"):
        page.write_text(ARRIVES.sub(lambda m: m[1] + now + m[3], text))
    else:
        assert ARRIVES.search(text)[2] == now


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_the_example_of_a_page_is_good(page, tmp_path):
    path, _ = configure(page, tmp_path)
    (tmp_path / "w.yaml").write_text("entities: [{name: Meta, kind: company}]\n")
    path.write_text(path.read_text() + "include: [w.yaml]\nfeeds: [{url: 'https://example.com/feed.xml'}]\n")
    p = run("check", "-c", path)
    assert p.returncode == 0, p.stderr


def test_every_type_has_a_page_whose_table_is_the_programs():
    seen = set()
    for row in settings():
        if row["type"] == "*":
            assert f"`{row['setting']}`" in (SRC / "doc/CHANNELS.md").read_text()
            continue
        page = SRC / f"doc/channels/{OTHER_TYPES.get(row['type'], row['type'])}.md"
        default = "needed" if row["required"] else row["default"] or ""
        assert f"| `{row['setting']}` | {default} | {row['doc']} |\n" in page.read_text()
        seen.add(row["type"])
    names = {p.stem for p in PAGES} | set(OTHER_TYPES)
    assert seen <= names
    for name in names:
        assert f"channels/{OTHER_TYPES.get(name, name)}.md" in (SRC / "doc/CHANNELS.md").read_text()
