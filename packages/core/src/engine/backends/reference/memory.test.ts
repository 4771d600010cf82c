import { describe, expect, test } from "vitest";
import { ReferenceBackend } from "./index.ts";

describe("storage of the reference backend", () => {
  test("holds NaN until it is written", () => {
    const backend = new ReferenceBackend();
    expect(backend.readFloat64(backend.allocate(2, "step"))).toEqual(Float64Array.of(NaN, NaN));
  });

  test("keeps float64 numbers", () => {
    const backend = new ReferenceBackend();
    const storage = backend.allocate(1, "step");
    backend.write(storage, [0.1]);
    expect(backend.readFloat64(storage)).toEqual(Float64Array.of(0.1));
  });

  test("cannot be used after its step, nor after its release", () => {
    const backend = new ReferenceBackend();
    const [ended, released] = [backend.allocate(3, "step"), backend.allocate(3, "persistent")];
    const view = backend.view(released, 1, 2);
    backend.endStep();
    backend.release(released);
    for (const storage of [ended, released, view]) {
      expect(() => backend.readFloat64(storage)).toThrow(
        /expected storage in use, got \d numbers that were freed/,
      );
    }
  });

  test("cannot be used by another backend", () => {
    class ForeignStorage {
      readonly length = 3;
    }
    expect(() => new ReferenceBackend().fill(new ForeignStorage(), 0)).toThrow(
      /expected its own storage, got 3 numbers/,
    );
  });

  test("is counted", () => {
    const backend = new ReferenceBackend();
    const kept = backend.allocate(10, "persistent");
    backend.allocate(20, "step");
    expect(backend.memory()).toEqual({ bytes: 240, stepPeak: 160 });
    backend.endStep();
    backend.release(kept);
    backend.release(kept);
    expect(backend.memory()).toEqual({ bytes: 0, stepPeak: 160 });
  });
});
