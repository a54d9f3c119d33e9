#!/usr/bin/env bash
# Runs every test, after installing what they need.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '%s/4 %s\n' "$1" "$2"; }

step 1 'Ищу PostgreSQL…'
tools/postgres/ensure.sh
step 2 'Ищу Chromium…'
tools/browser.sh
step 3 'Готовлю страницы…'
tools/web.sh
step 4 'Запускаю тесты…'
exec go test -timeout 45m ./... # the acceptance scenarios take minutes on a busy machine
