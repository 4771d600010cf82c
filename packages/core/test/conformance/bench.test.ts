import { describe, expect, test } from "vitest";
import type { Backend, Storage } from "../../src/engine/backend.ts";
import { ReferenceBackend } from "../../src/engine/backends/reference/index.ts";
import { type Bench, type Case, disagreement, resultsOf } from "./bench.ts";

/** A backend that must be found out. */
function faulty(fault: Partial<Backend>): Backend {
  return Object.assign(new ReferenceBackend(), fault);
}

function scaling(n: number, tolerance = 0): Case {
  const run = (bench: Bench) => {
    bench.backend.scale(bench.in(new Float32Array(n).fill(1)), 2, bench.out("out", n));
  };
  return { name: "scale", tolerance, run };
}

describe("the bench finds", () => {
  const good = new ReferenceBackend();
  const failureOf = async (one: Case, backend: Backend) => {
    return disagreement(await resultsOf(one, good), await resultsOf(one, backend), one.tolerance);
  };

  test("nothing where there is nothing", async () => {
    expect(await failureOf(scaling(7), new ReferenceBackend())).toBeUndefined();
  });

  test("a value beyond the tolerance, and not one within", async () => {
    const backend = faulty({ scale: (x, factor, out) => good.scale.call(null, x, factor * 1.001, out) });
    expect(await failureOf(scaling(7), backend)).toMatch(/^out\[0\]: expected 2, got 2\.00/);
    expect(await failureOf(scaling(7, 0.002), backend)).toBeUndefined();
  });

  test("an output that was not written", async () => {
    const skipLast = (x: Storage, factor: number, out: Storage) => {
      good.scale(good.view(x, 0, 6), factor, good.view(out, 0, 6));
    };
    expect(await failureOf(scaling(7), faulty({ scale: skipLast }))).toBe(
      "out[6]: expected 2, got NaN (of 7, allowed 0)",
    );
  });

  test("a changed input", async () => {
    const inPlace = (x: Storage, factor: number, out: Storage) => {
      good.scale(x, factor, x);
      good.copy(x, out);
    };
    await expect(failureOf(scaling(3), faulty({ scale: inPlace }))).rejects.toThrow(
      "input 1 was changed: [0]",
    );
  });

  test("an overwritten guard", async () => {
    const storages: Storage[] = [];
    const backend = new ReferenceBackend();
    const allocate = backend.allocate.bind(backend);
    const broken = Object.assign(backend, {
      allocate: (length: number, lifetime: "step" | "persistent") => {
        const storage = allocate(length, lifetime);
        storages.push(storage);
        return storage;
      },
      scale: () => backend.fill(storages[1]!, 0),
    });
    await expect(resultsOf(scaling(3), broken)).rejects.toThrow("guard before out was overwritten");
  });
});
