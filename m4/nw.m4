# NW_CHECK_CFLAGS(FLAGS, VARIABLE)
# Append each flag of FLAGS to VARIABLE that the compiler takes without a word.
AC_DEFUN([NW_CHECK_CFLAGS], [
for nw_flag in m4_normalize([$1]); do
	AS_VAR_PUSHDEF([nw_cv], [nw_cv_flag_$nw_flag])
	AC_CACHE_CHECK([whether $CC takes $nw_flag], [nw_cv], [
		nw_saved="$CFLAGS"
		CFLAGS="$CFLAGS -Werror $nw_flag"
		AC_COMPILE_IFELSE([AC_LANG_PROGRAM()],
			[AS_VAR_SET([nw_cv], [yes])], [AS_VAR_SET([nw_cv], [no])])
		CFLAGS="$nw_saved"])
	AS_VAR_IF([nw_cv], [yes], [$2="$$2 $nw_flag"])
	AS_VAR_POPDEF([nw_cv])
done
])

# The full warning set; a compiler that lacks one goes without it.
AC_DEFUN([NW_WARNINGS], [
NW_CHECK_CFLAGS([-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
	-Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
	-Wcast-qual -Wcast-align=strict -Wwrite-strings -Wformat=2 -Wundef -Wvla
	-Wswitch-enum -Wimplicit-fallthrough=5 -Wimplicit-fallthrough
	-Wnull-dereference -Wduplicated-cond -Wlogical-op -Wdouble-promotion], [$1])
])

# _FORTIFY_SOURCE wants an optimising build; sanitizers bring their own checks.
AC_DEFUN([NW_HARDENING], [
NW_CHECK_CFLAGS([-fstack-protector-strong -fstack-clash-protection
	-fcf-protection -fPIE -fno-plt], [NW_CFLAGS])
AC_SUBST([NW_LDFLAGS], ["-pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--as-needed"])
AS_CASE([" $CFLAGS "], [*" -O0 "*], [],
	[NW_CPPFLAGS="-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2"])
AC_SUBST([NW_CPPFLAGS])
])

AC_DEFUN([NW_SANITIZER], [
AC_ARG_WITH([sanitizer],
	[AS_HELP_STRING([--with-sanitizer=LIST],
		[build with sanitizers, e.g. address,undefined or thread])])
AS_IF([test -n "$with_sanitizer" && test "x$with_sanitizer" != xno], [
	NW_CFLAGS="$NW_CFLAGS -fsanitize=$with_sanitizer -fno-omit-frame-pointer -fno-sanitize-recover=all"
	NW_LDFLAGS="$NW_LDFLAGS -fsanitize=$with_sanitizer"
	NW_CPPFLAGS=""
	AC_DEFINE([NW_SANITIZED], [1],
		[Built with a sanitizer: no RLIMIT_AS, no strict syscall filter])])
AM_CONDITIONAL([SANITIZED], [test -n "$with_sanitizer" && test "x$with_sanitizer" != xno])
])

AC_DEFUN([NW_FUZZING], [
AC_ARG_ENABLE([fuzzing],
	[AS_HELP_STRING([--enable-fuzzing], [build libFuzzer targets (needs clang)])])
AS_IF([test "x$enable_fuzzing" = xyes], [
	NW_CHECK_CFLAGS([-fsanitize=fuzzer-no-link], [NW_CFLAGS])
	AC_SUBST([FUZZ_LDFLAGS], [-fsanitize=fuzzer])])
AM_CONDITIONAL([FUZZING], [test "x$enable_fuzzing" = xyes])
])
