import { tensor, type Tensor } from "@myelin/core";
import { add, stack, unstack } from "@myelin/core/ops";
import { type Equations, equationLayer, Graded } from "./equations.ts";
import type { Part, PartResult } from "./part.ts";
import type { NirRule } from "./rule.ts";
import { asShape } from "./samples.ts";
import { type PlacedNode, refuseNode, spread } from "./values.ts";

/** Longer delays would keep more steps than a sequence has. */
const MOST_STEPS = 100_000;

/** Values that wait equally long. */
interface Wait {
  readonly steps: number;
  /** Lets only these values through; absent where all wait so long. */
  readonly gate?: Graded;
}

/**
 * The part of a Delay node: y[t] = x[t - delay / dt], rounded to whole steps, 0 before the beginning.
 *
 * @throws FormatError for delays that are negative or very long
 */
export function delayPart(placed: PlacedNode, shape: readonly number[], { dt }: NirRule): Part {
  const delays = spread(placed, "delay", shape);
  const bad = delays.find((seconds) => seconds < 0 || seconds / dt > MOST_STEPS);
  if (bad !== undefined) refuseNode(placed, `delays from 0 to ${MOST_STEPS} steps of ${dt} s`, `${bad} s`);
  const steps = delays.map((seconds) => Math.round(seconds / dt));
  const distinct = [...new Set(steps)];
  const gate = (wait: number): Graded => new Graded(equationLayer(gateOf(steps, wait), shape));
  const waits = distinct.map((wait): Wait =>
    distinct.length === 1 ? { steps: wait } : { steps: wait, gate: gate(wait) },
  );
  const longest = distinct.reduce((a, b) => Math.max(a, b));
  const run = (x: Tensor, state: unknown): PartResult =>
    delayed(x, state as Past | undefined, waits, longest);
  return { input: shape, output: shape, stateful: true, run };
}

function gateOf(steps: Float64Array, wait: number): Equations {
  const values = { open: steps.map((own) => (own === wait ? 1 : 0)) };
  return { name: "Delay", text: "y = open * x", states: [], output: "y", values };
}

/** The latest steps, oldest first. */
type Past = readonly Tensor[];

function delayed(x: Tensor, past: Past | undefined, waits: readonly Wait[], longest: number): PartResult {
  const shape = x.shape.slice(2);
  const size = shape.reduce((product, axis) => product * axis, 1);
  const flat = asShape(x, [size], "Delay");
  const [steps = 0, batch = 0] = x.shape;
  const silence = tensor(new Float32Array(batch * size), [batch, size]);
  const before = past ?? Array.from({ length: longest }, () => silence);
  const all = [...before, ...unstack(flat)];
  const shifted = waits.map(({ steps: wait, gate }) => {
    const y = asShape(stack(all.slice(longest - wait, longest - wait + steps)), shape, "Delay");
    return gate === undefined ? y : gate.forward(y);
  });
  return { y: shifted.reduce((a, b) => add(a, b)), state: all.slice(all.length - longest) };
}
