#!/usr/bin/env bash
# Bundles the pages' styles and scripts into web/dist, unless nothing changed
# since the last time.
set -euo pipefail
cd "$(dirname "$0")/.."

# newer FILE THAN...: FILE exists and nothing in THAN is younger.
newer() {
  local file="$1"
  shift
  [ -e "$file" ] && [ -z "$(find "$@" -newer "$file" -print -quit)" ]
}

packages=web/node_modules/.package-lock.json
if ! newer "$packages" web/package-lock.json; then
  (cd web && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
  touch "$packages"
fi
if ! newer web/dist/meta.json "$packages" web/src web/build docs/checks; then
  go run ./web/build
fi
