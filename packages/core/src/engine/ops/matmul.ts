import { record } from "../autograd.ts";
import type { LinearSize } from "../backend/index.ts";
import type { Tensor } from "../tensor.ts";
import { lastAxis, requireAxes, requirePlain, separateStepsOf, shapeError } from "./arguments.ts";
import { withIndices } from "./indices.ts";

/**
 * The matrix product `y[..., n] = sum_k a[..., k] b[k, n]`, with gradients for both.
 *
 * @param a f32 [..., K]
 * @param b f32 [K, N]
 * @returns f32 [..., N]
 * @throws ShapeError when the last axis of `a` is not K
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  requirePlain("matmul", a);
  requireAxes("matmul", b, "[K, N]", a);
  const [inputs = 0, outputs = 0] = b.shape;
  if (lastAxis(a) !== inputs)
    shapeError("matmul", `a first factor whose last axis is ${inputs}`, a.shape, "Inner axes agree.");
  const { engine } = a;
  const { linear } = engine.backend;
  const size: LinearSize = { rows: a.size / inputs, inputs, outputs };
  const y = engine.empty([...a.shape.slice(0, -1), outputs]);
  const separateSteps = separateStepsOf(a, [a, b]);
  linear.forward({ ...size, separateSteps }, { x: a.storage, weight: transposed(b).storage, y: y.storage });
  record([a, b], [y], ([gy]) => {
    const gradient = (gy as Tensor).storage;
    const ga = a.requiresGrad ? engine.empty(a.shape) : undefined;
    const gb = b.requiresGrad ? engine.empty(b.shape) : undefined;
    // As layers: gy b^T has the weight b, and a^T gy is the weight gradient of an input gy with output gradient a.
    const turned = { rows: size.rows, inputs: outputs, outputs: inputs };
    if (ga) linear.forward(turned, { x: gradient, weight: b.storage, y: ga.storage });
    if (gb) linear.weightGradient(turned, { gy: a.storage, x: gradient, gWeight: gb.storage });
    return [ga, gb];
  });
  return y;
}

/** [K, N] as [N, K], without a gradient. */
function transposed(b: Tensor): Tensor {
  const [rows = 0, columns = 0] = b.shape;
  const y = b.engine.empty([columns, rows]);
  const order = new Float32Array(b.size);
  for (let i = 0; i < order.length; i++) order[i] = (i % rows) * columns + Math.floor(i / rows);
  withIndices(b.engine, order, (index) =>
    b.engine.backend.rows.gather(1, { x: b.storage, index, out: y.storage }),
  );
  return y;
}
