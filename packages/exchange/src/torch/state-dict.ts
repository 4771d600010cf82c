import type { TensorData } from "@myelin/core/io";
import { Tuple, type PickleValue } from "../pickle/index.ts";
import { fileError, quote } from "../problem.ts";
import { READER } from "./archive.ts";
import type { TorchCheckpoint } from "./checkpoint.ts";
import { StoredTensor } from "./tensor.ts";

/** The tensors of a network by their names, as PyTorch's `state_dict()` gives them. */
export type StateDict = ReadonlyMap<string, TensorData>;

/** Where checkpoints keep what is no network. */
const OTHERS = /optim|sched|scaler|ema|rng|history/i;

/** Deeper nesting than this is not searched for weights. */
const DEEPEST = 8;

/**
 * The network's tensors in a checkpoint: the whole of it, or the one dictionary of tensors in it, as in
 * `{ net, optimizer, epoch }`. "module." before all names, which `DataParallel` puts there, is taken off.
 *
 * @param key which of several dictionaries, such as "net" or "models.teacher"
 * @throws FormatError if there is none, or more than one without `key`
 */
export function stateDictOf(checkpoint: TorchCheckpoint, file: string, key?: string): StateDict {
  const found = candidates(checkpoint.value);
  const wanted = key === undefined ? found.filter(({ path }) => !OTHERS.test(path)) : found;
  const chosen = wanted.filter(({ path }) => key === undefined || path === key);
  if (chosen.length !== 1) {
    const paths = wanted.map(({ path }) => (path === "" ? "the whole" : quote(path))).join(", ");
    throw fileError({
      ...{ reader: READER, file, kind: "not supported" },
      expected: key === undefined ? "one dictionary of tensors" : `a dictionary of tensors at ${quote(key)}`,
      got: paths === "" ? "none" : paths,
      hint: paths === "" ? "Save model.state_dict()." : "Say which one with the option key.",
    });
  }
  const entries = [...chosen[0]!.tensors].map(([name, stored]) => [name, checkpoint.tensor(stored)] as const);
  return withoutPrefix(new Map(entries));
}

interface Candidate {
  readonly path: string;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** Dictionaries with names of tensors only, each once, whatever refers to it again. */
function candidates(root: PickleValue): Candidate[] {
  const found: Candidate[] = [];
  const seen = new Set<PickleValue>();
  const visit = (value: PickleValue, path: readonly string[]): void => {
    if (typeof value !== "object" || value === null || seen.has(value) || path.length > DEEPEST) return;
    seen.add(value);
    if (value instanceof Map) {
      const tensors = tensorsOf(value);
      if (tensors) found.push({ path: path.join("."), tensors });
      else for (const [key, part] of value) if (typeof key === "string") visit(part, [...path, key]);
    } else if (Array.isArray(value) || value instanceof Tuple) {
      const items = Array.isArray(value) ? value : value.items;
      for (const [index, part] of items.entries()) visit(part, [...path, String(index)]);
    }
  };
  visit(root, []);
  return found;
}

function tensorsOf(map: ReadonlyMap<unknown, PickleValue>): ReadonlyMap<string, StoredTensor> | undefined {
  const entries = [...map];
  const isAll = entries.every(([name, value]) => typeof name === "string" && value instanceof StoredTensor);
  return isAll && entries.length > 0 ? (map as ReadonlyMap<string, StoredTensor>) : undefined;
}

function withoutPrefix(tensors: StateDict): StateDict {
  const prefix = "module.";
  const names = [...tensors.keys()];
  if (!names.every((name) => name.startsWith(prefix))) return tensors;
  return new Map([...tensors].map(([name, value]) => [name.slice(prefix.length), value]));
}
