/** NIR graphs that run, against the same equations in Python (fixtures/make-nir-runs.py). */
import { createEngine, onWarning, tensor, type Engine } from "@myelin/core";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { importNir, type NirGraph, type NirNode, type NirValue } from "../src/index.ts";
import { checkpoint } from "./checkpoints.ts";

interface Run {
  readonly shape: readonly number[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

const runs = JSON.parse(gunzipSync(checkpoint("nir-runs.json.gz")).toString()) as Record<string, Run>;
const warnings: string[] = [];
onWarning((message) => warnings.push(message));

async function withEngine<T>(backend: "wasm" | "reference", work: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = await createEngine({ seed: 1, backend });
  try {
    return await work(engine);
  } finally {
    await engine.dispose();
  }
}

function expectClose(values: ArrayLike<number>, expected: readonly number[]): void {
  expect(values.length).toBe(expected.length);
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  const worst = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - values[i]!)), 0);
  expect(worst / largest).toBeLessThan(2e-5);
}

describe.each(["wasm", "reference"] as const)("importNir on %s", (backend) => {
  it.each(Object.entries(runs))("runs the graph of %s", async (name, { shape, inputs, outputs }) => {
    await withEngine(backend, async (engine) => {
      const network = await importNir(gunzipSync(checkpoint(`nir-${name}.nir.gz`)), { name });
      expectClose(await engine.step(() => network.forward(tensor(inputs, shape)).data()), outputs);
    });
  });

  it.each(Object.entries(runs))("runs the graph of %s in pieces", async (name, { shape, inputs, outputs }) => {
    await withEngine(backend, async (engine) => {
      const network = await importNir(gunzipSync(checkpoint(`nir-${name}.nir.gz`)), { name });
      const cut = 5 * (inputs.length / shape[0]!);
      const pieces = [inputs.slice(0, cut), inputs.slice(cut)];
      await engine.step(async () => {
        let state = {};
        const values: number[] = [];
        for (const piece of pieces) {
          const steps = (piece.length / inputs.length) * shape[0]!;
          const result = network.run({ input: tensor(piece, [steps, ...shape.slice(1)]) }, state);
          state = result.state;
          values.push(...(await result.outputs.output!.data()));
        }
        expectClose(values, outputs);
      });
    });
  });
});
void (0 as unknown as [NirGraph, NirNode, NirValue]);
