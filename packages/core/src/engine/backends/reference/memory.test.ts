import { describe, expect, test } from "vitest";
import { createReferenceBackend, readFloat64 } from "./index.ts";

describe("storage of the reference backend", () => {
  test("holds NaN until it is written", () => {
    const { memory } = createReferenceBackend();
    expect(readFloat64(memory.allocate(2, "step"))).toEqual(Float64Array.of(NaN, NaN));
  });

  test("keeps float64 numbers", () => {
    const { memory } = createReferenceBackend();
    const storage = memory.allocate(1, "step");
    memory.write(storage, [0.1]);
    expect(readFloat64(storage)).toEqual(Float64Array.of(0.1));
  });

  test("cannot be used after its step, nor after its release", () => {
    const { memory } = createReferenceBackend();
    const [ended, released] = [memory.allocate(3, "step"), memory.allocate(3, "persistent")];
    const view = memory.view(released);
    memory.endStep();
    memory.release(released);
    for (const storage of [ended, released, view]) {
      expect(() => readFloat64(storage)).toThrow(/expected storage in use, got \d numbers that were freed/);
    }
  });

  test("cannot be used by another backend", () => {
    class ForeignStorage {
      readonly length = 3;
    }
    const { elementwise } = createReferenceBackend();
    expect(() => elementwise.fill(3, { out: new ForeignStorage() }, 0)).toThrow(
      /expected its own storage, got 3 numbers/,
    );
  });

  test("is counted", () => {
    const { memory } = createReferenceBackend();
    const kept = memory.allocate(10, "persistent");
    memory.allocate(20, "step");
    expect(memory.usage()).toEqual({ bytes: 240, stepPeak: 160 });
    memory.endStep();
    memory.release(kept);
    memory.release(kept);
    expect(memory.usage()).toEqual({ bytes: 0, stepPeak: 160 });
  });
});
