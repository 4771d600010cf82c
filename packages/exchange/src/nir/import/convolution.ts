/** Convolutions on the core's layers. */
import { Conv2d, parameter, type Tensor } from "@myelin/core";
import { sizeOf } from "@myelin/core/ops";
import { SparseConv2d, type SparsePattern } from "@myelin/core/sparse";
import { arrayOf } from "../check.ts";
import { type Part, stateless } from "./part.ts";
import { asShape } from "./samples.ts";
import { count, counts, floats, type PlacedNode, refuseNode, shapeText, textOf } from "./values.ts";
import {
  bothAxes,
  outSizes,
  type Pair,
  pair,
  picker,
  requireModest,
  squareOf,
  type Window,
} from "./window.ts";

/** The part of a Conv1d or Conv2d node; a line of values is an image of one row. */
export function convPart(placed: PlacedNode, input: readonly number[]): Part {
  const { node } = placed;
  const weightShape = arrayOf(node.values.get("weight")).shape;
  const axes = node.type === "Conv1d" ? 1 : 2;
  if (input.length !== axes + 1) refuseNode(placed, `an input of ${axes + 1} axes`, shapeText(input));
  const [outChannels = 0, groupChannels = 0, ...kernel] = weightShape;
  const groups = count(placed, "groups", 1);
  const inChannels = groupChannels * groups;
  if (input[0] !== inChannels) refuseNode(placed, `${inChannels} channels`, shapeText(input));
  if (outChannels % groups !== 0)
    refuseNode(placed, `a divisor of ${outChannels} channels as groups`, String(groups));
  const image = axes === 2 ? input : [inChannels, 1, input[1]!];
  const window = convWindow(placed, kernel, axes);
  const outImage = [outChannels, ...outSizes(placed, window, image)];
  const output = axes === 2 ? outImage : [outChannels, outImage[2]!];
  requireModest(placed, window, outChannels * groupChannels);
  const module = convLayer({ inChannels, outChannels, groups }, window, floats(placed, "weight"));
  setBias(placed, module, outChannels);
  const pick = picker(window, outImage);
  const forward = (x: Tensor): Tensor =>
    asShape(pick(module.forward(asShape(x, image, module.label))), output, module.label);
  return stateless(input, output, forward, module);
}

function convWindow(placed: PlacedNode, kernel: readonly number[], axes: number): Window {
  const perAxis = (values: readonly number[], flat: number): Pair =>
    axes === 2 ? pair(values) : [flat, values[0]!];
  const size = perAxis(kernel, 1);
  const stride = perAxis(counts(placed, "stride", axes, 1), 1);
  const dilation = perAxis(counts(placed, "dilation", axes, 1), 1);
  const text = textOf(placed.node.values.get("padding"));
  if (text === undefined) {
    const padding = perAxis(counts(placed, "padding", axes, 0), 0);
    return { kernel: size, stride, dilation, padding: { before: padding, behind: padding } };
  }
  if (text !== "same" && text !== "valid")
    refuseNode(placed, 'numbers, "same" or "valid" as padding', JSON.stringify(text));
  const total = bothAxes((axis) => (text === "same" ? dilation[axis] * (size[axis] - 1) : 0));
  const before = bothAxes((axis) => Math.floor(total[axis] / 2));
  const behind = bothAxes((axis) => total[axis] - before[axis]);
  return { kernel: size, stride, dilation, padding: { before, behind } };
}

interface Channels {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly groups: number;
}

/** A convolution of the core: with weights at the places of the kernel only, where it has zeros between them. */
function convLayer(
  { inChannels, outChannels, groups }: Channels,
  window: Window,
  weight: Float32Array,
): Conv2d | SparseConv2d {
  const square = squareOf(window);
  const { stride, padding, kernel } = square;
  const dense = new Conv2d(inChannels, outChannels, { kernelSize: kernel, stride, padding, groups });
  if (sizeOf(kernel) === sizeOf(window.kernel)) {
    dense.weight.set(weight);
    return dense;
  }
  const [height, width] = window.kernel;
  const planes = weight.length / (height * width);
  const places = new Int32Array(weight.length);
  for (let n = 0; n < places.length; n++) {
    const [plane, i, j] = [Math.floor(n / (height * width)), Math.floor(n / width) % height, n % width];
    places[n] = plane * sizeOf(kernel) + square.at(i, j);
  }
  const pattern: SparsePattern = {
    outputs: outChannels,
    columns: (planes / outChannels) * sizeOf(kernel),
    block: 1,
    places,
  };
  return new SparseConv2d(dense, pattern, parameter(weight, [weight.length]));
}

function setBias(placed: PlacedNode, { bias }: Conv2d | SparseConv2d, outChannels: number): void {
  const values = placed.node.values.has("bias") ? floats(placed, "bias") : new Float32Array(1);
  if (values.length !== outChannels && values.length !== 1) {
    refuseNode(placed, `${outChannels} numbers of bias`, String(values.length));
  }
  bias!.set(values.length === 1 ? new Float32Array(outChannels).fill(values[0]!) : values);
}
