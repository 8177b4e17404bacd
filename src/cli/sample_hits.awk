# Makes sample_hits.c from etc/samples/hits.jsonl.
# By hand: gsub() counts backslashes differently in every awk.
function quote(text,    out, i, c) {
	out = ""
	for (i = 1; i <= length(text); i++) {
		c = substr(text, i, 1)
		if (c == "\\" || c == "\"")
			c = "\\" c
		out = out c
	}
	return out
}
BEGIN {
	print "/* Made by sample_hits.awk from etc/samples/hits.jsonl: do not edit. */"
	print "#include \"cli/sample_hits.h\""
	print "#pragma GCC diagnostic ignored \"-Woverlength-strings\""
	print "\nstatic const char text[] ="
}
{ printf "\t\"%s\\n\"\n", quote($0) }
END {
	print "\t;"
	print "const struct span sample_hits = {text, sizeof(text) - 1};"
}
