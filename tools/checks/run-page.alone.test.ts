/** A trained run opens in a page by three lines, from a plain file server. */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buildNetwork, createEngine, loadRun } from "@myelin/core";
import { encodeRun, type RunDescription } from "@myelin/core/runs";
import { chromium } from "playwright";
import { expect, test } from "vitest";
import { CHROMIUM_FLAGS, findChromium } from "../lib/chromium.mjs";
import { root } from "../lib/packages.mjs";

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
  const files: Record<string, readonly [type: string, body: string | Uint8Array]> = {
    "/": ["text/html", PAGE],
    "/myelin.min.js": ["text/javascript", readFileSync(`${root}/packages/core/dist/myelin.min.js`)],
    "/run/network.myelin": ["application/octet-stream", file],
  };
  const server = createServer(({ url = "" }, response) => {
    const [type, body] = files[url] ?? ["text/plain", ""];
    response.writeHead(body === "" ? 404 : 200, { "Content-Type": type }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await chromium.launch({ executablePath: executablePath!, args: CHROMIUM_FLAGS });
  try {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 }, isMobile: true });
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForSelector("#name:not(:empty)", { timeout: 30_000 });
    const shown = JSON.parse((await page.textContent("#name"))!) as unknown[];
    expect(shown).toEqual([expected.name, ...expected.scores]);
  } finally {
    await browser.close();
    server.close();
  }
});
