import { Linear } from "@myelin/core";
import { sizeOf } from "@myelin/core/ops";
import { arrayOf } from "../check.ts";
import { layer, type Part, stateless } from "./part.ts";
import { asShape } from "./samples.ts";
import { floats, numbers, type PlacedNode, refuseNode, shapeText } from "./values.ts";

/** The part of an Affine or Linear node. Input of other axes but as many values is flattened first. */
export function linearPart(placed: PlacedNode, input: readonly number[]): Part {
  const { node } = placed;
  const { shape } = arrayOf(node.values.get("weight"));
  const [outputs = 0, inputs = 0] = shape;
  if (shape.length !== 2) {
    refuseNode(
      placed,
      "a weight of two axes",
      shapeText(shape),
      "Split it into one node each.",
      "not supported",
    );
  }
  const keepsAxes = input.length === 2 && input[1] === inputs;
  if (!keepsAxes && sizeOf(input) !== inputs)
    refuseNode(placed, `an input of ${inputs} values`, shapeText(input));
  const module = new Linear(inputs, outputs, { bias: node.type === "Affine" });
  module.weight.set(floats(placed, "weight"));
  if (module.bias) module.bias.set(biasOf(placed, outputs));
  if (keepsAxes) return layer(input, [input[0]!, outputs], module);
  return stateless([inputs], [outputs], (x) => module.forward(asShape(x, [inputs], module.label)), module);
}

function biasOf(placed: PlacedNode, outputs: number): Float32Array {
  const bias = floats(placed, "bias");
  if (bias.length === outputs) return bias;
  if (bias.length === 1) return new Float32Array(outputs).fill(bias[0]!);
  return refuseNode(placed, `${outputs} numbers of bias`, String(bias.length));
}

/**
 * The part of a Flatten node. Axes count without the batch, as in the files, and -1 is the last; one axis alone stays as
 * it is.
 */
export function flattenPart(placed: PlacedNode, input: readonly number[]): Part {
  if (input.length === 1) return stateless(input, input, (x) => x);
  const axis = (field: string, fallback: number): number => {
    const given = placed.node.values.has(field) ? numbers(placed, field).data[0]! : fallback;
    const at = given < 0 ? given + input.length : given;
    const isAxis = Number.isInteger(at) && at >= 0 && at < input.length;
    return isAxis ? at : refuseNode(placed, `${field} among the ${input.length} axes`, String(given));
  };
  const [start, end] = [axis("start_dim", 1), axis("end_dim", -1)];
  if (end < start) return refuseNode(placed, "an end_dim behind start_dim", `${start} and ${end}`);
  const output = [...input.slice(0, start), sizeOf(input.slice(start, end + 1)), ...input.slice(end + 1)];
  return stateless(input, output, (x) => asShape(x, output, "Flatten"));
}

/** The part of an Input or Output node. */
export function doorPart(placed: PlacedNode, input: readonly number[] | undefined): Part {
  const shape = input ?? shapeOf(placed);
  return stateless(shape, shape, (x) => x);
}

/** The shape of an Input node; a single number is a sample of one value. */
function shapeOf(placed: PlacedNode): number[] {
  const { data } = numbers(placed, "shape");
  const bad = Array.from(data).find((axis) => !Number.isSafeInteger(axis) || axis < 1);
  if (bad !== undefined) refuseNode(placed, "a shape of whole numbers of at least 1", String(bad));
  return data.length === 0 ? [1] : Array.from(data);
}
