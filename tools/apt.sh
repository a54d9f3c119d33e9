#!/usr/bin/env bash
# Installs Debian packages, asking nothing and printing only what went wrong.
# Fails when this is not Debian or we are not root.
set -euo pipefail

[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || exit 1
export DEBIAN_FRONTEND=noninteractive
log="$(mktemp)"
trap 'rm -f "$log"' EXIT

install() { apt-get install -y -qq --no-install-recommends "$@" >"$log" 2>&1 </dev/null; }

install "$@" && exit
# No package lists yet, or old ones.
apt-get update -qq >"$log" 2>&1 </dev/null && install "$@" && exit
cat "$log" >&2
exit 1
