# Makes templates_builtin.c from etc/templates/*.tmpl. The text of each is an
# array of lines joined by the compiler; quotes by hand, as gsub() counts
# backslashes differently in every awk.
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
function stem(path) {
	sub(/^.*\//, "", path)
	sub(/\.tmpl$/, "", path)
	return path
}
BEGIN {
	print "/* Made by templates.awk from etc/templates: do not edit. */"
	print "/* clang-format off */"
	print "#include \"deliver/templates.h\""
	print "#pragma GCC diagnostic ignored \"-Woverlength-strings\""
	print "\nconst struct template_builtin templates_builtin[] = {"
}
FNR == 1 {
	if (NR > 1)
		print "\t)},"
	printf "\t{\"%s\", SPAN_INIT(\n", stem(FILENAME)
}
{ printf "\t\t\"%s\\n\"\n", quote($0) }
END { print "\t)},\n\t{NULL, {NULL, 0}}\n};" }
