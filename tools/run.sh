#!/usr/bin/env bash
# From a fresh checkout to the demonstration. What is ready is not done again.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '%s/5 %s\n' "$1" "$2"; }

step 1 'Ищу PostgreSQL…'
tools/postgres/ensure.sh
step 2 'Готовлю страницы…'
tools/web.sh
step 3 'Собираю программу…'
CGO_ENABLED=0 go build -trimpath -o bin/besedka ./cmd/besedka
step 4 'Выбираю папку для данных…'
# PostgreSQL does not run as root, and other users cannot enter root's home.
if [ "$(id -u)" = 0 ] && [ -z "${BESEDKA_DATA:-}" ] && ! runuser -u nobody -- test -x "$PWD"; then
  export BESEDKA_DATA=/var/lib/besedka
fi
echo "${BESEDKA_DATA:-$PWD/var}"
step 5 'Запускаю демонстрацию, Ctrl-C остановит её…'
# The programme is served from its folder, so that editing it shows at once.
exec bin/besedka serve --demo --shoppers 8 --programme "${PROGRAMME:-flows/programme}"
