/**
 * Neurons as equations, interpreted in float64.
 * One path, plain loops in the order of the equations.
 * The specification: test/conformance and the golden vectors hold other backends against it.
 */
import {
  interpretBackward,
  interpretForward,
  type Placed,
  surrogateFunction,
  TABLE,
} from "../../../equations/index.ts";
import type {
  EquationBackend,
  EquationBackward,
  EquationForward,
  EquationSize,
  EquationSpec,
} from "../../backend/index.ts";
import { BackendError } from "../../../errors.ts";
import type { Arrays, OnArrays } from "./arrays.ts";

/** Neurons as equations, interpreted in float64. */
export const equation: OnArrays<EquationBackend> = {
  forward(size, buffers, spec) {
    interpretForward(spec.model, size, valuesOf(size, buffers, spec), buffers);
  },
  backward(size, buffers, spec) {
    interpretBackward(
      spec.model,
      derivativeOf(spec, buffers),
      size,
      valuesOf(size, buffers, spec),
      { outputs: buffers.gOutputs, final: buffers.gFinal },
      { inputs: buffers.gInputs, initial: buffers.gInitial, parameters: buffers.gParameters },
    );
  },
};

type Given = Arrays<Pick<EquationForward, "inputs" | "parameters" | "initial">>;

function valuesOf(size: EquationSize, { inputs, parameters, initial }: Given, spec: EquationSpec) {
  const placed = spec.parameters.map(({ place, values }, i): Placed => ({
    values: numbersOf(values) ?? parameters[i]!,
    inner: place === "channel" ? size.positions : 1,
  }));
  return { inputs, parameters: placed, initial };
}

function numbersOf(values: number | ArrayLike<number> | undefined): Float64Array | undefined {
  if (values === undefined) return undefined;
  return typeof values === "number" ? Float64Array.of(values) : Float64Array.from(values);
}

function derivativeOf(
  { surrogate, surrogateValues }: EquationSpec,
  { slopes }: Arrays<EquationBackward>,
): (u: number, spike: number, place: number) => number {
  // A neuron without spikes calls none.
  if (surrogate === undefined) return () => 0;
  if (surrogate !== TABLE) return surrogateFunction(surrogate, surrogateValues);
  return (_, spike, place) => slopeAt(slopes, spike, place);
}

function slopeAt(slopes: readonly Float64Array[] | undefined, spike: number, place: number): number {
  const slope = slopes?.[spike]?.[place];
  if (slope !== undefined) return slope;
  throw new BackendError(
    "backend.equation.backward: expected tables of derivatives for a surrogate of the user's, got none. Pass `slopes`.",
  );
}
