# Makes demo_files.c from etc/demo/newswatch.yaml, watchlist.yaml, scene-*.xml.
function base(path) { sub(/^.*\//, "", path); return path }
function close_text() { if (open) print ";" }
BEGIN {
	print "/* Made by demo_files.awk from etc/demo: do not edit. */"
	print "#include \"cli/demo_files.h\""
	print "#pragma GCC diagnostic ignored \"-Woverlength-strings\""
	n = 0
}
FNR == 1 {
	close_text()
	open = 1
	name = base(FILENAME)
	if (name ~ /^scene-/) var = "scene_" ++n
	else if (name == "newswatch.yaml") var = "config"
	else var = "watchlist"
	printf "\nstatic const char text_%s[] =", var
}
{
	gsub(/\\/, "\\\\")
	gsub(/"/, "\\\"")
	gsub(/\t/, "\\t")
	printf "\n\t\"%s\\n\"", $0
}
END {
	close_text()
	print "const struct demo_file demo_config = {{text_config, sizeof(text_config) - 1}};"
	print "const struct demo_file demo_watchlist = {{text_watchlist, sizeof(text_watchlist) - 1}};"
	print "const struct demo_file demo_scenes[] = {"
	for (i = 1; i <= n; i++)
		printf "\t{{text_scene_%d, sizeof(text_scene_%d) - 1}},\n", i, i
	print "};\nconst size_t demo_n_scenes = " n ";"
}
