# Makes scripts.c from the Lua files named on the command line.
function close_script() {
	if (name != "")
		printf ";\nconst struct script script_%s = {\n\t\"%s\", " \
			"{text_%s, sizeof(text_%s) - 1}};\n", name, name, name, name
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
	gsub(/\\/, "\\\\")
	gsub(/"/, "\\\"")
	gsub(/\t/, "\\t")
	printf "\n\t\"%s\\n\"", $0
}
END { close_script() }
