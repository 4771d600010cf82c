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
} from "../../../equations/index.ts";
import type { EquationBackend, EquationForward, EquationSize, EquationSpec } from "../../backend/index.ts";
import type { Arrays, OnArrays } from "./arrays.ts";

/** Neurons as equations, interpreted in float64. */
export const equation: OnArrays<EquationBackend> = {
  forward(size, buffers, spec) {
    interpretForward(spec.model, size, valuesOf(size, buffers, spec), buffers);
  },
  backward(size, buffers, spec) {
    interpretBackward(
      spec.model,
      derivativeOf(spec),
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
    values: values ? Float64Array.from(values) : parameters[i]!,
    inner: place === "channel" ? size.positions : 1,
  }));
  return { inputs, parameters: placed, initial };
}

function derivativeOf({
  model,
  surrogate,
  surrogateValues,
  derivative,
}: EquationSpec): (u: number) => number {
  if (derivative) return derivative;
  // A neuron without spikes calls none.
  return model.spikes > 0 && surrogate ? surrogateFunction(surrogate, surrogateValues) : () => 0;
}
