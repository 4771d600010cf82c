import { record } from "../autograd.ts";
import { checkTensor } from "../check-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { keepSteps, paddingIfAny } from "./padding.ts";

/** The sum of all values, a tensor of one number; of a sequence as the running step has, without its padding. */
export function sum(x: Tensor): Tensor {
  checkTensor("sum", x);
  const padding = paddingIfAny(x);
  return total(padding ? keepSteps(x, padding) : x);
}

function total(x: Tensor): Tensor {
  const y = x.engine.empty([]);
  const { elementwise, reduce } = x.engine.backend;
  reduce.sum(x.size, { x: x.storage, out: y.storage });
  record([x], [y], ([gy]) => {
    const gx = x.engine.empty(x.shape, x.format);
    elementwise.fill(gx.size, { out: gx.storage }, 1);
    const factor = (gy as Tensor).storage;
    elementwise.scaleBy(gx.size, { x: gx.storage, factor, out: gx.storage });
    return [gx];
  });
  return y;
}
