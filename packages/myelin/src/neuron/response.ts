/** What one neuron does with a few inputs that show its kind. */
import { createEngine, tensor, type Tensor, useEngine } from "@myelin/core";
import type { DescribedNeuron } from "@myelin/core/neurons";

/** Inputs by their names. */
export const DRIVES = ["step", "ramp", "spikes"] as const;
export type Drive = (typeof DRIVES)[number];

/** A layer that takes one step at a time. */
export interface SteppedLayer extends DescribedNeuron {
  step(
    x: Tensor,
    state?: never,
  ): { readonly spikes?: Tensor; readonly potential?: Tensor; readonly state: unknown };
}

/** One neuron's input, states and output at every step. */
export interface Response {
  readonly drive: Drive;
  readonly input: readonly number[];
  readonly states: Readonly<Record<string, readonly number[]>>;
  readonly output: readonly number[];
}

/**
 * Runs one neuron, in float64.
 *
 * @param make makes the layer, of one neuron
 * @param current how strong the inputs are
 */
export async function respond(
  make: () => SteppedLayer,
  current: number,
  steps: number,
  drives: readonly Drive[],
): Promise<Response[]> {
  const engine = await createEngine({ backend: "reference" });
  useEngine(engine);
  try {
    const layer = make();
    const responses: Response[] = [];
    for (const drive of drives) {
      const input = inputOf(drive, current, steps);
      responses.push(await engine.step(async () => ({ drive, input, ...(await run(layer, input)) })));
    }
    return responses;
  } finally {
    await engine.dispose();
  }
}

async function run(
  layer: SteppedLayer,
  input: readonly number[],
): Promise<Pick<Response, "states" | "output">> {
  const states: Record<string, number[]> = {};
  const output: number[] = [];
  let state: unknown;
  for (const x of input) {
    const result = layer.step(tensor([x], [1, 1]), state as never);
    state = result.state;
    output.push(await valueOf(result.spikes ?? result.potential));
    for (const [name, value] of Object.entries(namedStates(state)))
      (states[name] ??= []).push(await valueOf(value));
  }
  return { states, output };
}

/** A state is a potential, or several by name. */
function namedStates(state: unknown): Record<string, Tensor> {
  return isTensor(state) ? { v: state } : (state as Record<string, Tensor>);
}

function isTensor(state: unknown): state is Tensor {
  return typeof state === "object" && state !== null && "storage" in state;
}

async function valueOf(value: Tensor | undefined): Promise<number> {
  const [number = NaN] = value === undefined ? [] : await value.data();
  return number;
}

function inputOf(drive: Drive, current: number, steps: number): number[] {
  const begin = Math.round(steps / 10);
  const spikes = drive === "spikes" ? spikeTimes(begin, steps) : undefined;
  return Array.from({ length: steps }, (_, t) => {
    if (spikes) return spikes.has(t) ? PULSE * current : 0;
    if (t < begin) return 0;
    if (drive === "step") return t < 0.8 * steps ? current : 0;
    return (2 * current * (t - begin)) / (steps - begin);
  });
}

/** A spike carries the current of so many steps. */
const PULSE = 4;
/** Shares of the time between spikes: single ones, then closer and closer, then a pause and a burst. */
const GAPS = [0, 0.12, 0.1, 0.08, 0.06, 0.04, 0.03, 0.02, 0.02, 0.02, 0.2, 0.01, 0.01, 0.01, 0.01];

function spikeTimes(begin: number, steps: number): Set<number> {
  let at = begin;
  return new Set(GAPS.map((gap) => (at += Math.max(1, Math.round(gap * steps)))));
}
