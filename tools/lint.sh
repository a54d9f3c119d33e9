#!/usr/bin/env bash
# Every check, one after another; the names of those that failed at the end.
# Each tool has a module file of its own, so that none of them mixes its
# dependencies into ours.
set -uo pipefail
cd "$(dirname "$0")/.."

tool() { go tool -modfile="tools/lint/$1.mod" "$@"; }

# written_go lists the Go files that people write.
written_go() { git ls-files -co --exclude-standard -- '*.go' ':!*_templ.go' | while read -r f; do [ -e "$f" ] && echo "$f"; done; }

formatted() {
  local unformatted
  unformatted="$(written_go | xargs go tool -modfile=tools/lint/gofumpt.mod gofumpt -l)" || return
  [ -z "$unformatted" ] || { echo "run gofumpt -w on:"; echo "$unformatted"; return 1; }
}

# All that main functions and tests reach is alive.
alive() {
  local dead
  dead="$(tool deadcode -test ./...)" || return
  [ -z "$dead" ] || { echo "$dead"; return 1; }
}

# A build without whatsmeow compiles, tests too, and has nothing of the Signal library.
free() {
  go vet -tags nowhatsmeow ./cmd/besedka ./bots/... ./web/rehearsal || return
  ! go list -deps -tags nowhatsmeow ./cmd/besedka | grep -E 'whatsmeow|libsignal'
}

generated_files() { git ls-files -co --exclude-standard -- '*_templ.go' | xargs sha256sum; }

# Generated code is what the generator makes of its sources today.
generated() {
  local before
  before="$(generated_files)"
  tools/generate.sh || return
  [ "$before" = "$(generated_files)" ] || { echo 'generated code was stale: commit what changed'; git status --short -- '*_templ.go'; return 1; }
}

failed=()
check() {
  local name="$1"
  shift
  printf '== %s\n' "$name"
  "$@" || failed+=("$name")
}

check 'go vet' go vet ./...
check 'without whatsmeow' free
check staticcheck tool staticcheck ./...
check gofumpt formatted
check deadcode alive
check 'generated code' generated

if [ "${#failed[@]}" -gt 0 ]; then
  printf '== lint failed: %s\n' "${failed[*]}"
  exit 1
fi
echo '== lint passed'
