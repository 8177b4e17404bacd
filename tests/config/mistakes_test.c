/* Every kind of mistake, with the whole report that it gives. */
#include "fixture.h"

#include "model/limits.h"

static const struct {
	const char *text, *report;
} mistakes[] = {
	/* -- files ----------------------------------------------------------
	 */
	{"- a\n- b\n",
		"n.yaml:1:1: error: a file holds a map of parts, such as "
		"'feeds:' or 'entities:', not a list\n"
		"    1 | - a\n"
		"      | ^\n"},
	{"a: [\n",
		"n.yaml:1:4: error: '[' without its ']'\n"
		"    1 | a: [\n"
		"      |    ^\n"},
	{"include: nothere.yaml\n",
		"n.yaml:1:10: error: there is no file 'nothere.yaml'\n"
		"    1 | include: nothere.yaml\n"
		"      |          ^\n"},
	{"include: [readme.txt]\n",
		"n.yaml:1:11: error: 'readme.txt' can be neither YAML nor CSV: "
		"its name must end in .yaml or .csv\n"
		"    1 | include: [readme.txt]\n"
		"      |           ^\n"},
	{"include: {a: b}\n",
		"n.yaml:1:10: error: include: must be a list, not a map\n"
		"    1 | include: {a: b}\n"
		"      |          ^\n"},
	{"include: [fetch.inc.yaml]\n",
		"fetch.inc.yaml:1:1: error: 'fetch' may stand in the main file "
		"only\n"
		"    1 | fetch: {timeout: 3s}\n"
		"      | ^\n"
		"fetch.inc.yaml:2:1: error: 'include' may stand in the main "
		"file only\n"
		"    2 | include: a\n"
		"      | ^\n"
		"fetch.inc.yaml:3:1: error: unknown key 'entites'; did you "
		"mean 'entities'?\n"
		"    3 | entites: []\n"
		"      | ^\n"},
	{"include: dir.yaml\n",
		"n.yaml:1:10: error: 'dir.yaml': cannot read: Is a directory\n"
		"    1 | include: dir.yaml\n"
		"      |          ^\n"},
	/* -- keys and types --------------------------------------------------
	 */
	{"feds: []\n",
		"n.yaml:1:1: error: unknown key 'feds'; did you mean 'feeds'?\n"
		"    1 | feds: []\n"
		"      | ^\n"},
	{"fetch.timeout: 3s\n",
		"n.yaml:1:1: error: unknown key 'fetch.timeout'; keys are "
		"written within each other, a: {b: ...}, not a.b\n"
		"    1 | fetch.timeout: 3s\n"
		"      | ^\n"},
	{"store: {keep: 90d, kep: 1d}\n",
		"n.yaml:1:20: error: unknown key 'kep'; did you mean 'keep'?\n"
		"    1 | store: {keep: 90d, kep: 1d}\n"
		"      |                    ^\n"},
	{"qwertyuiop: 1\n",
		"n.yaml:1:1: error: unknown key 'qwertyuiop'\n"
		"    1 | qwertyuiop: 1\n"
		"      | ^\n"},
	{"redis: {password: hunter2}\n",
		"n.yaml:1:9: error: unknown key 'password'; did you mean "
		"'password_file'?\n"
		"    1 | redis: {password: *******}\n"
		"      |         ^\n"},
	{"fetch: 3\nstore: []\n",
		"n.yaml:1:8: error: fetch: must be a map, not a text\n"
		"    1 | fetch: 3\n"
		"      |        ^\n"
		"n.yaml:2:8: error: store: must be a map, not a list\n"
		"    2 | store: []\n"
		"      |        ^\n"},
	{"fetch:\nstore:\nfeeds:\nentities:\nchannels:\nroutes:\nredis: ''\n",
		"n.yaml:7:8: error: redis: must be a map, not a text\n"
		"    7 | redis: ''\n"
		"      |        ^\n"},
	{"strict: maybe\n",
		"n.yaml:1:9: error: strict: 'maybe' is neither true nor false\n"
		"    1 | strict: maybe\n"
		"      |         ^\n"},
	{"fetch:\n  budget: much\n  max_rate: 5\n  timeout: 30\n  max_body: "
	 "big\n"
	 "  host_connections: 2.5\n",
		"n.yaml:2:11: error: fetch.budget: 'much' is no number\n"
		"    2 |   budget: much\n"
		"      |           ^\n"
		"n.yaml:3:13: error: fetch.max_rate: '5' is no rate; write "
		"50/s, 10/m or none\n"
		"    3 |   max_rate: 5\n"
		"      |             ^\n"
		"n.yaml:4:12: error: fetch.timeout: '30' is no duration; write "
		"90s, 5m, 2h or 7d\n"
		"    4 |   timeout: 30\n"
		"      |            ^\n"
		"n.yaml:5:13: error: fetch.max_body: 'big' is no size; write "
		"512KiB or 4MiB\n"
		"    5 |   max_body: big\n"
		"      |             ^\n"
		"n.yaml:6:21: error: fetch.host_connections: '2.5' is no whole "
		"number\n"
		"    6 |   host_connections: 2.5\n"
		"      |                     ^\n"},
	{"fetch:\n  budget: 0.05\n  max_rate: 100001/s\n  timeout: 999ms\n"
	 "  max_body: 1023B\n  host_connections: 17\n  host_gap: 2h\n",
		"n.yaml:2:11: error: fetch.budget: '0.05' is out of range: "
		"from 0.1 to 86400\n"
		"    2 |   budget: 0.05\n"
		"      |           ^\n"
		"n.yaml:3:13: error: fetch.max_rate: '100001/s' is out of "
		"range: from none to 100000/s\n"
		"    3 |   max_rate: 100001/s\n"
		"      |             ^\n"
		"n.yaml:4:12: error: fetch.timeout: '999ms' is out of range: "
		"from 1s to 10m\n"
		"    4 |   timeout: 999ms\n"
		"      |            ^\n"
		"n.yaml:5:13: error: fetch.max_body: '1023B' is out of range: "
		"from 1KiB to 16MiB\n"
		"    5 |   max_body: 1023B\n"
		"      |             ^\n"
		"n.yaml:6:21: error: fetch.host_connections: '17' is out of "
		"range: from 1 to 16\n"
		"    6 |   host_connections: 17\n"
		"      |                     ^\n"
		"n.yaml:7:13: error: fetch.host_gap: '2h' is out of range: "
		"from 0 to 1h\n"
		"    7 |   host_gap: 2h\n"
		"      |             ^\n"},
	{"fetch: {min_interval: 2h, max_interval: 1h}\n",
		"n.yaml:1:8: error: fetch: min_interval is longer than "
		"max_interval\n"
		"    1 | fetch: {min_interval: 2h, max_interval: 1h}\n"
		"      |        ^\n"},
	{"fetch: {proxy: ftp://x/}\nredis: {url: 127.0.0.1}\n",
		"n.yaml:1:16: error: fetch.proxy: 'ftp://x/' is no URL that "
		"starts with one of: http:, https:, socks4:, socks4a:, "
		"socks5:, socks5h:\n"
		"    1 | fetch: {proxy: ftp://x/}\n"
		"      |                ^\n"
		"n.yaml:2:14: error: redis.url: '127.0.0.1' is no URL that "
		"starts with one of: redis:, rediss:, unix:, sentinel:, "
		"sentinels:\n"
		"    2 | redis: {url: 127.0.0.1}\n"
		"      |              ^\n"},
	{"redis: {url: 'redis://u:pw@h', cert_file: a}\n",
		"n.yaml:1:8: error: redis: cert_file and key_file belong "
		"together\n"
		"    1 | redis: {url: 'redis://****@h', cert_file: a}\n"
		"      |        ^\n"
		"n.yaml:1:14: error: redis.url: a password belongs into a file "
		"that only newswatch can read; name it with 'password_file'\n"
		"    1 | redis: {url: 'redis://****@h', cert_file: a}\n"
		"      |              ^\n"},
	{"http: {listen: '8642'}\n",
		"n.yaml:1:16: error: http.listen: '8642' is no address; write "
		"127.0.0.1:8642 or [::1]:8642, or '' for none\n"
		"    1 | http: {listen: '8642'}\n"
		"      |                ^\n"},
	{"log: {level: warning}\n",
		"n.yaml:1:14: error: log.level: 'warning' is not one of: "
		"debug, info, warn, error; did you mean 'warn'?\n"
		"    1 | log: {level: warning}\n"
		"      |              ^\n"},
	{"state_dir: ''\n",
		"n.yaml:1:12: error: state_dir: is empty\n"
		"    1 | state_dir: ''\n"
		"      |            ^\n"},
	{"fetch: {allow_private: [127.0.0.0/8, '', [a]]}\n",
		"n.yaml:1:38: error: fetch.allow_private: an empty text in the "
		"list\n"
		"    1 | fetch: {allow_private: [127.0.0.0/8, '', [a]]}\n"
		"      |                                      ^\n"
		"n.yaml:1:42: error: fetch.allow_private: must be a text, not "
		"a list\n"
		"    1 | fetch: {allow_private: [127.0.0.0/8, '', [a]]}\n"
		"      |                                          ^\n"},
	/* -- feeds -----------------------------------------------------------
	 */
	{"feeds: {url: a}\n",
		"n.yaml:1:8: error: feeds: must be a list, not a map\n"
		"    1 | feeds: {url: a}\n"
		"      |        ^\n"},
	{"feeds: [[a]]\n",
		"n.yaml:1:9: error: feeds[]: must be a map, not a list\n"
		"    1 | feeds: [[a]]\n"
		"      |         ^\n"},
	{"feeds:\n  - interval: 5m\n  - {url: 'http://a.example/', list: b}\n",
		"n.yaml:2:5: error: a feed has one of 'url', 'opml' and "
		"'list'\n"
		"    2 |   - interval: 5m\n"
		"      |     ^\n"
		"n.yaml:3:5: error: a feed has one of 'url', 'opml' and "
		"'list'\n"
		"    3 |   - {url: 'http://a.example/', list: b}\n"
		"      |     ^\n"},
	{"feeds:\n  - ftp://a.example/\n  - http:///x\n  - http://h:99999/\n"
	 "  - 'http://a b/'\n  - feed.xml\n  - ''\n",
		"n.yaml:2:5: error: 'ftp://a.example/' is no URL of a feed: "
		"http:, https: and file: can be read\n"
		"    2 |   - ftp://a.example/\n"
		"      |     ^\n"
		"n.yaml:3:5: error: 'http:///x' is a URL without a host\n"
		"    3 |   - http:///x\n"
		"      |     ^\n"
		"n.yaml:4:5: error: 'http://h:99999/' has a port that is no "
		"number from 1 to 65535\n"
		"    4 |   - http://h:99999/\n"
		"      |     ^\n"
		"n.yaml:5:5: error: 'http://a b/' has a space or control "
		"character in it\n"
		"    5 |   - 'http://a b/'\n"
		"      |     ^\n"
		"n.yaml:6:5: error: 'feed.xml' is no URL of a feed: http:, "
		"https: and file: can be read\n"
		"    6 |   - feed.xml\n"
		"      |     ^\n"
		"n.yaml:7:5: error: '' is empty\n"
		"    7 |   - ''\n"
		"      |     ^\n"},
	{"feeds:\n  - file://host/x\n  - 'file://'\n",
		"n.yaml:2:5: error: a file: URL with a host; write "
		"file:///path or file:path\n"
		"    2 |   - file://host/x\n"
		"      |     ^\n"
		"n.yaml:3:5: error: a file: URL without a path\n"
		"    3 |   - 'file://'\n"
		"      |     ^\n"},
	{"feeds:\n  - http://a.example/\n  - url: http://a.example/\n",
		"n.yaml:3:10: warning: this feed is here twice; the first is "
		"at n.yaml:2:5, and the second is left out\n"
		"    3 |   - url: http://a.example/\n"
		"      |          ^\n"},
	{"feeds:\n  - https://me:secret@a.example/?token=abcdef\n",
		"n.yaml:2:5: warning: the URL holds user information that "
		"everyone can read who can read this file; use 'user' and "
		"'password_file'\n"
		"    2 |   - https://*********@a.example/?token=******\n"
		"      |     ^\n"},
	{"feeds:\n  - url: http://a.example/\n    intervall: 5m\n"
	 "    interval: 5x\n    weight: 0\n    backfill: 36501d\n",
		"n.yaml:3:5: error: unknown key 'intervall'; did you mean "
		"'interval'?\n"
		"    3 |     intervall: 5m\n"
		"      |     ^\n"
		"n.yaml:4:15: error: feeds[].interval: '5x' is no duration; "
		"write 90s, 5m, 2h or 7d\n"
		"    4 |     interval: 5x\n"
		"      |               ^\n"
		"n.yaml:5:13: error: feeds[].weight: '0' is out of range: from "
		"0.01 to 100\n"
		"    5 |     weight: 0\n"
		"      |             ^\n"
		"n.yaml:6:15: error: feeds[].backfill: '36501d' is out of "
		"range: "
		"from 0 to 36500d\n"
		"    6 |     backfill: 36501d\n"
		"      |               ^\n"},
	{"feeds:\n  - url: http://a.example/\n    min_interval: 2h\n"
	 "    max_interval: 1h\n    bearer_file: a\n    password_file: b\n",
		"n.yaml:3:19: error: min_interval is longer than max_interval\n"
		"    3 |     min_interval: 2h\n"
		"      |                   ^\n"
		"n.yaml:5:18: error: bearer_file and user exclude each other\n"
		"    5 |     bearer_file: a\n"
		"      |                  ^\n"
		"n.yaml:6:20: error: password_file without user\n"
		"    6 |     password_file: b\n"
		"      |                    ^\n"},
	{"feeds:\n  - url: http://a.example/\n"
	 "    headers: {a b: c, Host: x, X: \"1\\n2\", Y: [], "
	 "Authorization: Bearer abc}\n",
		"n.yaml:3:15: error: 'a b' is no name of a request header\n"
		"    3 |     headers: {a b: c, Host: x, X: \"1\\n2\", Y: [], "
		"Authorization: **********}\n"
		"      |               ^\n"
		"n.yaml:3:23: error: the header 'Host' is set by newswatch "
		"itself\n"
		"    3 |     headers: {a b: c, Host: x, X: \"1\\n2\", Y: [], "
		"Authorization: **********}\n"
		"      |                       ^\n"
		"n.yaml:3:35: error: a header's value must be one line\n"
		"    3 |     headers: {a b: c, Host: x, X: \"1\\n2\", Y: [], "
		"Authorization: **********}\n"
		"      |                                   ^\n"
		"n.yaml:3:46: error: feeds[].headers: must be a text, not a "
		"list\n"
		"    3 |     headers: {a b: c, Host: x, X: \"1\\n2\", Y: [], "
		"Authorization: **********}\n"
		"      |                                              ^\n"
		"n.yaml:3:50: warning: a secret that everyone can read who can "
		"read this file; use 'bearer_file', or 'user' and "
		"'password_file'\n"
		"    3 |     headers: {a b: c, Host: x, X: \"1\\n2\", Y: [], "
		"Authorization: **********}\n"
		"      |                                                  ^\n"},
	{"feeds:\n  - {url: 'http://a.example/', interval: 10s}\n",
		"n.yaml:2:11: warning: the feed's interval is below fetch's "
		"min_interval, which holds\n"
		"    2 |   - {url: 'http://a.example/', interval: 10s}\n"
		"      |           ^\n"},
	{"feeds:\n  - {url: 'http://a.example/', interval: 10s, "
	 "min_interval: 10s}\n"
	 "  - {url: 'http://b.example/', interval: 2m, min_interval: 3m}\n"
	 "  - {url: 'http://c.example/', max_interval: 30s}\n",
		"n.yaml:3:11: warning: the feed's interval is below its "
		"min_interval, which holds\n"
		"    3 |   - {url: 'http://b.example/', interval: 2m, "
		"min_interval: 3m}\n"
		"      |           ^\n"
		"n.yaml:4:11: warning: the feed's max_interval is below "
		"fetch's min_interval, which holds\n"
		"    4 |   - {url: 'http://c.example/', max_interval: 30s}\n"
		"      |           ^\n"},
	{"feeds:\n  - list: nothere.txt\n  - opml: ''\n  - list: [a]\n",
		"n.yaml:2:11: error: 'nothere.txt': cannot open: No such file "
		"or directory\n"
		"    2 |   - list: nothere.txt\n"
		"      |           ^\n"
		"n.yaml:3:11: error: a path is missing\n"
		"    3 |   - opml: ''\n"
		"      |           ^\n"
		"n.yaml:4:11: error: feeds[].list: must be a text, not a list\n"
		"    4 |   - list: [a]\n"
		"      |           ^\n"},
	{"feeds:\n  - list: feeds.txt\n",
		"feeds.txt:4:3: error: 'ftp://b.example/' is no URL of a feed: "
		"http:, https: and file: can be read (this line is left out)\n"
		"    4 |   ftp://b.example/ # why\n"
		"      |   ^\n"
		"feeds.txt:6:1: error: bytes that are no UTF-8; save the file "
		"as UTF-8 (this line is left out)\n"
		"    6 | ?\n"
		"      | ^\n"
		"feeds.txt:7:1: warning: this feed is here twice; the first is "
		"at feeds.txt:2:1, and the second is left out\n"
		"    7 | http://a.example/ # again\n"
		"      | ^\n"},
	{"strict: yes\nfeeds:\n  - list: feeds.txt\n",
		"feeds.txt:4:3: error: 'ftp://b.example/' is no URL of a feed: "
		"http:, https: and file: can be read\n"
		"    4 |   ftp://b.example/ # why\n"
		"      |   ^\n"
		"feeds.txt:6:1: error: bytes that are no UTF-8; save the file "
		"as UTF-8\n"
		"    6 | ?\n"
		"      | ^\n"
		"feeds.txt:7:1: warning: this feed is here twice; the first is "
		"at feeds.txt:2:1, and the second is left out\n"
		"    7 | http://a.example/ # again\n"
		"      | ^\n"},
	/* -- entities --------------------------------------------------------
	 */
	{"entities: Meta\n",
		"n.yaml:1:11: error: entities: must be a list, not a text\n"
		"    1 | entities: Meta\n"
		"      |           ^\n"},
	{"entities: [Meta]\n",
		"n.yaml:1:12: error: entities[]: must be a map, not a text\n"
		"    1 | entities: [Meta]\n"
		"      |            ^\n"},
	{"entities:\n  - kind: company\n",
		"n.yaml:2:5: error: 'name' is missing\n"
		"    2 |   - kind: company\n"
		"      |     ^\n"},
	{"entities:\n  - {name: ''}\n  - {name: ' '}\n  - {name: '***'}\n",
		"n.yaml:2:12: error: entities[].name: is empty\n"
		"    2 |   - {name: ''}\n"
		"      |            ^\n"
		"n.yaml:3:12: error: an empty name\n"
		"    3 |   - {name: ' '}\n"
		"      |            ^\n"
		"n.yaml:4:12: error: '***' has neither letter nor digit to "
		"make an id of; give it an 'id'\n"
		"    4 |   - {name: '***'}\n"
		"      |            ^\n"},
	{"entities:\n  - {name: Meta}\n  - {name: META}\n"
	 "  - {name: Meta Inc, id: meta}\n",
		"n.yaml:3:12: error: 'META' has the id 'meta', as has the "
		"entity at n.yaml:2:12; remove one, or give it another 'id'\n"
		"    3 |   - {name: META}\n"
		"      |            ^\n"
		"n.yaml:4:12: error: 'Meta Inc' has the id 'meta', as has the "
		"entity at n.yaml:2:12; remove one, or give it another 'id'\n"
		"    4 |   - {name: Meta Inc, id: meta}\n"
		"      |            ^\n"},
	{"entities:\n  - {name: A1, id: A 1}\n  - {name: A2, id: '--'}\n",
		"n.yaml:2:12: error: 'A 1' cannot be an id, which is of lower "
		"case letters, digits and '-'; write 'a-1'\n"
		"    2 |   - {name: A1, id: A 1}\n"
		"      |            ^\n"
		"n.yaml:3:12: error: '--' cannot be an id, which is of lower "
		"case letters, digits and '-'\n"
		"    3 |   - {name: A2, id: '--'}\n"
		"      |            ^\n"},
	{"entities:\n  - {name: Meta, kind: compny, aliases: {}, "
	 "min_relevance: "
	 "101, min_confidence: 1.1, case: extact}\n",
		"n.yaml:2:24: error: entities[].kind: 'compny' is not one of: "
		"company, person, product, topic; did you mean 'company'?\n"
		"    2 |   - {name: Meta, kind: compny, aliases: {}, "
		"min_relevance: 101, min_confidence: 1.1, case: extact}\n"
		"      |                        ^\n"
		"n.yaml:2:41: error: entities[].aliases: must be a list, not a "
		"map\n"
		"    2 |   - {name: Meta, kind: compny, aliases: {}, "
		"min_relevance: 101, min_confidence: 1.1, case: extact}\n"
		"      |                                         ^\n"
		"n.yaml:2:60: error: entities[].min_relevance: '101' is out of "
		"range: from 0 to 100\n"
		"    2 |   - {name: Meta, kind: compny, aliases: {}, "
		"min_relevance: 101, min_confidence: 1.1, case: extact}\n"
		"      |                                                       "
		"     ^\n"
		"n.yaml:2:81: error: entities[].min_confidence: '1.1' is out "
		"of range: from 0 to 1\n"
		"    2 |   - {name: Meta, kind: compny, aliases: {}, "
		"min_relevance: 101, min_confidence: 1.1, case: extact}\n"
		"      |                                                       "
		"                          ^\n"
		"n.yaml:2:92: error: entities[].case: 'extact' is not one of: "
		"auto, exact, any; did you mean 'exact'?\n"
		"    2 |   - {name: Meta, kind: compny, aliases: {}, "
		"min_relevance: 101, min_confidence: 1.1, case: extact}\n"
		"      |                                                       "
		"                                     ^\n"},
	{"entities:\n  - {name: T, kind: topic}\n"
	 "  - {name: C, query: '\"a b\"'}\n",
		"n.yaml:2:12: error: the topic 'T' needs a 'query'\n"
		"    2 |   - {name: T, kind: topic}\n"
		"      |            ^\n"
		"n.yaml:3:22: error: only a topic has a 'query'; 'C' is a "
		"company\n"
		"    3 |   - {name: C, query: '\"a b\"'}\n"
		"      |                      ^\n"},
	{"entities:\n  - {name: Meta, ticker: A, alias: B}\n",
		"n.yaml:2:18: error: unknown key 'ticker'; did you mean "
		"'tickers'?\n"
		"    2 |   - {name: Meta, ticker: A, alias: B}\n"
		"      |                  ^\n"
		"n.yaml:2:29: error: unknown key 'alias'; did you mean "
		"'aliases'?\n"
		"    2 |   - {name: Meta, ticker: A, alias: B}\n"
		"      |                             ^\n"},
	{"include: broken.csv\n",
		"broken.csv:3:5: error: entities[].kind: 'compny' is not one "
		"of: company, person, product, topic; did you mean 'company'? "
		"(this row is left out)\n"
		"    3 | Bad,compny,,\n"
		"      |     ^\n"
		"broken.csv:4:1: error: 'name' is missing (this row is left "
		"out)\n"
		"    4 | ,person,,\n"
		"      | ^\n"
		"broken.csv:5:24: error: 5 fields, but the header names 4 "
		"columns; put fields with commas in quotes (this row is left "
		"out)\n"
		"    5 | Many,company,\"a,b\",500,x\n"
		"      |                        ^\n"
		"broken.csv:6:1: error: the topic 'Topic' needs a 'query' "
		"(this row is left out)\n"
		"    6 | Topic,topic\n"
		"      | ^\n"
		"broken.csv:7:1: error: 'Meta' has the id 'meta', as has the "
		"entity at broken.csv:2:1; remove one, or give it another 'id' "
		"(this row is left out)\n"
		"    7 | Meta,company\n"
		"      | ^\n"
		"broken.csv:8:1: error: a quoted field without its closing "
		"quote (this row is left out)\n"
		"    8 | \"Open\n"
		"      | ^\n"},
	{"include: broken.csv\nstrict: true\n",
		"broken.csv:3:5: error: entities[].kind: 'compny' is not one "
		"of: company, person, product, topic; did you mean 'company'?\n"
		"    3 | Bad,compny,,\n"
		"      |     ^\n"
		"broken.csv:4:1: error: 'name' is missing\n"
		"    4 | ,person,,\n"
		"      | ^\n"
		"broken.csv:5:24: error: 5 fields, but the header names 4 "
		"columns; put fields with commas in quotes\n"
		"    5 | Many,company,\"a,b\",500,x\n"
		"      |                        ^\n"
		"broken.csv:6:1: error: the topic 'Topic' needs a 'query'\n"
		"    6 | Topic,topic\n"
		"      | ^\n"
		"broken.csv:7:1: error: 'Meta' has the id 'meta', as has the "
		"entity at broken.csv:2:1; remove one, or give it another "
		"'id'\n"
		"    7 | Meta,company\n"
		"      | ^\n"
		"broken.csv:8:1: error: a quoted field without its closing "
		"quote\n"
		"    8 | \"Open\n"
		"      | ^\n"},
	{"include: header.csv\n",
		"header.csv:1:6: error: unknown column 'alises'; did you mean "
		"'aliases'?\n"
		"    1 | name,alises,kind,kind\n"
		"      |      ^\n"
		"header.csv:1:18: error: the column 'kind' is here twice\n"
		"    1 | name,alises,kind,kind\n"
		"      |                  ^\n"},
	{"include: empty.csv\n",
		"empty.csv:1:1: error: no header: the first line names the "
		"columns, such as name,kind,aliases\n"},
	{"include: noname.csv\n",
		"noname.csv:1:1: error: the column 'name' is missing\n"
		"    1 | kind,aliases\n"
		"      | ^\n"},
	/* -- channels and routes ---------------------------------------------
	 */
	{"channels: [a]\n",
		"n.yaml:1:11: error: channels: must be a map, not a list\n"
		"    1 | channels: [a]\n"
		"      |           ^\n"},
	{"channels: {a: b}\n",
		"n.yaml:1:15: error: channels.*: must be a map, not a text\n"
		"    1 | channels: {a: b}\n"
		"      |               ^\n"},
	{"channels:\n  a: {typ: file}\n  b: {type: ''}\n  c: {type: [x]}\n",
		"n.yaml:2:3: error: channels.a: 'type' is missing\n"
		"    2 |   a: {typ: file}\n"
		"      |   ^\n"
		"n.yaml:2:3: warning: no route leads to the channel 'a'\n"
		"    2 |   a: {typ: file}\n"
		"      |   ^\n"
		"n.yaml:3:3: warning: no route leads to the channel 'b'\n"
		"    3 |   b: {type: ''}\n"
		"      |   ^\n"
		"n.yaml:3:13: error: channels.*.type: is empty\n"
		"    3 |   b: {type: ''}\n"
		"      |             ^\n"
		"n.yaml:4:3: warning: no route leads to the channel 'c'\n"
		"    4 |   c: {type: [x]}\n"
		"      |   ^\n"
		"n.yaml:4:13: error: channels.*.type: must be a text, not a "
		"list\n"
		"    4 |   c: {type: [x]}\n"
		"      |             ^\n"},
	{"channels:\n  a: {type: file}\ninclude: channels.inc.yaml\n",
		"n.yaml:2:3: warning: no route leads to the channel 'a'\n"
		"    2 |   a: {type: file}\n"
		"      |   ^\n"
		"channels.inc.yaml:2:3: error: a second channel 'a'; the first "
		"is at n.yaml:2:3\n"
		"    2 |   a: {type: stdout}\n"
		"      |   ^\n"},
	{"routes:\n  - {}\n  - {to: []}\n  - a\n",
		"n.yaml:2:5: error: 'to' is missing\n"
		"    2 |   - {}\n"
		"      |     ^\n"
		"n.yaml:3:10: error: a route needs at least one channel\n"
		"    3 |   - {to: []}\n"
		"      |          ^\n"
		"n.yaml:4:5: error: routes[]: must be a map, not a text\n"
		"    4 |   - a\n"
		"      |     ^\n"},
	{"routes:\n  - {to: a, when: {relevance: '60<', novelty: '>101', "
	 "confidence: '>2', entites: x}}\n",
		"n.yaml:2:31: error: routes[].when.relevance: '60<' is no "
		"comparison; write \">=60\" or \"<0.5\"\n"
		"    2 |   - {to: a, when: {relevance: '60<', novelty: '>101', "
		"confidence: '>2', entites: x}}\n"
		"      |                               ^\n"
		"n.yaml:2:47: error: routes[].when.novelty: '>101' is out of "
		"range: from 0 to 100\n"
		"    2 |   - {to: a, when: {relevance: '60<', novelty: '>101', "
		"confidence: '>2', entites: x}}\n"
		"      |                                               ^\n"
		"n.yaml:2:67: error: routes[].when.confidence: '>2' is out of "
		"range: from 0 to 1\n"
		"    2 |   - {to: a, when: {relevance: '60<', novelty: '>101', "
		"confidence: '>2', entites: x}}\n"
		"      |                                                       "
		"            ^\n"
		"n.yaml:2:73: error: unknown key 'entites'; did you mean "
		"'entities'?\n"
		"    2 |   - {to: a, when: {relevance: '60<', novelty: '>101', "
		"confidence: '>2', entites: x}}\n"
		"      |                                                       "
		"                  ^\n"},
	{"routes:\n  - {to: a, alert: al, continue: 1, group: {by: storys, "
	 "wait: 2d}}\n",
		"n.yaml:2:20: error: routes[].alert: 'al' is not one of: "
		"story, item\n"
		"    2 |   - {to: a, alert: al, continue: 1, group: {by: "
		"storys, wait: 2d}}\n"
		"      |                    ^\n"
		"n.yaml:2:34: error: routes[].continue: '1' is neither true "
		"nor false\n"
		"    2 |   - {to: a, alert: al, continue: 1, group: {by: "
		"storys, wait: 2d}}\n"
		"      |                                  ^\n"
		"n.yaml:2:49: error: routes[].group.by: 'storys' is not one "
		"of: none, story, entity, feed; did you mean 'story'?\n"
		"    2 |   - {to: a, alert: al, continue: 1, group: {by: "
		"storys, wait: 2d}}\n"
		"      |                                                 ^\n"
		"n.yaml:2:63: error: routes[].group.wait: '2d' is out of "
		"range: from 0 to 1d\n"
		"    2 |   - {to: a, alert: al, continue: 1, group: {by: "
		"storys, wait: 2d}}\n"
		"      |                                                       "
		"        ^\n"},
	{"routes:\n  - {to: a, group: {wait: 30s}}\n",
		"n.yaml:2:20: error: 'wait' and 'interval' need a 'by': story, "
		"entity or feed\n"
		"    2 |   - {to: a, group: {wait: 30s}}\n"
		"      |                    ^\n"},
	{"routes:\n"
	 "  - to: a\n"
	 "    quiet: {from: 22, to: 7:00, zone: Europe/Berln, days: [mon, "
	 "tues]}\n"
	 "  - {to: a, quiet: {from: \"22:00\", zone: UTC}}\n"
	 "  - {to: a, quiet: {from: \"22:00\", to: \"22:00\", zone: UTC, days: "
	 "fri}}\n"
	 "  - {to: a, quiet: {from: \"00:00\", to: \"24:00\", zone: UTC}}\n"
	 "  - {to: a, cap: {per: 10s}}\n"
	 "  - {to: a, cap: {messages: 0, per: 1h}}\n"
	 "  - {to: a, escalate: {after: 5m}}\n"
	 "  - {to: a, escalate: {after: 8d, to: []}}\n"
	 "  - {to: a, group: {repeat: 5s}, alert: item}\n"
	 "  - {to: a, quiet: x, cap: [], escalate: 3}\n",
		"n.yaml:3:19: error: routes[].quiet.from: '22' is no time of "
		"day; write 07:30 or 22:00\n"
		"    3 |     quiet: {from: 22, to: 7:00, zone: Europe/Berln, "
		"days: [mon, tues]}\n"
		"      |                   ^\n"
		"n.yaml:3:27: error: routes[].quiet.to: '7:00' is no time of "
		"day; write 07:30 or 22:00\n"
		"    3 |     quiet: {from: 22, to: 7:00, zone: Europe/Berln, "
		"days: [mon, tues]}\n"
		"      |                           ^\n"
		"n.yaml:3:39: error: routes[].quiet.zone: there is no time "
		"zone 'Europe/Berln'; did you mean 'Europe/Berlin'?\n"
		"    3 |     quiet: {from: 22, to: 7:00, zone: Europe/Berln, "
		"days: [mon, tues]}\n"
		"      |                                       ^\n"
		"n.yaml:3:65: error: routes[].quiet.days: 'tues' is no day; "
		"write mon, tue, wed, thu, fri, sat or sun\n"
		"    3 |     quiet: {from: 22, to: 7:00, zone: Europe/Berln, "
		"days: [mon, tues]}\n"
		"      |                                                       "
		"          ^\n"
		"n.yaml:4:13: error: quiet hours need all of 'from', 'to' and "
		"'zone'\n"
		"    4 |   - {to: a, quiet: {from: \"22:00\", zone: UTC}}\n"
		"      |             ^\n"
		"n.yaml:5:40: error: quiet hours that end when they begin: "
		"'from' and 'to' must differ\n"
		"    5 |   - {to: a, quiet: {from: \"22:00\", to: \"22:00\", "
		"zone: UTC, days: fri}}\n"
		"      |                                        ^\n"
		"n.yaml:6:40: error: quiet hours that end when they begin: "
		"'from' and 'to' must differ\n"
		"    6 |   - {to: a, quiet: {from: \"00:00\", to: \"24:00\", "
		"zone: UTC}}\n"
		"      |                                        ^\n"
		"n.yaml:7:13: error: a cap needs 'messages'\n"
		"    7 |   - {to: a, cap: {per: 10s}}\n"
		"      |             ^\n"
		"n.yaml:7:24: error: routes[].cap.per: '10s' is out of range: "
		"from 1m to 7d\n"
		"    7 |   - {to: a, cap: {per: 10s}}\n"
		"      |                        ^\n"
		"n.yaml:8:29: error: routes[].cap.messages: '0' is out of "
		"range: from 1 to 1000\n"
		"    8 |   - {to: a, cap: {messages: 0, per: 1h}}\n"
		"      |                             ^\n"
		"n.yaml:9:13: error: an escalation needs 'after' and 'to'\n"
		"    9 |   - {to: a, escalate: {after: 5m}}\n"
		"      |             ^\n"
		"n.yaml:10:31: error: routes[].escalate.after: '8d' is out of "
		"range: from 1s to 7d\n"
		"   10 |   - {to: a, escalate: {after: 8d, to: []}}\n"
		"      |                               ^\n"
		"n.yaml:10:39: error: an escalation needs at least one "
		"channel\n"
		"   10 |   - {to: a, escalate: {after: 8d, to: []}}\n"
		"      |                                       ^\n"
		"n.yaml:11:29: error: routes[].group.repeat: at least 1m, or "
		"0\n"
		"   11 |   - {to: a, group: {repeat: 5s}, alert: item}\n"
		"      |                             ^\n"
		"n.yaml:11:29: error: stories are told again, not single hits: "
		"'repeat' needs 'alert: story'\n"
		"   11 |   - {to: a, group: {repeat: 5s}, alert: item}\n"
		"      |                             ^\n"
		"n.yaml:12:20: error: routes[].quiet: must be a map, not a "
		"text\n"
		"   12 |   - {to: a, quiet: x, cap: [], escalate: 3}\n"
		"      |                    ^\n"
		"n.yaml:12:28: error: routes[].cap: must be a map, not a list\n"
		"   12 |   - {to: a, quiet: x, cap: [], escalate: 3}\n"
		"      |                            ^\n"
		"n.yaml:12:42: error: routes[].escalate: must be a map, not a "
		"text\n"
		"   12 |   - {to: a, quiet: x, cap: [], escalate: 3}\n"
		"      |                                          ^\n"},
	{"inhibit:\n"
	 "  - {source: {events: mna}}\n"
	 "  - {source: {event: mna}, target: [], equal: [entity, stroy], "
	 "window: 0}\n"
	 "  - x\n"
	 "  - {name: ok, source: {events: mna}, target: {events: "
	 "market_move}}\n",
		"n.yaml:2:5: error: 'target' is missing\n"
		"    2 |   - {source: {events: mna}}\n"
		"      |     ^\n"
		"n.yaml:3:15: error: unknown key 'event'; did you mean "
		"'events'?\n"
		"    3 |   - {source: {event: mna}, target: [], equal: "
		"[entity, stroy], window: 0}\n"
		"      |               ^\n"
		"n.yaml:3:36: error: inhibit[].target: must be a map, not a "
		"list\n"
		"    3 |   - {source: {event: mna}, target: [], equal: "
		"[entity, stroy], window: 0}\n"
		"      |                                    ^\n"
		"n.yaml:3:56: error: inhibit[].equal: 'stroy' is none of "
		"entity, story, feed, publisher\n"
		"    3 |   - {source: {event: mna}, target: [], equal: "
		"[entity, stroy], window: 0}\n"
		"      |                                                       "
		" ^\n"
		"n.yaml:3:72: error: inhibit[].window: '0' is out of range: "
		"from 1s to 7d\n"
		"    3 |   - {source: {event: mna}, target: [], equal: "
		"[entity, stroy], window: 0}\n"
		"      |                                                       "
		"                 ^\n"
		"n.yaml:4:5: error: inhibit[]: must be a map, not a text\n"
		"    4 |   - x\n"
		"      |     ^\n"},
};

static void
write_files(void)
{
	fixture_write("readme.txt", "");
	fixture_write("fetch.inc.yaml",
		"fetch: {timeout: 3s}\ninclude: a\nentites: []\n");
	fixture_write("feeds.txt",
		"# a list\nhttp://a.example/\n\n  ftp://b.example/ # why\n"
		"http://c.example/#x\n\xff\nhttp://a.example/ # again\n");
	fixture_write("broken.csv",
		"name,kind,aliases,min_relevance\nMeta,company,Facebook|FB,50\n"
		"Bad,compny,,\n,person,,\nMany,company,\"a,b\",500,x\n"
		"Topic,topic\nMeta,company\n\"Open\n");
	fixture_write("header.csv", "name,alises,kind,kind\n");
	fixture_write("empty.csv", "");
	fixture_write("noname.csv", "kind,aliases\ncompany,x\n");
	fixture_write("channels.inc.yaml", "channels:\n  a: {type: stdout}\n");
}

static void
each_mistake_is_reported_with_its_place(void **state)
{
	(void)state;
	write_files();
	assert_int_equal(file_mkdirs("dir.yaml", 0755, NULL), 0);
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(*mistakes); i++) {
		struct fixture f;

		fixture_write("n.yaml", mistakes[i].text);
		f = fixture_load("n.yaml", CONFIG_ALL);
		assert_string_equal(strbuf_cstr(&f.report), mistakes[i].report);
		assert_true(f.rc == 0 || f.err.kind == ERR_CONF);
		fixture_free(&f);
	}
}

static void
a_missing_main_file_is_reported(void **state)
{
	struct fixture f = fixture_load("nothere.yaml", CONFIG_ALL);

	(void)state;
	assert_int_equal(f.rc, -1);
	assert_string_equal(strbuf_cstr(&f.report),
		"nothere.yaml: error: cannot open: No such file or "
		"directory\n");
	fixture_free(&f);
}

static void
the_error_is_the_first_mistake_and_counts_the_others(void **state)
{
	struct fixture f;

	(void)state;
	fixture_write("n.yaml", "feds: []\nlog: {level: x}\nstore: 1\n");
	f = fixture_load("n.yaml", CONFIG_ALL);
	assert_int_equal(f.err.kind, ERR_CONF);
	assert_string_equal(f.err.msg,
		"n.yaml:1:1: error: unknown key 'feds'; did you mean 'feeds'? "
		"(and 2 more)");
	fixture_free(&f);
}

static void
more_mistakes_than_the_limit_are_counted(void **state)
{
	struct strbuf text = STRBUF_INIT((size_t)1 << 20);
	struct fixture f;
	struct span rest, line;
	size_t lines = 0;

	(void)state;
	for (unsigned i = 0; i < LIMIT_DIAGNOSTICS + 5; i++)
		strbuf_printf(&text, "unknown%u: x\n", i);
	fixture_write("n.yaml", strbuf_cstr(&text));
	f = fixture_load("n.yaml", CONFIG_ALL);
	rest = strbuf_as_span(&f.report);
	while (span_next(&rest, '\n', &line))
		lines++;
	assert_int_equal(lines, 3 * LIMIT_DIAGNOSTICS + 1);
	assert_true(span_ends(strbuf_as_span(&f.report), "... and 5 more\n"));
	fixture_free(&f);
	strbuf_fini(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_mistake_is_reported_with_its_place),
		cmocka_unit_test(a_missing_main_file_is_reported),
		cmocka_unit_test(
			the_error_is_the_first_mistake_and_counts_the_others),
		cmocka_unit_test(more_mistakes_than_the_limit_are_counted),
	};

	return cmocka_run_group_tests(tests, fixture_enter, fixture_leave);
}
