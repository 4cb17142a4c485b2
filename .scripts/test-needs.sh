#!/bin/sh
# Makes sure that what the tests need is there: a C compiler for the race detector, PostgreSQL, and a browser with a
# Chinese font, unless YIGAI_TEST_SKIP names browser.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"

has() { command -v "$1" >/dev/null 2>&1; }

browser() {
	for name in chromium chromium-browser google-chrome google-chrome-stable headless-shell headless_shell; do
		if has "$name"; then return 0; fi
	done
	[ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ] ||
		[ -x "/Applications/Chromium.app/Contents/MacOS/Chromium" ]
}

chinese_font() {
	[ "$(uname)" = Darwin ] && return 0
	if has fc-list; then
		[ -n "$(fc-list :lang=zh-cn file)" ]
	else
		[ -n "$(find /usr/share/fonts -iname '*cjk*' -print -quit 2>/dev/null)" ]
	fi
}

# postgres proves it by starting one as the tests will.
postgres() { bin/pgwith true; }

go build -o bin/pgwith ./internal/pgtest/pgwith

missing=
if ! has gcc && ! has clang && ! has cc; then missing="$missing gcc libc6-dev"; fi
case ",${YIGAI_TEST_SKIP:-}," in
*,browser,*) echo "YIGAI_TEST_SKIP names browser: the browser tests are left out." ;;
*)
	if ! browser; then missing="$missing chromium"; fi
	if ! chinese_font; then missing="$missing fonts-noto-cjk"; fi
	;;
esac
if ! postgres 2>/dev/null; then
	# An installed one is closest to production; without the right to install, a private copy does.
	.scripts/install.sh postgresql || env -u YIGAI_DATABASE_URL go run ./internal/pgserver/pgfetch
	postgres || { echo "The tests need a PostgreSQL 14 or newer; see the message above." >&2 && exit 1; }
fi
if [ -n "$missing" ]; then
	if [ "$(uname)" = Darwin ]; then
		echo "Missing:$missing. The race detector needs the Xcode command line tools (xcode-select --install)," \
			"the browser tests need Google Chrome or Chromium (brew install --cask chromium)." >&2
		exit 1
	fi
	# shellcheck disable=SC2086
	.scripts/install.sh $missing || {
		echo "Without them the tests cannot run. (YIGAI_TEST_SKIP=browser leaves the browser tests out.)" >&2
		exit 1
	}
fi
if ! browser; then
	case ",${YIGAI_TEST_SKIP:-}," in
	*,browser,*) ;;
	*)
		echo "There is still no browser: install Chromium or Google Chrome (on Ubuntu, chromium is a snap and does not" \
			"work everywhere; https://www.google.com/chrome has a .deb), or set YIGAI_TEST_SKIP=browser." >&2
		exit 1
		;;
	esac
fi
