// Runs the test of VS Code in Chromium: run.cjs ADDRESS DIRECTORY PYTHON [PICTURE]. Exits with 1 if it fails.
const assert = require("node:assert/strict");
const { copyFileSync, mkdirSync, readFileSync, writeFileSync } = require("node:fs");
const { dirname } = require("node:path");
const { chromium } = require("playwright-core");

const [address, made, python, picture] = process.argv.slice(2);
const settings = `${made}/data/Machine/settings.json`; // the settings of the remote machine, which may name programs
const workspace = `${made}/workspace`;
const file = `${workspace}/pages.yaml`; // with findings
const twice = `${workspace}/twice.yaml`; // with a duplicate key, which YAML's own server also reports
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const quiet = ["gpu", "quic", "background-networking", "component-update", "sync"].map((one) => `--disable-${one}`);
const viewport = { width: 1000, height: 620 };
const PATIENCE = 60_000; // milliseconds, for what is slow on a busy machine

/** Wait until the result of `look` satisfies `holds`; fail with the last result. */
async function until(what, look, holds) {
  const end = Date.now() + PATIENCE / 3;
  let last;
  do {
    last = await look();
    if (holds(last)) {
      console.log(`ok - ${what}`);
      return last;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  } while (Date.now() < end);
  throw new assert.AssertionError({ message: `${what}: ${JSON.stringify(last)}` });
}

/** Replace the settings on the server's machine. */
function set(some) {
  mkdirSync(dirname(settings), { recursive: true });
  writeFileSync(settings, JSON.stringify(some));
}

/** The page with VS Code in it, and the actions of a user. */
class Window {
  constructor(page) {
    this.page = page;
  }

  async open(file) {
    const payload = JSON.stringify([["openFile", `vscode-remote://${new URL(address).host}${file}`]]);
    const query = new URLSearchParams({ folder: workspace, payload });
    await this.page.goto(`${address}/?${query}`, { waitUntil: "domcontentloaded" });
    await this.page.waitForSelector(".monaco-editor .view-line", { timeout: PATIENCE });
  }

  /** The rules of the findings in the panel of problems. */
  async problems() {
    const rows = await this.page.locator(".markers-panel .monaco-list-row .marker-code").allInnerTexts();
    return rows.map((row) => row.replace(/[()]/g, "").trim()).sort();
  }

  async notices() {
    return (await this.page.locator(".notification-toast").allInnerTexts()).join("\n");
  }

  /** The sources of the findings in the panel of problems. */
  async sources() {
    const found = await this.page.locator(".markers-panel .monaco-list-row .marker-source").allInnerTexts();
    return [...new Set(found.map((one) => one.replace(/\(.*/s, "").trim()))].sort();
  }

  async status() {
    return (await this.page.locator(".statusbar-item", { hasText: "Kubernetes" }).allInnerTexts()).join("|").trim();
  }

  /** Run a command; try again if the palette is not ready yet. */
  async command(name) {
    const row = this.page.locator(".quick-input-list .monaco-list-row", { hasText: name }).first();
    for (let tries = 0; ; tries++) {
      try {
        await this.page.keyboard.press("F1");
        await this.page.locator(".quick-input-widget input").first().fill(`>${name}`, { timeout: 5000 });
        await row.click({ timeout: 5000 });
        return;
      } catch (error) {
        if (tries === 5) {
          throw error;
        }
        await this.page.keyboard.press("Escape");
      }
    }
  }

  async choose(label) {
    const row = this.page.locator(".quick-input-list .monaco-list-row", { hasText: label }).first();
    await row.waitFor({ timeout: PATIENCE });
    await row.click();
  }

  word(text) {
    return this.page.locator(".view-line span span", { hasText: text }).first();
  }

  async save() {
    await this.page.locator(".view-lines").click({ position: { x: 400, y: 5 } });
    await this.page.keyboard.press("Control+s");
  }
}

async function test(vs) {
  const { page } = vs;
  await vs.open(file);
  await until("it reports that joblint is not installed", () => vs.notices(), (texts) =>
    ["joblint is not installed", "Install in a Terminal", "Open Settings"].every((one) => texts.includes(one)));

  const bare = `${made}/bare`;
  writeFileSync(bare, "#!/bin/sh\nsleep 0.2\necho the language server needs pygls >&2\nexit 2\n", { mode: 0o755 });
  set({ "joblint.path": bare });
  await until("it reports why a server did not start", () => vs.notices(), (texts) =>
    ["did not start: the language server needs pygls", "Show Output"].every((one) => texts.includes(one)));

  set({ "joblint.interpreter": python });
  await vs.command("Notifications: Clear All Notifications");
  await vs.command("Problems: Focus on Problems View");
  const first = ["indexed-without-completions", "unfit-restart-policy", "unknown-field", "unknown-field"];
  await until("the findings are shown", () => vs.problems(), (rules) => rules.join() === first.join());
  await until("the status bar shows the version", () => vs.status(), (text) => /^Kubernetes 1\.\d+$/.test(text));

  await vs.word("backofLimit").hover();
  const hover = page.locator(".monaco-hover:visible");
  await until("a hover explains a finding", async () => (await hover.allInnerTexts()).join(), (text) => text.includes("backoffLimit"));
  if (picture) {
    await page.waitForTimeout(1000);
    await page.screenshot({ path: picture });
    console.log(`picture: ${picture}`);
  }
  await page.keyboard.press("Escape");

  await vs.word("backofLimit").click();
  await page.keyboard.press("Control+.");
  const action = page.locator(".action-widget .monaco-list-row", { hasText: "backoffLimit" }).first();
  await action.waitFor({ timeout: PATIENCE });
  console.log(await page.locator(".action-widget .monaco-list-row").allInnerTexts());
  await action.click();
  await until("a quick fix removes a finding", () => vs.problems(), (rules) => rules.length === 3);

  await vs.command("Joblint: Fix All");
  await until("Fix All removes the others", () => vs.problems(), (rules) => rules.length < 3);
  await vs.save();
  await until("the file is written", () => readFileSync(file, "utf8"), (text) => text.includes("\n  completions: 3\n"));

  await page.locator(".statusbar-item", { hasText: "Kubernetes" }).click();
  await vs.choose("1.29");
  await until("another version is chosen", () => vs.status(), (text) => text === "Kubernetes 1.29");
  await vs.command("Joblint: Restart Server");
  await vs.open(file);
  await until("it is kept for the next window", () => vs.status(), (text) => text === "Kubernetes 1.29");

  copyFileSync(`${__dirname}/twice.yaml`, twice);
  await vs.command("Problems: Focus on Problems View");
  await until("a file that is not open is checked", () => vs.problems(), (rules) => rules.includes("duplicate-key"));
  await vs.open(twice);
  await until("the YAML extension's server also reports findings", () => vs.sources(), (names) => names.join() === "YAML,joblint");
}

async function main() {
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--no-first-run", ...quiet] });
  try {
    const page = await browser.newPage({ viewport });
    try {
      await test(new Window(page));
    } catch (error) {
      await page.screenshot({ path: `${made}/failed.png` });
      throw error;
    }
  } finally {
    await browser.close();
  }
}

main().then(
  () => console.log("passed"),
  (error) => {
    console.error(error);
    process.exitCode = 1;
  },
);
