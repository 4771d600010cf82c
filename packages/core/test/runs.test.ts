import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildNetwork, loadRun, tensor } from "../src/index.ts";
import { decodeSafetensors } from "../src/entries/io.ts";
import { currentEngine } from "../src/entries/ops.ts";
import { decodeRun, encodeRun, type RunDescription } from "../src/entries/runs.ts";
import { withEngine } from "./support/engines.ts";

const engine = withEngine("wasm", 7);

const IMAGES: RunDescription = {
  network: {
    input: [2, 2, 2],
    layers: [
      { name: "flatten1", type: "flatten" },
      { name: "fc1", type: "linear", outFeatures: 3 },
      { name: "repeat1", type: "repeat", steps: 4 },
      { name: "neuron1", type: "neuron", neuron: { type: "KLIF", k: 2 } },
      { name: "fc2", type: "linear", outFeatures: 3 },
    ],
    classes: 3,
  },
  input: { kind: "image", shape: [2, 2, 2], normalise: { mean: [0.5, 0.25], std: [0.5, 2] } },
  reading: "mean",
  classNames: ["cat", "dog", "owl"],
  training: {
    ...{ name: "tiny", data: "made up", epochs: 3, seed: 1, testAccuracy: 0.5 },
    ...{ recipe: "00", version: "0.1.0", date: "2026-01-01T00:00:00.000Z" },
  },
};
const SPIKES: RunDescription = {
  network: {
    input: [2],
    layers: [
      { name: "fc1", type: "linear", outFeatures: 4 },
      { name: "neuron1", type: "neuron", neuron: { type: "LIF" } },
      { name: "integrator1", type: "leakyIntegrator" },
    ],
  },
  input: { kind: "spikes", units: 4, timeStep: 10, pool: 2, origin: "firstSpike" },
  reading: "sumOfSoftmax",
  classNames: ["a", "b", "c", "d"],
};

const fileOf = async (description: RunDescription): Promise<Uint8Array> =>
  encodeRun(await buildNetwork(description.network), description);

let images: Uint8Array;
let folder: string;
beforeAll(async () => {
  images = await fileOf(IMAGES);
  folder = await mkdtemp(path.join(tmpdir(), "myelin-run-"));
  await writeFile(path.join(folder, "network.myelin"), images);
});
afterAll(() => rm(folder, { recursive: true }));

const PIXELS = [0, 51, 102, 153, 204, 255, 10, 20];

describe("a run", () => {
  test("predicts an image as its network does", async () => {
    const network = await buildNetwork(IMAGES.network);
    const run = await loadRun(await encodeRun(network, IMAGES));
    const x = PIXELS.map((value, i) =>
      Math.fround(i < 4 ? (value / 255) * 2 - 1 : (value / 255) * 0.5 - 0.125),
    );
    network.eval();
    const outputs = await engine().step(() => network.forward(tensor(x, [1, 2, 2, 2])).data());
    const mean = [0, 1, 2].map((k) => [0, 1, 2, 3].reduce((sum, t) => sum + outputs[t * 3 + k]!, 0) / 4);
    const found = await run.predict(PIXELS);
    mean.forEach((score, k) => expect(found.scores[k]).toBeCloseTo(score, 6));
    expect(found.class).toBe(mean.indexOf(Math.max(...mean)));
    expect(found.name).toBe(IMAGES.classNames[found.class]);
    expect(found.probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6);
    expect(found.probability).toBe(found.probabilities[found.class]);
  });

  test("takes several samples at once, of any kind of numbers, also while others wait", async () => {
    const run = await loadRun(images);
    const one = await run.predict(PIXELS);
    const forms = [PIXELS, Uint8Array.from(PIXELS), Float64Array.from(PIXELS), tensor(PIXELS, [2, 2, 2])];
    for (const found of await run.predict(forms)) expect(found).toEqual(one);
    expect(await Promise.all(forms.map((form) => run.predict(form)))).toEqual(forms.map(() => one));
    expect(await run.predict([])).toEqual([]);
    const rows = [[[0], [1]]] as unknown as number[][];
    await expect(run.predict(rows)).rejects.toThrow(
      /expected one list of numbers, got .* give tensor\(rows\)\.$/,
    );
  });

  test("counts spikes in steps of its data set", async () => {
    const run = await loadRun(await fileOf(SPIKES));
    const spikes = { times: [0.013, 0.5, 0.001, 0.0015], units: [3, 0, 0, 1], duration: 0.6 };
    const found = await run.predict(spikes);
    expect(found.probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6);
    const frames = new Float32Array(2 * 50);
    [frames[0], frames[3], frames[98]] = [2, 1, 1];
    expect(await run.predict(frames)).toEqual(found);
    // A shorter one beside it changes nothing.
    const both = await run.predict([spikes, { times: [0], units: [2] }]);
    expect(both[0]).toEqual(found);
  });

  test("streams", async () => {
    const run = await loadRun(await fileOf(SPIKES));
    const stream = run.stream();
    expect(stream.step([1, 0]).shape).toEqual([1, 4]);
    stream.dispose();
  });

  test("leaves the numbers alone that others draw", async () => {
    const before = engine().random.getState();
    await loadRun(images);
    expect(engine().random.getState()).toEqual(before);
  });

  test("says what it is: equations of neurons, names, training", () => {
    const { description } = decodeRun(images);
    expect(description).toMatchObject({ classNames: IMAGES.classNames, training: IMAGES.training });
    const layer = description.network.layers.find(({ name }) => name === "neuron1");
    expect(layer).toMatchObject({
      neuron: { type: "KLIF", equations: expect.stringContaining("relu(k * h)") as string },
    });
    expect([...decodeSafetensors(images).tensors.keys()].sort()).toEqual(
      ["fc1.bias", "fc1.weight", "fc2.bias", "fc2.weight", "neuron1.k"].sort(),
    );
  });
});

describe("it is opened", () => {
  test("from its folder, its file, bytes and a Blob", async () => {
    const { buffer, byteOffset, byteLength } = images;
    const plain = (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength);
    const sources = [folder, `${folder}/`, path.join(folder, "network.myelin"), plain, new Blob([plain])];
    for (const source of sources) expect((await loadRun(source)).classNames).toEqual(IMAGES.classNames);
  });

  test("from a server, by the address of either", async () => {
    const server = createServer((request, response) => {
      const isThere = request.url?.startsWith("/runs/a/network.myelin") === true;
      response.writeHead(isThere ? 200 : 404).end(isThere ? images : undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, resolve));
    const base = `http://localhost:${(server.address() as AddressInfo).port}`;
    try {
      for (const place of ["/runs/a", "/runs/a/", "/runs/a?v=2", "/runs/a/network.myelin?v=2"]) {
        expect((await loadRun(base + place)).classNames).toEqual(IMAGES.classNames);
      }
      await expect(loadRun(new URL(`${base}/none`))).rejects.toThrow(/none\/network\.myelin, got 404/);
    } finally {
      server.close();
    }
    await expect(loadRun(base)).rejects.toThrow(
      /^loadRun: expected a run at .*, got .*\. Check the address\.$/,
    );
  });

  test("on an engine of its own where there is none, which ends with the last run", async () => {
    await engine().dispose();
    const [first, second] = [await loadRun(images), await loadRun(images)];
    const own = currentEngine();
    const one = await first.predict(PIXELS);
    await first.dispose();
    await first.dispose();
    expect(await second.predict(PIXELS)).toEqual(one);
    await second.dispose();
    expect(own.isDisposed).toBe(true);
  });
});
