/** Nodes in a cycle, step by step. */
import { tensor, type Tensor } from "@myelin/core";
import { add, reshape, sizeOf, stack, unstack } from "@myelin/core/ops";
import type { Wired } from "./build.ts";
import { asShape } from "./samples.ts";

/** States of the parts, and the latest value of each node, [1, B, ...]. */
export interface CycleState {
  readonly states: ReadonlyMap<string, unknown>;
  readonly latest: ReadonlyMap<string, Tensor>;
}

/** Values of the whole sequence by name, and the state after it. */
export interface CycleResult {
  readonly values: ReadonlyMap<string, Tensor>;
  readonly state: CycleState;
}

type Parts = ReadonlyMap<string, Wired>;

/**
 * Runs the nodes of a cycle.
 *
 * @param outside values of the nodes before it, [T, B, ...]
 */
export function runCycle(
  names: readonly string[],
  parts: Parts,
  outside: ReadonlyMap<string, Tensor>,
  state?: CycleState,
): CycleResult {
  const inside = new Set(names);
  const drive = new Map(names.map((name) => [name, driveOf(parts.get(name)!, inside, outside)]));
  const [{ steps, batch }] = [...drive.values()].filter((given) => given !== undefined) as [Drive];
  let latest = state?.latest ?? atRest(names, parts, inside, batch);
  const states = new Map(state?.states);
  const series = new Map(names.map((name): [string, Tensor[]] => [name, []]));
  for (let t = 0; t < steps; t++) {
    const current = new Map(latest);
    for (const name of names) {
      const { part, now, before } = parts.get(name)!;
      const inputs = [
        ...(drive.get(name)?.at(t) ?? []),
        ...now.filter((source) => inside.has(source)).map((source) => current.get(source)!),
        ...before.map((source) => latest.get(source)!),
      ];
      const x = inputs.map((value) => asShape(value, part.input, name)).reduce((a, b) => add(a, b));
      const { y, state: after } = part.run(x, states.get(name));
      states.set(name, after);
      current.set(name, y);
      series.get(name)!.push(y);
    }
    latest = current;
  }
  const values = new Map(
    names.map((name) => [name, joined(series.get(name)!, parts.get(name)!.part.output)]),
  );
  return { values, state: { states, latest } };
}

/** What comes from outside, step by step. */
interface Drive {
  readonly steps: number;
  readonly batch: number;
  readonly at: (t: number) => readonly Tensor[];
}

function driveOf(
  { part, now }: Wired,
  inside: ReadonlySet<string>,
  outside: ReadonlyMap<string, Tensor>,
): Drive | undefined {
  const given = now.filter((source) => !inside.has(source)).map((source) => outside.get(source)!);
  if (given.length === 0) return undefined;
  const size = sizeOf(part.input);
  const total = given.map((value) => asShape(value, [size], "cycle")).reduce((a, b) => add(a, b));
  const [steps = 0, batch = 0] = total.shape;
  const pieces = unstack(total);
  return { steps, batch, at: (t) => [asShape(reshape(pieces[t]!, [1, batch, size]), part.input, "cycle")] };
}

/** Values before the first step: neurons are silent, and what follows them computes what it computes of silence. */
function atRest(
  names: readonly string[],
  parts: Parts,
  inside: ReadonlySet<string>,
  batch: number,
): Map<string, Tensor> {
  const rest = new Map<string, Tensor>();
  const silence = (shape: readonly number[]): Tensor => {
    const size = sizeOf(shape);
    return asShape(tensor(new Float32Array(batch * size), [1, batch, size]), shape, "cycle");
  };
  for (const name of names) rest.set(name, silence(parts.get(name)!.part.output));
  for (const name of names) {
    const { part, now, before } = parts.get(name)!;
    if (part.stateful) continue;
    const sources = [...now, ...before].filter((source) => inside.has(source));
    const x = sources
      .map((source) => asShape(rest.get(source)!, part.input, name))
      .reduce((a, b) => add(a, b));
    rest.set(name, part.run(x, undefined).y);
  }
  return rest;
}

function joined(steps: readonly Tensor[], shape: readonly number[]): Tensor {
  const size = sizeOf(shape);
  const flat = steps.map((step) => reshape(asShape(step, [size], "cycle"), [step.shape[1]!, size]));
  return asShape(stack(flat), shape, "cycle");
}
