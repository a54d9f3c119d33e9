#!/usr/bin/env bash
# Sees to it that browser tests have Chromium with a font that knows Cyrillic.
# Where we may not install it, those tests say that they are skipped.
set -euo pipefail
cd "$(dirname "$0")"

command -v chromium >/dev/null && exit
echo 'Chromium не найден, устанавливаю.'
./apt.sh chromium fonts-dejavu-core || echo 'Без Chromium: тесты в браузере будут пропущены. Debian: apt-get install chromium fonts-dejavu-core'
