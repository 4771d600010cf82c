/**
 * Runs the trials of the self-test on a backend and gathers what its kernels have written.
 * One path: the lengths of the contract say which buffers there are, so a trial names none.
 * Only at the start, where wide kernels are asked for; checked by packages/core/test/wide.test.ts.
 */
import { readModel, readSurrogate, SURROGATE_EXPRESSIONS } from "../../../../equations/index.ts";
import { type Backend, equationSpec, LENGTHS, type Storage } from "../../../backend/index.ts";
import { Random } from "../../../random.ts";
import { type Trial, TRIALS } from "./trials.ts";

/** What each operation wrote, by the group that it belongs to. */
export type Outcome = readonly { readonly group: string; readonly values: Float32Array }[];

type Length = (size: unknown, buffers: object, spec: unknown, place: number) => number;
type Operation = (size: unknown, buffers: object, spec: unknown) => unknown;

/** Inputs that take different paths, made of normally distributed values: lists of events, quads, dense products. */
const INPUTS: readonly ((value: number) => number)[] = [
  (value) => (value > 1.28 ? 1 : 0),
  (value) => (value > -0.25 ? 1 : 0),
  (value) => value,
];
/** A prime: buffers of the same length get other values. */
const DRAWN = 4099;
/** Buffers whose values are indices, or must be above zero. */
const SMALL_INDICES = new Set(["winner", "labels"]);
const POSITIVE = new Set(["variance", "v", "targets"]);

/** All that the trials write, in order; the same values go in every time. */
export async function outcomeOf(backend: Backend): Promise<Outcome> {
  const outcome: { group: string; values: Float32Array }[] = [];
  const source = new Values();
  for (const input of INPUTS) {
    for (const trial of TRIALS) {
      for (const values of await written(backend, trial, source, input)) {
        outcome.push({ group: trial.group, values });
      }
    }
  }
  for (const values of await neurons(backend, source)) outcome.push({ group: "equation", values });
  return outcome;
}

/** The first group in which two outcomes differ; bits count, but for those of NaN. */
export function differingGroup(a: Outcome, b: Outcome): string | undefined {
  const differ = (left: Float32Array, right: Float32Array): boolean =>
    left.length !== right.length || left.some((value, i) => !Object.is(value, right[i]));
  return a.find(({ values }, n) => differ(values, b[n]!.values))?.group;
}

async function written(
  backend: Backend,
  { group, size, operations }: Trial,
  source: Values,
  input: (value: number) => number,
): Promise<Float32Array[]> {
  const groupOf = backend[group] as unknown as Readonly<Record<string, Operation>>;
  const lengthsOf = LENGTHS[group] as unknown as Readonly<Record<string, object>>;
  const outputs: Float32Array[] = [];
  let last: unknown;
  for (const [operation, told] of Object.entries(operations)) {
    const spec: unknown = typeof told === "function" ? (told as (last: unknown) => unknown)(last) : told;
    const buffers: Record<string, Storage> = {};
    const results: Storage[] = [];
    for (const [name, length] of Object.entries(lengthsOf[operation]!)) {
      const isOutput = typeof length !== "function";
      const lengthOf = (isOutput ? (length as { output: Length }).output : length) as Length;
      const count = lengthOf(size, { targets: { length: 0 }, ...buffers }, spec, 0);
      const isInput = name === "x" || SMALL_INDICES.has(name);
      buffers[name] = filled(backend, count, () =>
        valueFor(name, isInput ? input(source.next()) : source.next()),
      );
      if (isOutput) results.push(buffers[name]);
    }
    last = groupOf[operation]!(size, buffers, spec);
    for (const result of results) outputs.push(await backend.memory.read(result));
  }
  backend.memory.endStep();
  return outputs;
}

/** Normally distributed values, the same each time. */
class Values {
  readonly #drawn: Float32Array;
  #next = 0;

  constructor() {
    const random = new Random(1);
    this.#drawn = Float32Array.from({ length: DRAWN }, () => random.normal());
  }

  next(): number {
    return this.#drawn[this.#next++ % DRAWN]!;
  }
}

function valueFor(name: string, value: number): number {
  if (SMALL_INDICES.has(name)) return value === 1 ? 1 : 0;
  return POSITIVE.has(name) ? Math.abs(value) : value;
}

function filled(backend: Backend, length: number, draw: () => number): Storage {
  const storage = backend.memory.allocate(length, "step");
  const values = new Float32Array(length);
  for (let i = 0; i < length; i++) values[i] = draw();
  backend.memory.write(storage, values);
  return storage;
}

/**
 * A layer of LIF neurons, forward and backward. Nobody else has its threshold, so that no other layer gets its kernels:
 * V8 compiles what is alive once.
 */
async function neurons(backend: Backend, source: Values): Promise<Float32Array[]> {
  const size = { steps: 7, size: 210, channels: 35, positions: 1, format: "plain" } as const;
  const model = readModel({
    name: "LIF",
    state: { v: 0 },
    parameters: ["tau"],
    equations: "h = v + (x - v) / tau\ns = spike(h - 0.987654321)\nv = h * (1 - s)",
  });
  const [whole, step] = [size.steps * size.size, size.size];
  const spec = equationSpec({
    ...{ model, parameters: [{ place: "layer", values: 2 }], surrogateValues: [2], reach: Infinity },
    ...{ inputGradients: [true], surrogate: readSurrogate("wide", SURROGATE_EXPRESSIONS.atan, ["alpha"]) },
  });
  const drawn = (length: number): Storage => filled(backend, length, () => source.next());
  const kept = Array.from({ length: spec.program.kept }, () => drawn(whole));
  const given = { inputs: [drawn(whole)], parameters: [undefined], initial: [undefined] };
  const [spikes, final, gInput] = [drawn(whole), drawn(step), drawn(whole)];
  backend.equation.forward(size, { ...given, outputs: [spikes], final: [final], kept }, spec);
  const outputs = [await backend.memory.read(spikes), await backend.memory.read(final)];
  backend.equation.backward(
    size,
    {
      ...{ ...given, kept, gOutputs: [drawn(whole)], gFinal: [undefined] },
      ...{ gInputs: [gInput], gInitial: [undefined], gParameters: [undefined] },
    },
    spec,
  );
  outputs.push(await backend.memory.read(gInput));
  backend.memory.endStep();
  return outputs;
}
