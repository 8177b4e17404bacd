# Makes NAME_builtin.c from etc/NAME.yaml; name is set with -v.
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
	print "/* Made by builtin.awk from etc/" name ".yaml: do not edit. */"
	print "/* clang-format off */"
	print "#include \"config/" name ".h\""
	print "#pragma GCC diagnostic ignored \"-Woverlength-strings\""
	printf "\nstatic const char text[] ="
}
{ printf "\n\t\"%s\\n\"", quote($0) }
END {
	print ";\n\nconst struct span " name "_builtin = {text, sizeof(text) - 1};"
}
