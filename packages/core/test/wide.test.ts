import { expect, test } from "vitest";
import { createEngine } from "../src/index.ts";
import type { Backend, Storage } from "../src/engine/backend/index.ts";
import { createWasmBackend } from "../src/engine/backends/wasm/index.ts";
import { differingGroup, outcomeOf } from "../src/engine/backends/wasm/wide/outcome.ts";
import { TRIALS } from "../src/engine/backends/wasm/wide/trials.ts";

test("an engine says whether its kernels are of 256 bits, or why they are not", async () => {
  const engine = await createEngine({ wasm: { threads: 1, wide: true } });
  const { description } = engine.backend;
  await engine.dispose();
  const isOld = Number.parseInt(process.versions.node) < 22;
  if (isOld) expect(description).toContain("of 128 bits because Node is older than 22");
  else expect(description).toMatch(/of 256 bits|of 128 bits because/);
  await expect(createEngine({ wasm: { wide: 1 as never } })).rejects.toThrow("createEngine.wasm.wide");
});

test("the self-test of wide kernels finds any kernel that computes something else", async () => {
  const backend = await createWasmBackend({ threads: 1 });
  const expected = await outcomeOf(backend);
  const faulty = await outcomeOf(withFaults(backend));
  for (const [n, entry] of expected.entries()) {
    expect(differingGroup([entry], [faulty[n]!])).toBe(entry.group);
  }
  expect(differingGroup(expected, await outcomeOf(backend))).toBeUndefined();
  await backend.dispose();
});

/** The backend, but every operation leaves another first value in what it writes. */
function withFaults(backend: Backend): Backend {
  type Operation = (size: unknown, buffers: object, spec: unknown) => unknown;
  const groups = [...new Set<keyof Backend>(TRIALS.map(({ group }) => group)), "equation" as const];
  const spoil = (storage: Storage | readonly (Storage | undefined)[] | undefined): void => {
    if (Array.isArray(storage)) storage.forEach(spoil);
    else if (storage) {
      backend.elementwise.fillRange({ length: 1, from: 0, to: 0 }, { out: storage }, 0.123);
    }
  };
  const faulty = groups.map((group) => {
    const operations = Object.entries(backend[group] as unknown as Readonly<Record<string, Operation>>);
    const spoilt = operations.map(([name, operation]): [string, Operation] => [
      name,
      (size, buffers, spec) => {
        const result = operation(size, buffers, spec);
        (Object.values(buffers) as Storage[]).forEach(spoil);
        return result;
      },
    ]);
    return [group, Object.fromEntries(spoilt)];
  });
  return { ...backend, ...(Object.fromEntries(faulty) as Partial<Backend>) };
}
