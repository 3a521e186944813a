// Starts the yaml-language-server that e2e/setup.sh installed, as Red Hat's extension does. e2e/run.sh bundles this.
const { join } = require("node:path");
const { LanguageClient } = require("vscode-languageclient/node");

const place = join(process.env.JOBLINT_E2E, "node_modules/yaml-language-server/bin/yaml-language-server");
const server = { module: place, args: ["--stdio"], transport: 0 };
const client = new LanguageClient("yaml", "YAML", { run: server, debug: server }, { documentSelector: ["yaml"] });
exports.activate = () => client.start();
exports.deactivate = () => client.stop();
