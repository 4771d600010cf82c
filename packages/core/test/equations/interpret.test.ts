import { describe, expect, test } from "vitest";
import { interpretBackward, interpretForward, surrogateFunction } from "../../src/equations/index.ts";
import { relativeError } from "../support/relative-error.ts";
import { goldenNeurons } from "./golden-cases.ts";

const TOLERANCE = 2e-6;

describe("the interpreter gives the golden values of", () => {
  test.each(goldenNeurons().map((golden) => [golden.name, golden] as const))("%s", (_, golden) => {
    const { model, steps, size } = golden;
    const values = {
      inputs: model.inputs.map(golden.tensor),
      parameters: golden.parameters.map((numbers) => ({ values: numbers, inner: 1 })),
      initial: model.states.map(({ name }) => golden.tensor(`initial.${name}`)),
    };
    const results = {
      outputs: model.outputs.map(() => new Float64Array(steps * size)),
      final: model.states.map(() => new Float64Array(size)),
    };
    interpretForward(model, { steps, size }, values, results);
    model.outputs.forEach(({ name }, i) => expectNear(name, results.outputs[i]!, golden.tensor(name)));
    model.states.forEach(({ name }, i) =>
      expectNear(name, results.final[i]!, golden.tensor(`final.${name}`)),
    );

    const gradients = {
      inputs: model.inputs.map(() => new Float64Array(steps * size)),
      initial: model.states.map(() => new Float64Array(size)),
      parameters: golden.parameters.map(({ length }) => new Float64Array(length)),
    };
    const incoming = {
      outputs: model.outputs.map(({ name }) => golden.tensor(`g.${name}`)),
      final: model.states.map(({ name }) => golden.tensor(`gfinal.${name}`)),
    };
    const derivative = surrogateFunction(golden.surrogate, [golden.alpha]);
    interpretBackward(model, derivative, { steps, size }, values, incoming, gradients);
    model.inputs.forEach((name, i) =>
      expectNear(`d${name}`, gradients.inputs[i]!, golden.tensor(`d${name}`)),
    );
    model.states.forEach(({ name }, i) =>
      expectNear(`dinitial.${name}`, gradients.initial[i]!, golden.tensor(`dinitial.${name}`)),
    );
    model.parameters.forEach((name, i) => {
      if (golden.has(`dparam.${name}`))
        expectNear(`dparam.${name}`, gradients.parameters[i]!, golden.tensor(`dparam.${name}`));
    });
  });
});

function expectNear(name: string, actual: Float64Array, expected: Float64Array): void {
  expect(relativeError(actual, [...expected]), name).toBeLessThanOrEqual(TOLERANCE);
}
