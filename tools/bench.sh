#!/usr/bin/env bash
# Measures. Every figure stands beside a baseline of the same run, because
# machines and hours differ. Run it on a machine that does nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."

tools/postgres/ensure.sh >/dev/null
tools/web.sh
CGO_ENABLED=0 go build -trimpath -o bin/besedka ./cmd/besedka
go test -run '^$' -bench Turn -benchmem ./dialogs
for what in turn wire calls ledger credit; do
  bin/besedka bench "$what"
done
