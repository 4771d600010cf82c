import { beforeAll, describe, expect, test } from "vitest";
import { enableRelaxedSimd } from "../../src/engine/backends/wasm/runtime/host.ts";
import { relativeError } from "../support/relative-error.ts";
import { goldenNeurons } from "./golden-cases.ts";
import { CompiledLayer } from "./host.ts";

const TOLERANCE = 2e-4;
const NEURONS = goldenNeurons().map((golden) => [golden.name, golden] as const);

beforeAll(enableRelaxedSimd);

describe.each([
  ["", false],
  [" with fused multiply-add", true],
])("the compiled kernels%s give the golden values of", (_, relaxed) => {
  test.each(NEURONS)("%s", (_, golden) => {
    const { model } = golden;
    const layer = new CompiledLayer(
      {
        ...golden,
        inputs: model.inputs.map(golden.tensor),
        initial: model.states.map(({ name }) => golden.tensor(`initial.${name}`)),
      },
      { relaxed, grain: 16 },
    );
    const results = layer.forward();
    model.outputs.forEach(({ name }, i) => expectNear(name, results.outputs[i]!, golden.tensor(name)));
    model.states.forEach(({ name }, i) =>
      expectNear(name, results.final[i]!, golden.tensor(`final.${name}`)),
    );
    const gradients = layer.backward({
      outputs: model.outputs.map(({ name }) => golden.tensor(`g.${name}`)),
      final: model.states.map(({ name }) => golden.tensor(`gfinal.${name}`)),
    });
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
    expect(layer.isIntact).toBe(true);
  });
});

function expectNear(name: string, actual: ArrayLike<number>, expected: Float64Array): void {
  expect(relativeError(actual, [...expected]), name).toBeLessThanOrEqual(TOLERANCE);
}
