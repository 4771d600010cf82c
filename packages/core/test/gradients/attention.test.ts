import { afterAll, beforeAll, describe, test } from "vitest";
import { createReferenceBackend, readFloat64 } from "../../src/engine/backends/reference/index.ts";
import {
  AdvancedSpatialAttention,
  type AdvancedSpatialAttentionOptions,
  backward,
  Engine,
  tensor,
  type Tensor,
  useEngine,
} from "../../src/index.ts";
import { multiply, sum } from "../../src/entries/ops.ts";
import { type Arrays, type Differentiable, expectRightGradients, normal } from "./finite-differences.ts";

const SHAPE = [4, 2, 6, 3, 5];
const SIZE = 4 * 2 * 6 * 15;

const backend = createReferenceBackend();
const engine = new Engine(backend, 3);
beforeAll(() => useEngine(engine));
afterAll(() => engine.dispose());

function float64(tensor: Tensor): Float64Array {
  return readFloat64(tensor.storage);
}

/** The layer as a function of its input and of every tensor that learns. */
function asFunction(options: Partial<AdvancedSpatialAttentionOptions>): Differentiable {
  const layer = new AdvancedSpatialAttention({ timeSteps: 4, channels: 6, ...options });
  const parameters = layer.namedParameters();
  const values = parameters.map(([name, value]) => [name, float64(value)] as const);
  const run = (inputs: Arrays) => {
    for (const [name, parameter] of parameters) parameter.set(inputs[name]!);
    const x = tensor(inputs["x"]!, SHAPE);
    x.requiresGrad = true;
    return { x, y: layer.forward(x) };
  };
  return {
    inputs: { x: normal(SIZE, 1), ...Object.fromEntries(values) },
    forward: (inputs) => ({ y: float64(run(inputs).y) }),
    backward: (inputs, { y: gy }) => {
      const { x, y } = run(inputs);
      backward(sum(multiply(y, tensor(gy!, SHAPE))));
      const gradients = parameters.map(([name, { grad }]) => [name, float64(grad!)] as const);
      return { x: float64(x.grad!), ...Object.fromEntries(gradients) };
    },
  };
}

describe("attention has the gradients of its equations:", () => {
  test.each<[string, Partial<AdvancedSpatialAttentionOptions>]>([
    ["xor", { maskMode: "xor" }],
    ["and", { maskMode: "and", lambda: 0.7 }],
    ["or", { maskMode: "or", lambda: 0.3 }],
    ["batchUnion", { maskScope: "batchUnion", maskMode: "and" }],
    ["trainable score", { trainableScore: true, maskMode: "or" }],
    ["trainable score, reduction", { trainableScore: true, reduction: 2, maskMode: "or" }],
  ])("%s", async (_, options) => {
    await engine.step(() => expectRightGradients(asFunction(options)));
  });
});
