/** What a graph carries in a stream: its state as tensors with names, and back. */
import { Tensor } from "@myelin/core";
import type { CarriedState } from "@myelin/core/layers";

/** Keys of objects, of Maps, and places in arrays have a mark of their own in a tensor's name. */
const MARKS = { object: ".", map: ":", array: "#" } as const;

type Holder = Record<string, unknown> | Map<string, unknown> | unknown[];

/** The tensors of a state by their places in it. */
export function tensorsOf(state: unknown, path = "", found: Record<string, Tensor> = {}): CarriedState {
  if (state instanceof Tensor) found[path] = state;
  else if (typeof state === "object" && state !== null) {
    const [mark, entries] = partsOf(state);
    for (const [key, value] of entries) tensorsOf(value, `${path}${mark}${escaped(String(key))}`, found);
  }
  return found;
}

function partsOf(state: object): [string, Iterable<readonly [unknown, unknown]>] {
  if (state instanceof Map) return [MARKS.map, state];
  if (Array.isArray(state)) return [MARKS.array, state.entries()];
  return [MARKS.object, Object.entries(state)];
}

/** The state of which these are the tensors. */
export function stateOf(tensors: CarriedState): Readonly<Record<string, unknown>> {
  const root: Record<string, unknown> = {};
  for (const [path, tensor] of Object.entries(tensors)) {
    const steps = path.match(/[.:#][^.:#]*/g) ?? [];
    let holder: Holder = root;
    steps.forEach((step, i) => {
      const next = steps[i + 1];
      holder = placed(holder, step, next === undefined ? tensor : emptyFor(next)) as Holder;
    });
  }
  return root;
}

/** What stands at a place of a holder: what was there, or else `value`, which is put there. */
function placed(holder: Holder, step: string, value: unknown): unknown {
  const key = decodeURIComponent(step.slice(1));
  if (holder instanceof Map) {
    if (!holder.has(key)) holder.set(key, value);
    return holder.get(key);
  }
  return ((holder as Record<string, unknown>)[key] ??= value);
}

function emptyFor(step: string): Holder {
  if (step.startsWith(MARKS.map)) return new Map<string, unknown>();
  return step.startsWith(MARKS.array) ? [] : {};
}

function escaped(key: string): string {
  return encodeURIComponent(key).replaceAll(".", "%2E");
}
