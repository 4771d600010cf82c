import {
  checkBoolean,
  checkBytes,
  checkInstance,
  checkOptions,
  describeValue,
  listNames,
  refuse,
} from "../checks.ts";
import { Random, type Tensor } from "../engine/index.ts";
import { FormatError, MyelinError } from "../errors.ts";
import { checkModule, type Module } from "../nn/index.ts";
import { Optimizer, type OptimizerState } from "../optim/index.ts";
import { crc32 } from "./crc32.ts";
import { decodeSafetensors, encodeSafetensors, type TensorData } from "./safetensors.ts";
import { utf8Encode } from "./utf8.ts";
import { arraysOf, checkArrays, writeArrays } from "./stored-arrays.ts";

/** What a checkpoint saves and restores; parts that are absent are left out. */
export interface CheckpointParts {
  readonly network: Module;
  readonly optimizer?: Optimizer | undefined;
  /** Generator of dropout keys and shuffles. */
  readonly random?: Random | undefined;
}

/** Options of `restoreCheckpoint` and `restoreWeights`. */
export interface RestoreOptions {
  /** Takes NaN and infinite values too, to look at a training that went wrong; default false. */
  readonly allowNonFinite?: boolean;
}

/** A checkpoint as two files' contents. */
export interface Checkpoint {
  /** Parameters, buffers, places of sparse weights and `optimizer/...` state, in safetensors format. */
  readonly tensors: Uint8Array;
  /** Counters, options and generator state as JSON text. */
  readonly state: string;
}

interface StateFile {
  readonly format: typeof FORMAT;
  readonly version: number;
  /** Of the tensors: ties this text to them and finds damaged bytes. */
  readonly crc32: number;
  readonly optimizer: OptimizerState | null;
  readonly random: readonly number[] | null;
  readonly extra: unknown;
}

/** The text: the state and the CRC-32 of its JSON form. */
interface SealedState extends StateFile {
  readonly stateCrc32: number;
}

const FORMAT = "myelin-checkpoint";
const VERSION = 2;
const OPTIMIZER_PREFIX = "optimizer/";

/**
 * Collects everything that training needs to continue bit for bit. Call it between steps.
 *
 * @param extra the caller's own JSON values, such as a trainer's state; given back by `restoreCheckpoint`
 */
export async function encodeCheckpoint(parts: CheckpointParts, extra: unknown = null): Promise<Checkpoint> {
  checkParts("encodeCheckpoint", parts);
  checkJson("encodeCheckpoint.extra", extra);
  const contents = new Map<string, TensorData>(arraysOf(parts.network));
  for (const [name, value] of tensorsOf(parts)) {
    contents.set(name, { shape: value.shape, data: await value.data() });
  }
  const tensors = encodeSafetensors(contents, { format: FORMAT });
  const state: StateFile = {
    format: FORMAT,
    version: VERSION,
    crc32: crc32(tensors),
    optimizer: parts.optimizer?.getState() ?? null,
    random: parts.random?.getState() ?? null,
    extra,
  };
  return { tensors, state: textOf({ ...state, stateCrc32: sumOf(state) }) };
}

function textOf(sealed: SealedState): string {
  return JSON.stringify(sealed, undefined, 1);
}

/** JSON.parse keeps the order of keys and every bit of a number, so that a state read back has the same sum. */
function sumOf(state: StateFile): number {
  return crc32(utf8Encode(JSON.stringify(state)));
}

/**
 * Puts a checkpoint back. Nothing is changed unless all of it fits.
 *
 * @returns the `extra` values that were saved
 * @throws FormatError if it is damaged, belongs to another network or holds a value that is not finite; lists names
 * and shapes that differ
 */
export function restoreCheckpoint(
  checkpoint: Checkpoint,
  parts: CheckpointParts,
  options: RestoreOptions = {},
): unknown {
  checkOptions("restoreCheckpoint", checkpoint, { tensors: true, state: true }, "{ tensors, state }");
  checkBytes("restoreCheckpoint.tensors", checkpoint.tensors);
  if (typeof checkpoint.state !== "string") refuse("restoreCheckpoint.state", "a text", checkpoint.state);
  checkParts("restoreCheckpoint", parts);
  checkRestore("restoreCheckpoint", options);
  const state = parseState(checkpoint.state);
  const actual = crc32(checkpoint.tensors);
  if (actual !== state.crc32) {
    const hint = "The files are damaged or come from different checkpoints.";
    throw new FormatError(
      `restoreCheckpoint: expected tensors with CRC-32 ${state.crc32}, got ${actual}. ${hint}`,
    );
  }
  const wanted = tensorsOf(parts);
  const found = decodeSafetensors(checkpoint.tensors).tensors;
  checkTensors(parts.network, wanted, found, parts.optimizer === undefined);
  if (options.allowNonFinite !== true) checkFinite(wanted, found);
  if (parts.optimizer !== undefined) restoreOptimizer(parts.optimizer, state.optimizer);
  if (parts.random !== undefined && state.random !== null) parts.random.setState(state.random);
  writeArrays(parts.network, found);
  writeTensors(wanted, found);
  return state.extra;
}

/**
 * Writes a network's parameters and buffers alone, for use without training.
 *
 * @returns safetensors bytes
 */
export async function encodeWeights(network: Module): Promise<Uint8Array> {
  checkModule("encodeWeights", network);
  return (await encodeCheckpoint({ network })).tensors;
}

/**
 * Loads parameters and buffers from safetensors bytes, of `encodeWeights`, of a checkpoint or of another program under
 * the same names. F16, BF16 and F64 become float32.
 *
 * @throws FormatError if the file is damaged, belongs to another network or holds a value that is not finite
 */
export function restoreWeights(bytes: Uint8Array, network: Module, options: RestoreOptions = {}): void {
  checkBytes("restoreWeights", bytes);
  checkModule("restoreWeights.network", network);
  checkRestore("restoreWeights", options);
  const wanted = tensorsOf({ network });
  const found = decodeSafetensors(bytes).tensors;
  checkTensors(network, wanted, found, true);
  if (options.allowNonFinite !== true) checkFinite(wanted, found);
  writeArrays(network, found);
  writeTensors(wanted, found);
}

function checkRestore(owner: string, options: RestoreOptions): void {
  checkOptions(owner, options, { allowNonFinite: true });
  checkBoolean(`${owner}.allowNonFinite`, options.allowNonFinite ?? false);
}

/** Requires what JSON can hold: no bigints, nothing that contains itself. */
function checkJson(symbol: string, value: unknown): void {
  try {
    JSON.stringify(value);
  } catch (error) {
    throw new MyelinError(`${symbol}: expected what JSON can hold, got ${String(error)}.`);
  }
}

function checkParts(owner: string, parts: CheckpointParts): void {
  checkOptions(owner, parts, { network: true, optimizer: true, random: true }, "{ network, optimizer }");
  const { network, optimizer, random } = parts;
  checkModule(`${owner}.network`, network);
  if (optimizer !== undefined) {
    checkInstance(`${owner}.optimizer`, optimizer, Optimizer, "an optimiser such as `new Adam(...)`");
  }
  if (random !== undefined) checkInstance(`${owner}.random`, random, Random, "a Random");
}

function tensorsOf({ network, optimizer }: CheckpointParts): [string, Tensor][] {
  const state = (optimizer?.stateTensors() ?? []).map(([name, value]): [string, Tensor] => [
    `${OPTIMIZER_PREFIX}${name}`,
    value,
  ]);
  return [...network.namedParameters(), ...network.namedBuffers(), ...state];
}

function parseState(text: string): StateFile {
  let sealed: Partial<SealedState> | null;
  try {
    sealed = JSON.parse(text) as Partial<SealedState> | null;
  } catch (error) {
    throw new FormatError(`restoreCheckpoint: expected state in JSON, got ${String(error)}.`);
  }
  if (sealed?.format !== FORMAT || sealed.version !== VERSION) {
    const got = `format ${describeValue(sealed?.format)}, version ${describeValue(sealed?.version)}`;
    throw new FormatError(
      `restoreCheckpoint: expected state of format "${FORMAT}", version ${VERSION}, got ${got}.`,
    );
  }
  const { stateCrc32, ...state } = sealed;
  const actual = sumOf(state as StateFile);
  // The text too: an "E" for an "e" in a number changes nothing, but the file was damaged.
  if (actual !== stateCrc32 || textOf(sealed as SealedState) !== text) {
    throw new FormatError(
      `restoreCheckpoint: expected state with CRC-32 ${describeValue(stateCrc32)}, got ${actual}. The file was damaged or changed.`,
    );
  }
  return state as StateFile;
}

function restoreOptimizer(optimizer: Optimizer, state: OptimizerState | null | undefined): void {
  if (!state || !Array.isArray(state.steps) || !Array.isArray(state.groups)) {
    throw new FormatError(`restoreCheckpoint: expected the state of ${optimizer.kind}, got none.`);
  }
  optimizer.setState(state);
}

function checkTensors(
  network: Module,
  wanted: readonly [string, Tensor][],
  found: ReadonlyMap<string, TensorData>,
  ignoreOptimizer: boolean,
): void {
  checkArrays(network, wanted, found);
  const names = new Set([...wanted, ...network.namedArrays()].map(([name]) => name));
  const missing = wanted.filter(([name]) => !found.has(name)).map(([name]) => name);
  const unexpected = [...found.keys()].filter(
    (name) => !names.has(name) && !(ignoreOptimizer && name.startsWith(OPTIMIZER_PREFIX)),
  );
  const differing = wanted.flatMap(([name, value]) => describeDifference(name, value, found.get(name)));
  const faults = [
    ...list("missing", missing),
    ...list("unexpected", unexpected),
    ...list("different", differing),
  ];
  if (faults.length > 0) {
    const hint = "Was it saved by another network?";
    throw new FormatError(
      `checkpoint: expected the tensors of this network, got ${faults.join("; ")}. ${hint}`,
    );
  }
}

function checkFinite(wanted: readonly [string, Tensor][], found: ReadonlyMap<string, TensorData>): void {
  for (const [name] of wanted) {
    const data = valuesOf(found, name);
    const index = data.findIndex((value) => !Number.isFinite(value));
    if (index === -1) continue;
    throw new FormatError(
      `checkpoint: expected finite values, got ${data[index]} in ${name} at index ${index}. ` +
        "Its training went wrong; allowNonFinite loads it all the same.",
    );
  }
}

function describeDifference(name: string, value: Tensor, found: TensorData | undefined): string[] {
  if (found === undefined) return [];
  if (!(found.data instanceof Float32Array || found.data instanceof Float64Array)) {
    return [`${name} holds no floating-point numbers`];
  }
  const [expected, got] = [value.shape, found.shape].map((shape) => `[${shape.join(", ")}]`);
  return expected === got ? [] : [`${name} ${String(got)} instead of ${String(expected)}`];
}

function list(title: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`${title}: ${listNames(names)}`];
}

function writeTensors(wanted: readonly [string, Tensor][], found: ReadonlyMap<string, TensorData>): void {
  for (const [name, value] of wanted) value.set(valuesOf(found, name));
}

/** The float32 numbers of a tensor that `checkTensors` has accepted, those of wider types rounded. */
function valuesOf(found: ReadonlyMap<string, TensorData>, name: string): Float32Array {
  const { data } = found.get(name) as TensorData;
  return data instanceof Float32Array ? data : Float32Array.from(data as Float64Array);
}
