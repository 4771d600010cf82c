import { chromium, type Browser, type Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHROMIUM_FLAGS, findChromium } from "../lib/chromium.mjs";
import { serveExample } from "../lib/static-server.mjs";

const executablePath = findChromium();

/** Chance is one in ten. */
const LEARNED = 0.6;
/** A page that blocks for longer feels stuck; on two cores training and drawing share one. */
const LONGEST_FRAME_MS = 250;

async function numberIn(page: Page, selector: string): Promise<number> {
  return parseFloat((await page.textContent(selector)) ?? "");
}

/** Waits until the element's number fulfils a condition, given as the body of a function of `value`. */
async function waitForNumber(page: Page, selector: string, condition: string): Promise<void> {
  const value = `parseFloat(document.querySelector("${selector}").textContent)`;
  await page.waitForFunction(`((value) => ${condition})(${value})`, undefined, { timeout: 60_000 });
}

/** How many pixels of a canvas something was drawn on. */
function ink(page: Page, selector: string): Promise<number> {
  return page.$eval(selector, (element) => {
    const canvas = element as HTMLCanvasElement;
    const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
    return data.filter((value, at) => at % 4 === 3 && value > 0).length;
  });
}

/** The longest time between two frames while `work` goes on, in milliseconds. */
async function longestFrame(page: Page, work: () => Promise<void>): Promise<number> {
  await page.evaluate(() => {
    const frames = { longest: 0, last: performance.now() };
    Object.assign(window, { frames });
    const tick = (now: number) => {
      frames.longest = Math.max(frames.longest, now - frames.last);
      frames.last = now;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  await work();
  return page.evaluate(() => (window as unknown as { frames: { longest: number } }).frames.longest);
}

describe.skipIf(!executablePath)("the browser example", () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath!, args: CHROMIUM_FLAGS });
  });

  afterAll(() => browser.close());

  /** Opens the page, hands it to `use` and fails on what the page reports as an error. */
  async function withPage(isolated: boolean, use: (page: Page) => Promise<void>): Promise<void> {
    const server = await serveExample({ port: 0, isolated });
    const page = await browser.newPage({ viewport: { width: 1000, height: 1000 } });
    const errors: string[] = [];
    page.on("pageerror", ({ message }) => errors.push(message));
    try {
      await page.goto(server.url);
      await page.waitForSelector("#start:enabled");
      await use(page);
      expect(errors).toEqual([]);
    } finally {
      await page.close();
      await server.close();
    }
  }

  it("learns, draws and stays responsive, then stops when asked to", async () => {
    await withPage(true, async (page) => {
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
      const longest = await longestFrame(page, async () => {
        await page.click("#start");
        await waitForNumber(page, "#step", "value >= 1");
        const firstLoss = await numberIn(page, "#loss");
        await waitForNumber(page, "#accuracy", `value > ${100 * LEARNED}`);
        await waitForNumber(page, "#test-accuracy", `value > ${100 * LEARNED}`);
        expect(await numberIn(page, "#loss")).toBeLessThan(0.9 * firstLoss);
      });
      expect(longest).toBeLessThan(LONGEST_FRAME_MS);
      expect(await page.textContent("#status")).toMatch(/^Training on wasm, \d+ threads?$/);
      for (const canvas of ["#raster", "#digits", "#loss-chart", "#accuracy-chart"]) {
        expect(await ink(page, canvas)).toBeGreaterThan(100);
      }
      await page.click("#stop");
      await page.waitForSelector("#start:enabled");
      expect(await page.textContent("#status")).toBe("Stopped");
    });
  });

  it("runs on one thread where memory cannot be shared", async () => {
    await withPage(false, async (page) => {
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
      await page.click("#start");
      await waitForNumber(page, "#step", "value >= 5");
      expect(await page.textContent("#status")).toBe("Training on wasm, 1 thread");
    });
  });
});
