#!/usr/bin/env bash
# Tests the packed extension in a real VS Code (code-server) in headless Chromium: findings, a quick fix, Fix All, the
# choice of a version, and Red Hat's YAML server running at the same time.
#   npm run package && e2e/run.sh DIRECTORY [PICTURE]     DIRECTORY was set up with e2e/setup.sh
# JOBLINT_PYTHON: the Python that has joblint[lsp]; default: .venv at the top of the repository.
set -eu -o pipefail
tools=$(cd "${1:?usage: run.sh DIRECTORY [PICTURE]}" && pwd)
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
python=${JOBLINT_PYTHON:-$here/../../../.venv/bin/python}
picture=${2:-}
port=${PORT:-8472}
made=$(mktemp -d)
server=
finish() {
  if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; fi
  if [ -z "${KEEP:-}" ]; then rm -rf "$made"; else echo "kept: $made"; fi
}
trap finish EXIT
mkdir -p "$made/data/User" "$made/home" "$made/workspace"
cp "$here"/workspace/* "$made/workspace/"
export HOME=$made/home XDG_CONFIG_HOME=$made/home XDG_DATA_HOME=$made/home PATH=$tools/bin:$PATH
printf '{
  "workbench.colorTheme": "Light Modern",
  "workbench.startupEditor": "none",
  "chat.disableAIFeatures": true,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.tips.enabled": false,
  "editor.minimap.enabled": false,
  "window.commandCenter": false,
  "extensions.autoCheckUpdates": false,
  "telemetry.telemetryLevel": "off"
}\n' >"$made/data/User/settings.json"
code=(node "$tools/node_modules/code-server/out/node/entry.js" --user-data-dir "$made/data" --extensions-dir "$made/extensions")
export JOBLINT_E2E=$tools
programs=$here/../node_modules/.bin
mkdir "$made/beside" && cp "$here/beside/package.json" "$made/beside/"
"$programs/esbuild" "$here/beside/extension.js" --bundle --platform=node --external:vscode --outfile="$made/beside/extension.js" --log-level=warning
(cd "$made/beside" && "$programs/vsce" package --no-dependencies --allow-missing-repository --skip-license --out ../beside.vsix)
for extension in "$here/../joblint.vsix" "$made/beside.vsix"; do
  "${code[@]}" --install-extension "$extension"
done
"${code[@]}" --auth none --bind-addr "127.0.0.1:$port" --disable-telemetry --disable-update-check --disable-workspace-trust >"$made/log" 2>&1 &
server=$!
for _ in $(seq 100); do grep -q listening "$made/log" && break || sleep 0.2; done
python=$(cd "$(dirname "$python")" && pwd)/$(basename "$python")
NODE_PATH=$tools/node_modules node "$here/run.cjs" "http://127.0.0.1:$port" "$made" "$python" "$picture"
