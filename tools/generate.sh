#!/usr/bin/env bash
# Makes Go code out of the templates. Where it is started shows in the
# generated code.
set -euo pipefail
cd "$(dirname "$0")/../web"

go tool templ generate -log-level error
