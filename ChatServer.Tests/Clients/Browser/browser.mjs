// What the scenarios share: a Chromium of their own, pages in it that know nothing of each other, and an account of what was done, one JSON
// line each on stdout. Usage: node Browser/SCENARIO.mjs URL FOLDER [ARGUMENT …], FOLDER being where screenshots go.
// A scenario ends with 0 when it came to its end, and with 1 on a failed step, a script error in a page, a refusal by a page's policy or a timeout.
// CHROMIUM names the program where it is not Debian's.

import path from 'node:path';
import { chromium } from 'playwright-core';

const patience = 20_000; // ms for each step
export const [url, folder, ...args] = process.argv.slice(2);
export const tell = (line) => console.log(JSON.stringify(line));

process.on('uncaughtException', (error) => fail(error.stack));
process.on('unhandledRejection', (error) => fail(error?.stack ?? error));

// A server apart, because only that tells its process: the test ends it by its id, whatever becomes of this script.
const server = await chromium.launchServer({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  host: '127.0.0.1',
  chromiumSandbox: process.getuid() !== 0, // root has none
  timeout: patience,
});
tell({ did: 'launch', data: { pid: server.process().pid } });
const browser = await chromium.connect(server.wsEndpoint());

/** A page of a browser profile of its own. What it says on its console is told, and an error there fails the scenario. */
export async function open(address, { expectRefusals = false } = {}) {
  const context = await browser.newContext({ viewport: { width: 900, height: 640 }, locale: 'vi-VN' });
  context.setDefaultTimeout(patience);
  const page = await context.newPage();
  page.on('console', (message) => tell({ console: message.type(), data: message.text() }));
  page.on('pageerror', (error) => fail(`script error in ${page.url()}: ${error.message}`));
  if (!expectRefusals) page.on('console', (message) => { if (/Content Security Policy/.test(message.text())) fail(`refused in ${page.url()}: ${message.text()}`); });
  await page.goto(new URL(address, url).href);
  return page;
}

/** A picture of a page, in the folder under that name. */
export async function shoot(page, name) {
  const file = path.join(folder, `${name}.png`);
  await page.screenshot({ path: file });
  tell({ did: 'screenshot', data: { file } });
}

/** Runs the scenario and closes the browser. */
export async function scenario(steps) {
  await steps();
  tell({ did: 'end', data: {} });
  await close(0);
}

async function fail(reason) {
  tell({ failed: reason });
  await close(1);
}

async function close(code) {
  await server.kill();
  process.exit(code);
}
