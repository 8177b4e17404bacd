"""Subscription lists: `newswatch feeds import` and `export`."""
import xml.etree.ElementTree as ET

import pytest


@pytest.fixture
def etc(nw):
    nw.conf = nw.write("newswatch.yaml", "feeds:\n  - http://a.example/feed?utm_source=x\ninclude: [feeds.d/*.yaml]\n")
    return nw


def feeds(etc, *args, **more):
    return etc.cli("feeds", *args, "-c", etc.conf, **more)


def outlines(opml):
    """(folders, title, URL) of every feed."""
    root = ET.fromstring(opml)
    assert root.tag == "opml" and root.get("version") == "2.0"
    found = []

    def walk(element, folders):
        for o in element:
            assert o.get("text"), "OPML 2.0 requires it"
            if o.get("xmlUrl"):
                found.append((folders, o.get("title"), o.get("xmlUrl")))
            else:
                walk(o, folders + (o.get("text"),))

    walk(root.find("body"), ())
    return found


def test_import_adds_what_is_new_and_says_what_is_not(etc):
    subs = etc.write("subs.opml", """<opml version="1.0"><body>
<outline text="Tech"><outline text="One" xmlUrl="https://one.example/feed"/>
<outline text="A" xmlUrl="https://a.example/feed"/></outline>
<outline text="Bad" xmlUrl="ftp://bad.example/"/>
</body></opml>""")
    p = feeds(etc, "import", subs, check=False)
    assert p.returncode == 65, "one of them is wrong"
    assert "subs.opml:4:21: error: 'ftp://bad.example/'" in p.stderr
    assert "subs.opml:3:19: left out: https://a.example/feed is at" in p.stderr and "newswatch.yaml:2:5" in p.stderr
    assert "1 feed imported into" in p.stderr and "feeds.d/subs.yaml" in p.stderr
    assert "include" not in p.stderr, "the configuration reads it already"
    assert outlines(feeds(etc, "export").stdout) == [
        ((), "http://a.example/feed?utm_source=x", "http://a.example/feed?utm_source=x"),
        (("Tech",), "One", "https://one.example/feed")]


def test_import_never_overwrites_by_accident(etc):
    subs = etc.write("subs.txt", "https://one.example/\n")
    there = etc.write("feeds.d/subs.yaml", "# mine\n")
    p = feeds(etc, "import", subs, check=False)
    assert p.returncode == 73 and "is there already" in p.stderr and there.read_text() == "# mine\n"
    assert feeds(etc, "import", "--force", subs).returncode == 0 and "one.example" in there.read_text()
    other = etc.work / "other/feeds.yaml"
    etc.write("more.txt", "https://two.example/\n")
    p = feeds(etc, "import", "-o", other, etc.etc / "more.txt")
    assert "two.example" in other.read_text() and "add it to `include`" in p.stderr
    p = feeds(etc, "import", subs)
    assert "0 feeds imported; 1 left out, it is there already" in p.stderr, "nothing new, nothing written"


def test_import_reads_standard_input_and_refuses_what_is_no_list(etc):
    assert feeds(etc, "import", "-", stdin="https://z.example/\n").returncode == 0
    assert "z.example" in (etc.etc / "feeds.d/imported.yaml").read_text()
    html = etc.write("page.html", "<html><body>no feeds</body></html>")
    p = feeds(etc, "import", html, check=False)
    assert p.returncode == 65 and "page.html: error: no feeds in it" in p.stderr
    assert feeds(etc, "import", etc.etc / "none", check=False).returncode == 66
    assert feeds(etc, "import", check=False).returncode == 64
    assert feeds(etc, "nonsense", check=False).returncode == 64


def test_ten_thousand_feeds_come_out_as_they_went_in(etc, tmp_path):
    wanted = [(("Folder %d" % (i % 7), "Sub & %d" % (i % 3)), f"Feed <{i}>", f"https://h{i}.example/feed?n={i}&x=1")
              for i in range(10000)]
    root = ET.Element("opml", version="1.0")
    body = ET.SubElement(root, "body")
    for folders, title, url in wanted:
        outer = ET.SubElement(body, "outline", text=folders[0])
        ET.SubElement(ET.SubElement(outer, "outline", text=folders[1]), "outline", text=title, xmlUrl=url)
    etc.write("newswatch.yaml", "include: [feeds.d/*.yaml]\n")
    etc.write("many.opml", ET.tostring(root, encoding="unicode"))
    feeds(etc, "import", etc.etc / "many.opml")
    first = etc.work / "first.opml"
    feeds(etc, "export", "-o", first)
    assert sorted(outlines(first.read_text())) == sorted(wanted)
    (etc.etc / "feeds.d/many.yaml").unlink()
    feeds(etc, "import", first)
    again = feeds(etc, "export").stdout
    strip = lambda text: text.split("</dateCreated>")[1]
    assert strip(again) == strip(first.read_text())
    assert feeds(etc, "export", "-o", first, check=False).returncode == 73
