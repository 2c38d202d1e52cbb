import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";
import { folder } from "./files";

const root = join(__dirname, "../..");
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** What the visitor does before the picture is taken: both ways of the load test, and then transactions that have to wait. */
const secondsOfWaiting = 12;
const secondsOfEachWay = 4;

/** Runs `npm run local`, opens its page in Chromium and takes pictures of it under load. */
export async function livePage(): Promise<void> {
  const standIn = spawn("npm", ["run", "local"], { cwd: root, stdio: ["ignore", "pipe", "inherit"], detached: true });
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const url = await urlIn(createInterface(standIn.stdout));
    const page = await browser.newPage({ viewport: { width: 1100, height: 1250 } });
    await page.goto(url);
    await page.getByRole("button", { name: "Invoke read" }).click();
    await page.getByLabel("directly").check();
    await page.waitForTimeout(secondsOfEachWay * 1000);
    await page.getByLabel("through the proxy").check();
    await page.waitForTimeout(secondsOfEachWay * 1000);
    await page.getByLabel("transactions of half a second").check();
    await page.waitForTimeout(secondsOfWaiting * 1000);
    await page.evaluate("scrollTo(0, 0)");
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      // The chart is drawn anew with the next snapshot.
      await page.waitForTimeout(1200);
      await page.screenshot({ path: join(folder, `live-page-${colorScheme}.png`) });
    }
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize({ width: 360, height: 1250 });
    await page.evaluate("scrollTo(0, 0)");
    await page.waitForTimeout(1200);
    await page.screenshot({ path: join(folder, "live-page-narrow.png") });
  } finally {
    await browser.close();
    const closed = once(standIn, "close");
    if (standIn.pid !== undefined) process.kill(-standIn.pid, "SIGINT");
    await closed;
  }
}

async function urlIn(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const url = /^ {2}(http:\S+\/)$/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error("npm run local has ended without an address.");
}
