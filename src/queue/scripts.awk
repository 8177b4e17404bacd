# Makes scripts.c from the Lua files named on the command line.
function close_script() {
	if (name != "")
		printf ";\nconst struct script script_%s = {\n\t\"%s\", " \
			"{text_%s, sizeof(text_%s) - 1}};\n", name, name, name, name
}
# By hand: gsub() counts backslashes differently in every awk.
function quote(text,    out, i, c) {
	out = ""
	for (i = 1; i <= length(text); i++) {
		c = substr(text, i, 1)
		if (c == "\t")
			c = "\\t"
		else if (c == "\\" || c == "\"")
			c = "\\" c
		out = out c
	}
	return out
}
BEGIN {
	print "/* Made by scripts.awk from the Lua files: do not edit. */"
	print "/* clang-format off */"
	print "#include \"queue/scripts.h\""
	print "#pragma GCC diagnostic ignored \"-Woverlength-strings\""
}
FNR == 1 {
	close_script()
	name = FILENAME
	sub(/^.*\//, "", name)
	sub(/\.lua$/, "", name)
	printf "\nstatic const char text_%s[] =", name
}
{
	printf "\n\t\"%s\\n\"", quote($0)
}
END { close_script() }
