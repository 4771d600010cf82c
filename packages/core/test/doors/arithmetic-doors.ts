import * as core from "../../src/entries/bundle.ts";
import {
  type Doors,
  fn,
  type Kind,
  kind,
  list,
  number,
  optional,
  options,
  shape,
  tensorOf,
  text,
  weightOf,
} from "./kinds.ts";

const surrogate = kind(
  () => "1 / (1 + u * u)",
  (value) => Object.keys(core.SURROGATE_ALPHA).includes(value as string),
);
const oneOf = (first: number, ...others: number[]): Kind =>
  kind(
    () => first,
    (value) => [first, ...others].includes(value as number),
  );

/** Operations on values and parts of tensors. */
export const arithmeticDoors: Doors = {
  subtract: fn(core.subtract, tensorOf(2, 3), tensorOf(2, 3)),
  divide: fn(core.divide, tensorOf(2, 3), tensorOf(2, 3)),
  compare: fn(
    core.compare,
    tensorOf(2, 3),
    text("less", "less", "lessOrEqual", "equal", "notEqual", "greaterOrEqual", "greater"),
    tensorOf(2, 3),
  ),
  shift: fn(core.shift, tensorOf(2, 3), number(2)),
  exp: fn(core.exp, tensorOf(2, 3)),
  tanh: fn(core.tanh, tensorOf(2, 3)),
  sqrt: fn(core.sqrt, tensorOf(2, 3)),
  clamp: fn(
    core.clamp,
    tensorOf(2, 3),
    options({
      min: kind(
        () => -1,
        (value) => value === undefined || (Number.isFinite(value) && (value as number) <= 1),
      ),
      max: optional(number(1, -1)),
    }),
  ),
  slice: fn(core.slice, tensorOf(2, 2), oneOf(1, -2, -1, 0), oneOf(1, 0), oneOf(2)),
  concatenate: fn(
    core.concatenate,
    list(
      () => [core.tensor([1, 2]), core.tensor([3])],
      (entry) => entry instanceof core.Tensor,
    ),
    oneOf(0, -1),
  ),
  matmul: fn(core.matmul, weightOf(2, 3), weightOf(3, 2)),
  add: fn(core.add, tensorOf(2, 3), tensorOf(2, 3)),
  multiply: fn(core.multiply, tensorOf(2, 3), tensorOf(2, 3)),
  scale: fn(
    core.scale,
    tensorOf(2, 3),
    kind(
      () => 2,
      (value) => typeof value === "number",
    ),
  ),
  scaleBy: fn(core.scaleBy, tensorOf(2, 3), tensorOf(1)),
  spike: fn(core.spike, tensorOf(2, 3), optional(surrogate)),
  toImages: fn(core.toImages, weightOf(2, 1, 3), shape(1, 1, 3)),
  fromImages: fn(core.fromImages, tensorOf(1, 2, 2, 2)),
  relu: fn(core.relu, tensorOf(2, 3)),
};
