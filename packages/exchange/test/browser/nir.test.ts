/** NIR graphs in a page: written, read and run. */
import { createEngine, LIF, Linear, Sequential, tensor } from "@myelin/core";
import { encodeNir, exportNir, importNir, readNir } from "@myelin/exchange/browser";
import { expect, test } from "vitest";

/** The first worker waits for the server that joins its parts. */
const TIMEOUT_MS = 120_000;

test(
  "a network becomes a file and a network again",
  async () => {
    const engine = await createEngine({ seed: 1 });
    const network = new Sequential(
      new Linear(5, 8),
      new LIF({ tau: 3 }),
      new Linear(8, 4),
      new LIF({ vThreshold: 0.05 }),
    );
    const bytes = await encodeNir(await exportNir(network));
    expect([...(await readNir(bytes)).nodes.values()].map(({ type }) => type).sort()).toEqual([
      "Affine",
      "Affine",
      "Input",
      "LIF",
      "LIF",
      "Output",
    ]);
    const again = await importNir(bytes);
    await engine.step(async () => {
      const x = tensor(
        Float32Array.from({ length: 300 }, (_, i) => 3 * Math.sin(i * i)),
        [20, 3, 5],
      );
      const [before, after] = [await network.forward(x).data(), await again.forward(x).data()];
      expect(before.some((spike) => spike === 1)).toBe(true);
      expect([...after]).toEqual([...before]);
    });
    await engine.dispose();
  },
  TIMEOUT_MS,
);

test("a file that is none is an error in a page too", async () => {
  await expect(importNir(new Uint8Array(64), { name: "x.nir" })).rejects.toThrow("x.nir");
});
