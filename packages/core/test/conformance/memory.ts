import { expect, test } from "vitest";
import type { Backend } from "../../src/engine/backend.ts";
import { dyadic } from "./inputs.ts";

/** Lifetimes, views and what `memory` reports. */
export function memoryTests(backend: () => Backend): void {
  test("persistent storage survives the end of a step and the growth of memory", async () => {
    const data = dyadic(1000);
    const kept = backend().allocate(data.length, "persistent");
    backend().write(kept, data);
    backend().fill(backend().allocate(3_000_000, "step"), 1);
    backend().endStep();
    backend().fill(backend().allocate(3_000_000, "persistent"), 2);
    expect(await backend().read(kept)).toEqual(data);
    backend().release(kept);
  });

  test("a view shares the numbers of its storage", async () => {
    const storage = backend().allocate(100, "step");
    backend().fill(storage, 1);
    const view = backend().view(storage, 13, 50);
    expect(view.length).toBe(50);
    expect(view.base).toBe(storage);
    expect(backend().view(view, 1, 2).base).toBe(storage);
    backend().fill(view, 2);
    backend().fill(backend().view(view, 20, 5), 3);
    const expected = new Float32Array(100).fill(1).fill(2, 13, 63).fill(3, 33, 38);
    expect(await backend().read(storage)).toEqual(expected);
    expect(await backend().read(view)).toEqual(expected.slice(13, 63));
    backend().endStep();
  });

  test("what is read is a copy", async () => {
    const storage = backend().allocate(10, "step");
    backend().fill(storage, 1);
    const copy = await backend().read(storage);
    copy.fill(5);
    backend().fill(storage, 2);
    expect(copy).toEqual(new Float32Array(10).fill(5));
    expect(await backend().read(storage)).toEqual(new Float32Array(10).fill(2));
    backend().endStep();
  });

  test("a product follows spikes that outlive a step when their numbers change", async () => {
    const [inputs, rows] = [20, 30];
    const size = { rows, inputs, outputs: 1 };
    const spikes = backend().allocate(rows * inputs, "persistent");
    const weight = backend().allocate(inputs, "persistent");
    backend().fill(weight, 1);
    const spikesARow = async () => {
      const y = backend().allocate(rows, "step");
      backend().linearForward(size, spikes, weight, null, y);
      const sums = await backend().read(y);
      backend().endStep();
      return sums;
    };
    const expected = (n: number) => new Float32Array(rows).fill(n);
    const sgd = { lr: 1, momentum: 0, dampening: 0, nesterov: false, weightDecay: 0, firstStep: true };
    const firstOfRow = Float32Array.from({ length: rows * inputs }, (_, i) => Number(i % inputs === 0));
    backend().write(spikes, firstOfRow);
    expect(await spikesARow()).toEqual(expected(1));
    expect(await spikesARow()).toEqual(expected(1));
    backend().fill(spikes, 0);
    expect(await spikesARow()).toEqual(expected(0));
    backend().write(backend().view(spikes, 0, spikes.length), firstOfRow);
    expect(await spikesARow()).toEqual(expected(1));
    backend().sgd(sgd, spikes, spikes, null);
    expect(await spikesARow()).toEqual(expected(0));
    for (const storage of [spikes, weight]) backend().release(storage);
  });

  test("storages do not overlap", async () => {
    const storages = Array.from({ length: 50 }, (_, i) => {
      const storage = backend().allocate(1 + ((i * 7) % 23), i % 3 === 0 ? "persistent" : "step");
      backend().fill(storage, i);
      return storage;
    });
    for (const [i, storage] of storages.entries()) {
      expect(await backend().read(storage)).toEqual(new Float32Array(storage.length).fill(i));
    }
    storages.forEach((storage, i) => i % 3 === 0 && backend().release(storage));
    backend().endStep();
  });

  test("spikes that outlive steps take no more memory when layers of several kinds read them", () => {
    const [planes, inputs, outputs] = [4000, 20, 1];
    const image = { inHeight: 3, inWidth: 3, outHeight: 3, outWidth: 3 };
    const window = { kernelHeight: 1, kernelWidth: 1, stride: 1, padding: 0, groups: 1 };
    const rows = 9 * planes;
    const spikes = backend().allocate(rows * inputs, "persistent");
    backend().fill(spikes, 1);
    const step = () => {
      const [gy, g] = [backend().allocate(rows, "step"), backend().allocate(inputs, "step")];
      backend().fill(gy, 1);
      backend().linearWeightGradient({ rows, inputs, outputs }, gy, spikes, g);
      const conv = { planes, inChannels: inputs, outChannels: outputs, ...image, ...window };
      backend().conv2dWeightGradient(conv, gy, spikes, g);
      backend().endStep();
      return backend().memory();
    };
    const first = step();
    expect(Array.from({ length: 60 }, step).at(-1)).toEqual(first);
    backend().release(spikes);
  });

  test("steps of the same size do not grow the memory", () => {
    const step = () => {
      for (let i = 0; i < 20; i++) backend().fill(backend().allocate(10_000, "step"), i);
      backend().release(backend().allocate(5000, "persistent"));
      const spikes = backend().allocate(600, "persistent");
      backend().fill(spikes, 1);
      const [weight, y] = [backend().allocate(20, "step"), backend().allocate(30, "step")];
      backend().linearForward({ rows: 30, inputs: 20, outputs: 1 }, spikes, weight, null, y);
      backend().release(spikes);
      backend().endStep();
      return backend().memory();
    };
    const first = step();
    const later = Array.from({ length: 100 }, step).at(-1);
    expect(later).toEqual(first);
    expect(first.stepPeak).toBeGreaterThanOrEqual(20 * 10_000 * 4);
  });
}
