import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { chromium, type Browser, type Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHROMIUM_FLAGS, findChromium } from "../lib/chromium.mjs";
import { root } from "../lib/packages.mjs";

const executablePath = findChromium();
const TYPES: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };

/** A second of a tone, as a WAV file of 16 bits. */
function wav(hertz: number): Buffer {
  const rate = 48_000;
  const bytes = Buffer.alloc(44 + 2 * rate);
  bytes.write("RIFF", 0);
  bytes.writeUInt32LE(36 + 2 * rate, 4);
  bytes.write("WAVEfmt ", 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(2 * rate, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write("data", 36);
  bytes.writeUInt32LE(2 * rate, 40);
  for (let i = 0; i < rate; i++) {
    bytes.writeInt16LE(Math.round(12_000 * Math.sin((2 * Math.PI * hertz * i) / rate)), 44 + 2 * i);
  }
  return bytes;
}

/** A video in which a bright bar moves to the right, as a file in the format YUV4MPEG2. */
function video(): Buffer {
  const [width, height] = [160, 120];
  const frames = Array.from({ length: 32 }, (_, frame) => {
    const bright = (x: number): boolean => (x - 10 * frame + 320) % 320 < 20;
    const grey = Buffer.from(
      Array.from({ length: width * height }, (_, i) => (bright(i % width) ? 230 : 20)),
    );
    return Buffer.concat([Buffer.from("FRAME\n"), grey, Buffer.alloc((width * height) / 2, 128)]);
  });
  return Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`), ...frames]);
}

describe.skipIf(!executablePath)("the live example, copied as a folder", () => {
  const folder = mkdtempSync(join(tmpdir(), "myelin-live-"));
  let server: Server;
  let browser: Browser;
  let url: string;

  beforeAll(async () => {
    cpSync(join(root, "examples/live"), folder, { recursive: true });
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    execFileSync(process.execPath, [join(root, "node_modules/vite/bin/vite.js"), "build"], { cwd: folder });
    server = createServer((request, response) => {
      const name = request.url === "/" ? "/index.html" : (request.url ?? "");
      try {
        response.setHeader("Content-Type", TYPES[extname(name)] ?? "application/octet-stream");
        response.end(readFileSync(join(folder, "dist", name)));
      } catch {
        response.writeHead(404).end();
      }
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
    url = `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
    writeFileSync(join(folder, "tone.wav"), wav(300));
    writeFileSync(join(folder, "bar.y4m"), video());
    browser = await chromium.launch({
      executablePath: executablePath!,
      args: [
        ...CHROMIUM_FLAGS,
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        `--use-file-for-fake-audio-capture=${join(folder, "tone.wav")}`,
        `--use-file-for-fake-video-capture=${join(folder, "bar.y4m")}`,
      ],
    });
  });

  afterAll(async () => {
    await browser.close();
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });

  /** Opens the page and fails on what it reports as an error. */
  async function withPage(use: (page: Page) => Promise<void>): Promise<void> {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on("pageerror", ({ message }) => errors.push(message));
    try {
      await page.goto(url);
      await use(page).catch(async (error: unknown) => {
        const text = await page.textContent("body");
        throw new Error(`${String(error)}\n${errors.join("\n")}\n${text}`);
      });
      expect(errors).toEqual([]);
    } finally {
      await page.close();
    }
  }

  const textOf = (selector: string): string => `document.querySelector("${selector}").textContent`;

  it("hears a low tone in a low band", async () => {
    await withPage(async (page) => {
      await page.click("#listen");
      await page.waitForFunction(`Number(${textOf("#sound-steps")}) > 50 && ${textOf("#band")} !== "none"`);
      const bands = Number((await page.textContent("#band"))!.slice(0, 1));
      expect(bands).toBeGreaterThanOrEqual(4);
      expect(await page.textContent("#hearing")).toBe("listening");
    });
  });

  it("sees which way a bar moves", async () => {
    await withPage(async (page) => {
      await page.click("#watch");
      await page.waitForFunction(`${textOf("#motion")} === "right"`);
      expect(Number(await page.textContent("#event-count"))).toBeGreaterThan(1000);
      expect(await page.textContent("#seeing")).toBe("watching");
    });
  });
});
