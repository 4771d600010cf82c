/** A trained run opens in a page by three lines, and in the page of lesson 7 with its worker, from a plain file server. */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buildNetwork, createEngine, loadRun } from "@myelin/core";
import { encodeRun, type RunDescription } from "@myelin/core/runs";
import { chromium, type Page } from "playwright";
import { expect, test } from "vitest";
import { CHROMIUM_FLAGS, findChromium } from "../lib/chromium.mjs";
import { root } from "../lib/packages.mjs";
import { codeBlocks } from "./code-blocks.ts";

const executablePath = findChromium();

const DESCRIPTION: RunDescription = {
  network: {
    input: [1, 8, 8],
    layers: [
      { name: "conv1", type: "conv2d", outChannels: 4, kernelSize: 3, padding: 1 },
      { name: "norm1", type: "batchNorm" },
      { name: "repeat1", type: "repeat", steps: 4 },
      { name: "neuron1", type: "neuron", neuron: { type: "KLIF" } },
      { name: "flatten1", type: "flatten" },
      { name: "fc1", type: "linear", outFeatures: 3 },
    ],
  },
  input: { kind: "image", shape: [1, 8, 8] },
  reading: "mean",
  classNames: ["cat", "dog", "owl"],
};

const PAGE = `<!doctype html><meta name="viewport" content="width=device-width"><p id="name"></p>
<script type="module">
  import { loadRun } from "./myelin.min.js";
  const run = await loadRun("./run");
  const found = await run.predict(Array.from({ length: 64 }, (_, i) => (i * 37) % 256));
  document.querySelector("#name").textContent = JSON.stringify([found.name, ...found.scores]);
</script>`;

test.skipIf(!executablePath)("on a telephone, with the outputs that it has in Node", async () => {
  const engine = await createEngine({ seed: 4, wasm: { threads: 1 } });
  const file = await encodeRun(await buildNetwork(DESCRIPTION.network), DESCRIPTION);
  const run = await loadRun(file);
  const expected = await run.predict(Array.from({ length: 64 }, (_, i) => (i * 37) % 256));
  await engine.dispose();
  await onPage({ "/": PAGE, "/run/network.myelin": file }, async (page) => {
    await page.waitForSelector("#name:not(:empty)", { timeout: 30_000 });
    const shown = JSON.parse((await page.textContent("#name"))!) as unknown[];
    expect(shown).toEqual([expected.name, ...expected.scores]);
  });
});

test.skipIf(!executablePath)("the page of lesson 7 reads what is drawn", async () => {
  const engine = await createEngine({ seed: 4, wasm: { threads: 1 } });
  const description: RunDescription = {
    network: {
      input: [1, 28, 28],
      layers: [
        { name: "flatten1", type: "flatten" },
        { name: "fc1", type: "linear", outFeatures: 10 },
        { name: "repeat1", type: "repeat", steps: 4 },
        { name: "neuron1", type: "neuron", neuron: { type: "LIF" } },
      ],
    },
    ...{ input: { kind: "image", shape: [1, 28, 28] }, reading: "mean", classNames: [..."0123456789"] },
  };
  const file = await encodeRun(await buildNetwork(description.network), description);
  await engine.dispose();
  const block = (name: string): string =>
    codeBlocks().find((one) => one.file.endsWith("7-in-the-browser.md") && one.info.endsWith(name))!.text;
  const files = { "/": block("index.html"), "/worker.js": block("worker.js"), "/network.myelin": file };
  await onPage(files, async (page) => {
    await page.mouse.move(60, 60);
    await page.mouse.down();
    await page.mouse.move(200, 220, { steps: 5 });
    await page.mouse.up();
    await page.waitForFunction(`/^\\d: its neurons fire/.test(document.querySelector("output").textContent)`);
    const drawn = `document.querySelector("canvas").getContext("2d").getImageData(13, 13, 1, 1).data[0]`;
    expect(await page.evaluate(drawn)).toBeGreaterThan(100);
  });
});

/** Serves files and the engine, and opens the page among them on a telephone. */
async function onPage(
  files: Readonly<Record<string, string | Uint8Array>>,
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const engine = readFileSync(`${root}/packages/core/dist/myelin.min.js`);
  const served: Readonly<Record<string, string | Uint8Array>> = { ...files, "/myelin.min.js": engine };
  const server = createServer(({ url = "" }, response) => {
    const body = served[url];
    const type =
      url === "/" ? "text/html" : url.endsWith(".js") ? "text/javascript" : "application/octet-stream";
    response.writeHead(body === undefined ? 404 : 200, { "Content-Type": type }).end(body ?? "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await chromium.launch({ executablePath: executablePath!, args: CHROMIUM_FLAGS });
  try {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 }, isMobile: true });
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await use(page);
  } finally {
    await browser.close();
    server.close();
  }
}
