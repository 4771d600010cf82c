import { describe, expect, test } from "vitest";
import type { Backend, Storage } from "../../src/engine/backend/index.ts";
import { createReferenceBackend } from "../../src/engine/backends/reference/index.ts";
import { checkedBackend } from "../../src/engine/contract.ts";
import { type Bench, type Case, disagreement, resultsOf } from "./bench.ts";

type Scale = Backend["elementwise"]["scale"];

/** A backend that must be found out. */
function faulty(scale: Scale): Backend {
  const backend = createReferenceBackend();
  return { ...backend, elementwise: { ...backend.elementwise, scale } };
}

function scaling(n: number, tolerance = 0): Case {
  const run = (bench: Bench) => {
    const buffers = { x: bench.in(new Float32Array(n).fill(1)), out: bench.out("out", n) };
    bench.backend.elementwise.scale(n, buffers, 2);
  };
  return { name: "scale", tolerance, run };
}

describe("the bench finds", () => {
  const good = createReferenceBackend();
  const { elementwise } = good;
  const failureOf = async (one: Case, backend: Backend) => {
    return disagreement(await resultsOf(one, good), await resultsOf(one, backend), one.tolerance);
  };

  test("nothing where there is nothing", async () => {
    expect(await failureOf(scaling(7), createReferenceBackend())).toBeUndefined();
  });

  test("a value beyond the tolerance, and not one within", async () => {
    const backend = faulty((n, buffers, factor) => elementwise.scale(n, buffers, factor * 1.001));
    expect(await failureOf(scaling(7), backend)).toMatch(/^out\[0\]: expected 2, got 2\.00/);
    expect(await failureOf(scaling(7, 0.002), backend)).toBeUndefined();
  });

  test("an output that was not written", async () => {
    const skipLast: Scale = (n, { x, out }, factor) => {
      elementwise.copyRange({ length: n - 1, from: 0, to: 0 }, { x, out });
      const last = good.memory.allocate(n, "step");
      elementwise.scale(n, { x: out, out: last }, factor);
      elementwise.copyRange({ length: n - 1, from: 0, to: 0 }, { x: last, out });
    };
    expect(await failureOf(scaling(7), faulty(skipLast))).toBe(
      "out[6]: expected 2, got NaN (of 7, allowed 0)",
    );
  });

  test("a changed input", async () => {
    const inPlace: Scale = (n, { x, out }, factor) => {
      elementwise.scale(n, { x, out: x }, factor);
      elementwise.copy(n, { x, out });
    };
    await expect(failureOf(scaling(3), faulty(inPlace))).rejects.toThrow("input 1 was changed: [0]");
  });

  test("an overwritten guard", async () => {
    const storages: Storage[] = [];
    const backend: Backend = faulty((n) => backend.elementwise.fill(n, { out: storages[1]! }, 0));
    const { memory: plain } = checkedBackend(backend);
    const memory = {
      ...plain,
      allocate: (length: number, lifetime: "step" | "persistent") => {
        const storage = plain.allocate(length, lifetime);
        storages.push(storage);
        return storage;
      },
    };
    const broken = { ...backend, memory };
    await expect(resultsOf(scaling(3), broken)).rejects.toThrow("guard before out was overwritten");
  });
});
