import { describe, expect, it } from "vitest";
import type { Backend, Storage } from "../src/engine/backend.ts";
import { ReferenceBackend } from "../src/engine/backends/reference/index.ts";
import { checkedBackend } from "../src/engine/contract/index.ts";
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
  "countNonZero 0",
  "delays.clampPositions 0",
  "fill 0",
  "findOutside 0",
  "read 0",
  "release 0",
  "sum 0",
  "sumOfSquares 0",
  "view 0",
];

/** Operands `operation place` that were accepted one number short, among all that a fifth of the conformance cases have. */
async function acceptedShort(): Promise<{ accepted: string[]; operations: Set<string> }> {
  const backend = checkedBackend(new ReferenceBackend());
  const seen = new Map<string, boolean>();
  const operations = new Set<string>();
  const tryShort: OnCall = (name, args, run) => {
    operations.add(name);
    args.forEach((argument, i) => {
      for (const [path, storage, replaced] of storagesIn(argument, String(i))) {
        const operand = `${name} ${path}`;
        if (seen.has(operand) || storage.length < 2) continue;
        const short = backend.view(storage, 0, storage.length - 1);
        seen.set(operand, FREE.includes(operand) || !refuses(run, args.with(i, replaced(short))));
      }
    });
  };
  const spy = spied(backend, tryShort);
  const cases = Object.values(FAMILIES).flatMap((family) => family.filter((_, i) => i % 5 === 0));
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
    const methods = (part: object, path = "") =>
      Object.entries(part).flatMap(([name, value]) => (typeof value === "function" ? [path + name] : []));
    const { sparse, attention, delays, ...rest } = checkedBackend(new ReferenceBackend());
    const all = [
      ...methods(rest),
      ...methods(sparse, "sparse."),
      ...methods(attention, "attention."),
      ...methods(delays, "delays."),
    ];
    const unchecked = [
      "dispose",
      "findOutside",
      "memory",
      "reclaim",
      "release",
      "sparse.indexBytes",
      "sparse.release",
    ];
    expect(all.filter((name) => !operations.has(name) && !unchecked.includes(name))).toEqual([]);
  });

  const backend: Backend = checkedBackend(new ReferenceBackend());
  const storage = (length: number) => backend.allocate(length, "step");

  it("names the operation, the operand and both lengths", () => {
    const size = { steps: 4, batch: 3, channels: 3, positions: 8 };
    const options = { p: 0.5, constantOverTime: true, key: 1 };
    expect(() => backend.dropout(size, options, storage(96), storage(96))).toThrow(
      "backend.dropout: expected 288 numbers in x, as the sizes say, got 96.",
    );
    const attention = { steps: 2, batch: 1, channels: 3, positions: 4 };
    expect(() => backend.attention.planeStatistics(attention, storage(24), storage(6), storage(5))).toThrow(
      "backend.attention.planeStatistics: expected 6 numbers in max, as the sizes say, got 5.",
    );
  });

  it("refuses sizes that are no numbers, and targets that serve no whole number of rows", () => {
    const size = { rows: NaN, inputs: 2, outputs: 2 };
    expect(() => backend.linearForward(size, storage(4), storage(4), null, storage(4))).toThrow(ShapeError);
    const loss = (targets: number) => () =>
      backend.crossEntropy(6, 4, 0, storage(24), storage(targets), null, storage(1), storage(24));
    expect(loss(12)).not.toThrow();
    for (const wrong of [0, 10, 16, 48]) expect(loss(wrong)).toThrow("numbers in targets");
  });

  it.each([-1, 1.5, NaN, Infinity])("allocates no %d numbers", (length) => {
    expect(() => backend.allocate(length, "step")).toThrow(
      `backend.allocate: expected a whole number of values, got ${length}.`,
    );
  });

  it.each([
    [-1, 2],
    [0, 11],
    [8, 3],
    [NaN, 1],
    [0.5, 1],
  ])("has no part at offset %d of length %d", (offset, length) => {
    expect(() => backend.view(storage(10), offset, length)).toThrow(
      `backend.view: expected a part of 10 numbers, got offset ${offset}, length ${length}.`,
    );
  });

  it("is itself in all that is not an operation", async () => {
    const reference = new ReferenceBackend();
    const { name, description, threads } = checkedBackend(reference);
    expect({ name, description, threads }).toEqual({
      name: reference.name,
      description: reference.description,
      threads: reference.threads,
    });
    const kept = storage(3);
    backend.write(kept, [1, 2, 3]);
    expect(await backend.read(kept)).toEqual(Float32Array.of(1, 2, 3));
    expect(await backend.sumOfSquares(kept)).toBe(14);
  });
});
