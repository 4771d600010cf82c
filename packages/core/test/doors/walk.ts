import fc from "fast-check";
import { expect } from "vitest";
import { type Engine, Linear, MyelinError, tensor, type Tensor } from "../../src/index.ts";
import { describeValue } from "../../src/entries/checks.ts";
import type { Door, Doors, Kind } from "./kinds.ts";

/** What users of plain JavaScript pass by mistake; some are right somewhere. */
const MISTAKES: readonly unknown[] = [
  ...[undefined, null, true, false, 0, 1, -1, 0.5, 1e300, 2 ** 40, NaN, Infinity, -Infinity, 10n],
  ...["", "2", "lif", "x".repeat(300), Symbol("s"), () => 1, class Foo {}, Linear],
  ...[
    [],
    [1, 2],
    ["a"],
    [undefined],
    [null],
    [[1], [2, 3]],
    new Array<undefined>(3),
    [NaN],
    [-1],
    [0.5],
    [{}],
  ],
  ...[{}, { unknown: 1 }, { length: 2 }, { parameters: 1 }, Object.create(null) as object, new Date(0), /x/],
  ...[new Map(), new Error("e"), Promise.resolve(1)],
  ...[new Float32Array(0), new Float32Array(3), new BigInt64Array(2), new DataView(new ArrayBuffer(8))],
];

const RANDOM_VALUES = 12;

/** The same values at every run: a failure can be seen again. */
const random: readonly unknown[] = fc.sample(
  fc.anything({ withBigInt: true, withDate: true, withSparseArray: true, withTypedArray: true, maxDepth: 2 }),
  { numRuns: RANDOM_VALUES, seed: 12 },
);

/** Tensors that are out of place: of an ended step, of another engine, of odd shapes. */
export interface OddTensors {
  readonly ended: Tensor;
  readonly foreign: Tensor;
}

/** `symbol: expected ..., got ...`, or an unknown option. */
const FORM = /^[\s\S]+?: ((expected [\s\S]+, (got|but) [\s\S]+)|unknown option "[\s\S]*"\. \S[\s\S]*)$/;

/**
 * Calls a door once with right values, then with each mistake in the place of each argument and each option.
 *
 * @returns what went wrong, a line each
 */
export async function walk(engine: Engine, name: string, door: Door, odd: OddTensors): Promise<string[]> {
  const faults: string[] = [];
  const run = async (spoil: (values: unknown[]) => void): Promise<unknown> => {
    try {
      const work = async (): Promise<void> => {
        const values = door.kinds.map((kind) => kind.make());
        spoil(values);
        await consume(door.call(values));
      };
      await (door.betweenSteps ? work() : engine.step(work));
      return undefined;
    } catch (error) {
      return error instanceof MyelinError && door.lacks?.test(error.message) ? undefined : error;
    }
  };
  const right = await run(() => undefined);
  if (right !== undefined) faults.push(`${name} with right values: ${describeError(right)}`);
  const lone = tensorsOf(door.kinds) < 2;
  for (const { place, allows, spoil, value } of mistakes(door.kinds, odd)) {
    // A single tensor brings its engine along.
    const fault = faultOf(await run(spoil), allows || (lone && value === odd.foreign));
    if (fault !== undefined) faults.push(`${name}, ${place} = ${describeValue(value)}: ${fault}`);
  }
  return faults;
}

/** How many arguments and options take a tensor. */
function tensorsOf(kinds: readonly Kind[]): number {
  const own = tensor(1);
  const all = kinds.flatMap((kind) => [kind, ...Object.values(kind.entries ?? {})]);
  return all.filter((kind) => kind.allows(own)).length;
}

interface Mistake {
  readonly place: string;
  readonly value: unknown;
  readonly allows: boolean;
  readonly spoil: (values: unknown[]) => void;
}

function* mistakes(kinds: readonly Kind[], odd: OddTensors): Generator<Mistake> {
  for (const [index, kind] of kinds.entries()) {
    for (const value of wrongValues(kind, odd)) {
      const spoil = (values: unknown[]): void => void (values[index] = value);
      yield { place: `argument ${index}`, value, allows: kind.allows(value), spoil };
    }
    if (kind.entries) yield* wrongOptions(index, kind.entries, odd);
  }
}

function* wrongOptions(
  index: number,
  entries: Readonly<Record<string, Kind>>,
  odd: OddTensors,
): Generator<Mistake> {
  const set = (key: string, value: unknown) => (values: unknown[]) => {
    values[index] = { ...(values[index] as object), [key]: value };
  };
  yield { place: "an unknown option", value: 1, allows: false, spoil: set("unknownOption", 1) };
  for (const [key, kind] of Object.entries(entries)) {
    for (const value of wrongValues(kind, odd)) {
      yield { place: `option ${key}`, value, allows: kind.allows(value), spoil: set(key, value) };
    }
  }
}

function wrongValues({ skips }: Kind, odd: OddTensors): unknown[] {
  const tensors = [odd.ended, odd.foreign, tensor([1]), tensor([[[[1]]]]), tensor(1)];
  return [...MISTAKES, ...random, ...tensors].filter((value) => !skips?.(value));
}

function faultOf(error: unknown, allows: boolean): string | undefined {
  if (error === undefined) return allows ? undefined : "accepted";
  if (!(error instanceof MyelinError)) return `not a MyelinError but ${describeError(error)}`;
  return FORM.test(error.message) ? undefined : `not of the form of messages: ${error.message}`;
}

function describeError(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : describeValue(error);
}

/** What is asked for later is asked for now: iterators are taken once, promises awaited. */
async function consume(result: unknown): Promise<void> {
  const value = await result;
  if (typeof value !== "object" || value === null) return;
  if (Symbol.asyncIterator in value) {
    await (value as AsyncIterable<unknown>)[Symbol.asyncIterator]().next();
  } else if (Symbol.iterator in value) {
    (value as Iterable<unknown>)[Symbol.iterator]().next();
  }
}

/**
 * Requires an entry for every exported function and class, and for every method that takes arguments.
 *
 * @param file the file that an entry belongs into
 */
export function expectAllListed(
  exports: Readonly<Record<string, unknown>>,
  doors: Doors,
  file: string,
): void {
  const names = Object.entries(exports).flatMap(([name, value]) => doorsOf(name, value));
  const missing = names.filter((name) => !Object.hasOwn(doors, name));
  const hint = `Add a line for each in ${file}: its name and the kinds of its arguments.`;
  expect(missing, `exports without a line. ${hint}`).toEqual([]);
  const stale = Object.keys(doors).filter((name) => !names.includes(name));
  expect(stale, "lines without an export").toEqual([]);
}

function doorsOf(name: string, value: unknown): string[] {
  if (typeof value !== "function") return [];
  if (!isClass(value)) return [name];
  const methods = Object.entries(Object.getOwnPropertyDescriptors(value.prototype as object));
  const taking = methods.filter(
    ([method, { value: body }]) =>
      method !== "constructor" && typeof body === "function" && takes(body as object),
  );
  return [name, ...taking.map(([method]) => `${name}.${method}`)];
}

function isClass(value: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value));
}

/** Whether a method has parameters. */
function takes(body: object): boolean {
  return !/^(async )?\*?\s*[\w$]+\(\s*\)/.test(Function.prototype.toString.call(body));
}
