#!/bin/sh
# Command line: help, version, unknown commands.
# TAP; argument 1 is the capsight program.
capsight=$1
. "$(dirname "$0")/tap.sh"
status() { "$@" >/dev/null 2>"$tmp/err"; echo $?; }

is "no command is a usage error" "$(status "$capsight")" 2
is "--help works" "$(status "$capsight" --help)" 0
is "--version works" "$("$capsight" --version)" "capsight 0.1.0"
is "an unknown command is a usage error" "$(status "$capsight" nonsense)" 2
has "and is named, with its code" "$(cat "$tmp/err")" "“nonsense”"
has "and has its code" "$(cat "$tmp/err")" "[CAP-001]"
finish
