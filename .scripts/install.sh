#!/bin/sh
# install.sh PACKAGE...: installs Debian/Ubuntu packages as root or with sudo that asks no password; fails otherwise.
set -eu

if ! command -v apt-get >/dev/null; then
	echo "These are missing and this is no Debian or Ubuntu; please install: $*" >&2
	exit 1
fi
if [ "$(id -u)" = 0 ]; then
	sudo=
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
	sudo="sudo -n"
else
	echo "These packages are missing and need an administrator: sudo apt-get install $*" >&2
	exit 1
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() {
	$sudo env DEBIAN_FRONTEND=noninteractive apt-get -y -o DPkg::Lock::Timeout=300 "$@" >"$log" 2>&1
}

echo "Installing with apt-get: $*"
# The package lists of an image may be missing or old: try without, then with fresh ones.
apt install --no-install-recommends "$@" && exit 0
if apt update && apt install --no-install-recommends "$@"; then
	exit 0
fi
tail -n 20 "$log" >&2
echo "apt-get could not install: $*" >&2
exit 1
