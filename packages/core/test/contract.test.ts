import { describe, expect, it } from "vitest";
import type { Backend, Storage } from "../src/engine/backend/index.ts";
import { createReferenceBackend } from "../src/engine/backends/reference/index.ts";
import { checkedBackend } from "../src/engine/contract.ts";
import { ShapeError } from "../src/index.ts";
import { resultsOf } from "./conformance/bench.ts";
import { FAMILIES } from "./conformance/families.ts";

type Method = (...args: unknown[]) => unknown;

/** A call of an operation: its name, arguments, and itself. */
type OnCall = (name: string, args: readonly unknown[], run: Method) => void;

/** The same backend, which tells of every call. */
function spied<B extends object>(backend: B, onCall: OnCall, path = ""): B {
  return new Proxy(backend, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key);
      const name = `${path}${String(key)}`;
      if (typeof value === "object" && value !== null) return spied(value, onCall, `${name}.`);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        onCall(name, args, value as Method);
        return (value as Method)(...args);
      };
    },
  });
}

function isStorage(value: unknown): value is Storage {
  return typeof value === "object" && value !== null && "length" in value && !isNumbers(value);
}

function isNumbers(value: object): boolean {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}

/** Every storage of an argument with its path, and the argument with another in its place. */
function storagesIn(argument: unknown, path: string): [string, Storage, (other: Storage) => unknown][] {
  if (isStorage(argument)) return [[path, argument, (other) => other]];
  if (typeof argument !== "object" || argument === null || isNumbers(argument)) return [];
  return Object.entries(argument).flatMap(([name, value]) =>
    storagesIn(value, `${path}.${name}`).map(
      ([inner, storage, replaced]): [string, Storage, (other: Storage) => unknown] => [
        inner,
        storage,
        (other) => ({ ...argument, [name]: replaced(other) }),
      ],
    ),
  );
}

/** What may have any length: nothing else says how long it is. */
const FREE = [
  ...["memory.read 0", "memory.release 0", "memory.view 0"],
  // A range may end before its storage does.
  ...["fillRange 1.out", "copyRange 1.x", "copyRange 1.out", "addRange 1.x", "addRange 1.out"].map(
    (operand) => `elementwise.${operand}`,
  ),
];

/** Operands `operation place` that were accepted one value short, among all that the first and each fifth conformance case of a family have. */
async function acceptedShort(): Promise<{ accepted: string[]; operations: Set<string> }> {
  const backend = checkedBackend(createReferenceBackend());
  const seen = new Map<string, boolean>();
  const operations = new Set<string>();
  const tryShort: OnCall = (name, args, run) => {
    operations.add(name);
    args.forEach((argument, i) => {
      for (const [path, storage, replaced] of storagesIn(argument, String(i))) {
        const operand = `${name} ${path}`;
        if (seen.has(operand) || storage.length < 2) continue;
        const short = backend.memory.allocate(storage.length - 1, "step");
        seen.set(operand, FREE.includes(operand) || !refuses(run, args.with(i, replaced(short))));
      }
    });
  };
  const spy = spied(backend, tryShort);
  const cases = Object.values(FAMILIES).flatMap((family) => family.filter((_, i) => i < 15 || i % 5 === 0));
  for (const one of cases) await resultsOf(one, spy);
  return { accepted: [...seen].flatMap(([operand, free]) => (free ? [operand] : [])), operations };
}

function refuses(run: Method, args: unknown[]): boolean {
  try {
    run(...args);
    return false;
  } catch (error) {
    return error instanceof ShapeError;
  }
}

describe("a checked backend", () => {
  it("refuses every operand of every operation that is one number short", { timeout: 120_000 }, async () => {
    const { accepted, operations } = await acceptedShort();
    expect(accepted.filter((operand) => !FREE.includes(operand))).toEqual([]);
    const parts = Object.entries(checkedBackend(createReferenceBackend()));
    const all = parts.flatMap(([group, part]) =>
      typeof part === "object" ? Object.keys(part as object).map((name) => `${group}.${name}`) : [],
    );
    const unchecked = ["memory.reclaim", "memory.release", "memory.usage", "patterns.indexBytes"];
    const uncalled = [...unchecked, "patterns.release", "reduce.findOutside", "host.copyOut"];
    expect(all.filter((name) => !operations.has(name) && !uncalled.includes(name))).toEqual([]);
  });

  it("refuses to copy out more values than there are", () => {
    const { memory, ...groups } = checkedBackend(createReferenceBackend());
    const host = groups.host!;
    const x = memory.allocate(3, "step");
    memory.write(x, Float32Array.of(1, 2, 3));
    const target = new Float32Array(3);
    host.copyOut(3, { x }, target);
    expect(target).toEqual(Float32Array.of(1, 2, 3));
    expect(() => host.copyOut(4, { x }, new Float32Array(4))).toThrow(ShapeError);
  });

  const backend: Backend = checkedBackend(createReferenceBackend());
  const storage = (length: number) => backend.memory.allocate(length, "step");

  it("names the operation, the operand and both lengths", () => {
    const size = { steps: 4, batch: 3, channels: 3, positions: 8 };
    const options = { p: 0.5, constantOverTime: true, key: 1 };
    expect(() => backend.dropout.apply(size, { x: storage(96), y: storage(96) }, options)).toThrow(
      "backend.dropout.apply: expected 288 numbers in x, as the sizes say, got 96.",
    );
    const attention = { steps: 2, batch: 1, channels: 3, positions: 4 };
    const buffers = { x: storage(24), mean: storage(6), max: storage(5) };
    expect(() => backend.attention.planeStatistics(attention, buffers)).toThrow(
      "backend.attention.planeStatistics: expected 6 numbers in max, as the sizes say, got 5.",
    );
  });

  it("refuses sizes that are no numbers, and targets that serve no whole number of rows", () => {
    const size = { rows: NaN, inputs: 2, outputs: 2 };
    const buffers = { x: storage(4), weight: storage(4), y: storage(4) };
    expect(() => backend.linear.forward(size, buffers)).toThrow(ShapeError);
    const loss = (targets: number) => () =>
      backend.loss.crossEntropy(
        { rows: 6, classes: 4 },
        { logits: storage(24), targets: storage(targets), loss: storage(1), gradient: storage(24) },
        0,
      );
    expect(loss(12)).not.toThrow();
    for (const wrong of [0, 10, 16, 48]) expect(loss(wrong)).toThrow("numbers in targets");
  });

  it.each([-1, 1.5, NaN, Infinity])("allocates no %d numbers", (length) => {
    expect(() => backend.memory.allocate(length, "step")).toThrow(
      `backend.memory.allocate: expected a whole number of values, got ${length}.`,
    );
  });

  it.each([
    [-1, 2],
    [0, 11],
    [8, 3],
    [NaN, 1],
    [0.5, 1],
  ])("has no part at offset %d of length %d", (offset, length) => {
    const range = { length, from: offset, to: 0 };
    const copy = () => backend.elementwise.copyRange(range, { x: storage(10), out: storage(20) });
    expect(copy).toThrow(/^backend.elementwise.copyRange: expected (NaN|11|12) numbers in x/);
  });

  it("is itself in all that is not an operation", async () => {
    const reference = createReferenceBackend();
    const { name, description, threads } = checkedBackend(reference);
    expect({ name, description, threads }).toEqual({
      name: reference.name,
      description: reference.description,
      threads: reference.threads,
    });
    const kept = storage(3);
    backend.memory.write(kept, [1, 2, 3]);
    expect(await backend.memory.read(kept)).toEqual(Float32Array.of(1, 2, 3));
    const sum = storage(2);
    backend.reduce.sumOfSquares(3, { x: kept, out: sum });
    expect(await backend.memory.read(sum)).toEqual(Float32Array.of(14, 0));
  });
});
