import { expect, test } from "vitest";
import type { Backend, Storage } from "../../src/engine/backend/index.ts";
import { dyadic } from "./inputs.ts";

/** Lifetimes, views and what `memory` reports. */
export function memoryTests(backend: () => Backend): void {
  test("persistent storage survives the end of a step and the growth of memory", async () => {
    const data = dyadic(1000);
    const kept = backend().memory.allocate(data.length, "persistent");
    backend().memory.write(kept, data);
    fill(backend(), backend().memory.allocate(3_000_000, "step"), 1);
    backend().memory.endStep();
    fill(backend(), backend().memory.allocate(3_000_000, "persistent"), 2);
    expect(await backend().memory.read(kept)).toEqual(data);
    backend().memory.release(kept);
  });

  test.each([1, 15, 16, 17, 5000, 20_001])("%i bytes are written as their numbers", async (length) => {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 37) % 256);
    const storage = backend().memory.allocate(length, "step");
    backend().memory.write(storage, bytes);
    expect(await backend().memory.read(storage)).toEqual(Float32Array.from(bytes));
    backend().memory.endStep();
  });

  test("bytes of images are written channels last, as values are", async () => {
    const [image, length] = [{ planes: 3, channels: 2, positions: 35 }, 210];
    const bytes = Uint8Array.from({ length }, (_, i) => i);
    const storage = backend().memory.allocate(length, "step");
    backend().memory.write(storage, bytes, image);
    expect(await backend().memory.read(storage, image)).toEqual(Float32Array.from(bytes));
    backend().memory.endStep();
  });

  test("a view shares the numbers of its storage", async () => {
    const storage = backend().memory.allocate(100, "step");
    fill(backend(), storage, 1);
    const view = backend().memory.view(storage);
    expect(view.length).toBe(100);
    expect(view.base).toBe(storage);
    expect(backend().memory.view(view).base).toBe(storage);
    backend().elementwise.fillRange({ length: 50, from: 0, to: 13 }, { out: view }, 2);
    const expected = new Float32Array(100).fill(1).fill(2, 13, 63);
    expect(await backend().memory.read(storage)).toEqual(expected);
    expect(await backend().memory.read(view)).toEqual(expected);
    backend().memory.endStep();
  });

  test("what is read is a copy", async () => {
    const storage = backend().memory.allocate(10, "step");
    fill(backend(), storage, 1);
    const copy = await backend().memory.read(storage);
    copy.fill(5);
    fill(backend(), storage, 2);
    expect(copy).toEqual(new Float32Array(10).fill(5));
    expect(await backend().memory.read(storage)).toEqual(new Float32Array(10).fill(2));
    backend().memory.endStep();
  });

  test("a product follows spikes that outlive a step when their numbers change", async () => {
    const [inputs, rows] = [20, 30];
    const size = { rows, inputs, outputs: 1 };
    const spikes = backend().memory.allocate(rows * inputs, "persistent");
    const weight = backend().memory.allocate(inputs, "persistent");
    fill(backend(), weight, 1);
    const spikesARow = async () => {
      const y = backend().memory.allocate(rows, "step");
      backend().linear.forward(size, { x: spikes, weight, y });
      const sums = await backend().memory.read(y);
      backend().memory.endStep();
      return sums;
    };
    const expected = (n: number) => new Float32Array(rows).fill(n);
    const sgd = { lr: 1, momentum: 0, dampening: 0, nesterov: false, weightDecay: 0, firstStep: true };
    const firstOfRow = Float32Array.from({ length: rows * inputs }, (_, i) => Number(i % inputs === 0));
    backend().memory.write(spikes, firstOfRow);
    expect(await spikesARow()).toEqual(expected(1));
    expect(await spikesARow()).toEqual(expected(1));
    fill(backend(), spikes, 0);
    expect(await spikesARow()).toEqual(expected(0));
    backend().memory.write(backend().memory.view(spikes), firstOfRow);
    expect(await spikesARow()).toEqual(expected(1));
    const { length } = spikes;
    backend().optimiser.sgd(length, { parameter: spikes, gradient: spikes }, sgd);
    expect(await spikesARow()).toEqual(expected(0));
    for (const storage of [spikes, weight]) backend().memory.release(storage);
  });

  test("storages do not overlap", async () => {
    const storages = Array.from({ length: 50 }, (_, i) => {
      const storage = backend().memory.allocate(1 + ((i * 7) % 23), i % 3 === 0 ? "persistent" : "step");
      fill(backend(), storage, i);
      return storage;
    });
    for (const [i, storage] of storages.entries()) {
      expect(await backend().memory.read(storage)).toEqual(new Float32Array(storage.length).fill(i));
    }
    storages.forEach((storage, i) => i % 3 === 0 && backend().memory.release(storage));
    backend().memory.endStep();
  });

  test("spikes that outlive steps take no more memory when layers of several kinds read them", () => {
    const [planes, inputs, outputs] = [4000, 20, 1];
    const image = { inHeight: 3, inWidth: 3, outHeight: 3, outWidth: 3 };
    const window = { kernelHeight: 1, kernelWidth: 1, stride: 1, padding: 0, groups: 1 };
    const rows = 9 * planes;
    const spikes = backend().memory.allocate(rows * inputs, "persistent");
    fill(backend(), spikes, 1);
    const step = () => {
      const [gy, g] = [backend().memory.allocate(rows, "step"), backend().memory.allocate(inputs, "step")];
      fill(backend(), gy, 1);
      backend().linear.weightGradient({ rows, inputs, outputs }, { gy, x: spikes, gWeight: g });
      const conv = { planes, inChannels: inputs, outChannels: outputs, ...image, ...window };
      backend().conv.weightGradient(conv, { gy, x: spikes, gWeight: g });
      backend().memory.endStep();
      return backend().memory.usage();
    };
    const first = step();
    expect(Array.from({ length: 60 }, step).at(-1)).toEqual(first);
    backend().memory.release(spikes);
  });

  test("steps of the same size do not grow the memory", () => {
    const step = () => {
      for (let i = 0; i < 20; i++) fill(backend(), backend().memory.allocate(10_000, "step"), i);
      backend().memory.release(backend().memory.allocate(5000, "persistent"));
      const spikes = backend().memory.allocate(600, "persistent");
      fill(backend(), spikes, 1);
      const [weight, y] = [backend().memory.allocate(20, "step"), backend().memory.allocate(30, "step")];
      backend().linear.forward({ rows: 30, inputs: 20, outputs: 1 }, { x: spikes, weight, y });
      backend().memory.release(spikes);
      backend().memory.endStep();
      return backend().memory.usage();
    };
    const first = step();
    const later = Array.from({ length: 100 }, step).at(-1);
    expect(later).toEqual(first);
    expect(first.stepPeak).toBeGreaterThanOrEqual(20 * 10_000 * 4);
  });
}

function fill({ elementwise }: Backend, out: Storage, value: number): void {
  elementwise.fill(out.length, { out }, value);
}
