/** Layers without time as nodes. */
import {
  AvgPool2d,
  BatchNorm,
  Conv2d,
  Dropout,
  Flatten,
  GlobalAvgPool2d,
  Linear,
  MaxPool2d,
  RepeatOverTime,
  Vote,
  type Module,
  type Tensor,
} from "@myelin/core";
import { warn } from "@myelin/core/checks";
import { sizeOf } from "@myelin/core/ops";
import { SparseConv2d, SparseLinear } from "@myelin/core/sparse";
import { arrayOf } from "../check.ts";
import type { NirNode, NirValue } from "../types.ts";
import { everywhere, refuseLayer, type Sketch, values, whole, wholeNumber, type Wire } from "./sketch.ts";

/** Adds the node of a layer, or none where it computes nothing in evaluation; undefined for other layers. */
export async function addLayer(
  sketch: Sketch,
  name: string,
  module: Module,
  wire: Wire,
): Promise<Wire | undefined> {
  const { shape } = wire;
  if (module instanceof Dropout || module instanceof RepeatOverTime) return wire;
  if (module instanceof Linear || module instanceof SparseLinear) {
    const weight = values(await denseWeight(module), [module.outFeatures, module.inFeatures]);
    const output = [...shape.slice(0, -1), module.outFeatures];
    if (module.bias === undefined) return sketch.add(name, "Linear", { weight }, wire, output);
    return sketch.add(name, "Affine", { weight, bias: values(await copyOf(module.bias)) }, wire, output);
  }
  if (module instanceof Conv2d || module instanceof SparseConv2d) return addConv(sketch, name, module, wire);
  if (module instanceof BatchNorm) return foldNorm(sketch, module, wire);
  if (module instanceof AvgPool2d) return addPool(sketch, name, "AvgPool2d", module, wire);
  if (module instanceof GlobalAvgPool2d) {
    const [channels, height, width] = imageShape(module, wire);
    const window = { kernel_size: whole(height, width), stride: whole(height, width), padding: whole(0, 0) };
    const pooled = sketch.add(name, "AvgPool2d", window, wire, [channels, 1, 1]);
    return addFlatten(sketch, `${name}.flatten`, pooled);
  }
  if (module instanceof MaxPool2d && sketch.approximate) {
    warn(
      `exportNir: expected layers that NIR can hold, got ${module.label}. A sum above 0.5 stands for it, which is the same for spikes.`,
    );
    const pooled = addPool(sketch, name, "SumPool2d", module, wire);
    return sketch.add(`${name}.threshold`, "Threshold", { threshold: everywhere(0.5, pooled.shape) }, pooled);
  }
  if (module instanceof Flatten) return addFlatten(sketch, name, wire);
  if (module instanceof Vote) return addVote(sketch, name, module, wire);
  return undefined;
}

async function copyOf(tensor: Tensor): Promise<Float32Array> {
  return Float32Array.from(await tensor.data());
}

/** The weight with the zeros of places where it has none. */
async function denseWeight(module: Linear | SparseLinear | Conv2d | SparseConv2d): Promise<Float32Array> {
  const numbers = await copyOf(module.weight);
  return "connections" in module ? module.connections.expand(numbers) : numbers;
}

function imageShape(module: Module, { shape }: Wire): [number, number, number] {
  if (shape.length === 3) return shape as [number, number, number];
  return refuseLayer(
    module,
    `, where samples are [${shape.join(", ")}]`,
    "Give the shape of a sample as `input: [2, 34, 34]`.",
  );
}

async function addConv(
  sketch: Sketch,
  name: string,
  module: Conv2d | SparseConv2d,
  wire: Wire,
): Promise<Wire> {
  const [, height, width] = imageShape(module, wire);
  const { outChannels, stride, padding, groups } = module;
  const kernel = "connections" in module ? module.connections.denseShape : module.weight.shape;
  const [, , kernelHeight = 1, kernelWidth = 1] = kernel;
  const bias = module.bias === undefined ? new Float32Array(outChannels) : await copyOf(module.bias);
  const node = {
    input_shape: whole(height, width),
    weight: values(await denseWeight(module), kernel),
    ...{ stride: whole(stride, stride), padding: whole(padding, padding), dilation: whole(1, 1) },
    ...{ groups: wholeNumber(groups), bias: values(bias) },
  };
  const size = (length: number, window: number): number =>
    Math.floor((length + 2 * padding - window) / stride) + 1;
  return sketch.add(name, "Conv2d", node, wire, [
    outChannels,
    size(height, kernelHeight),
    size(width, kernelWidth),
  ]);
}

function addPool(
  sketch: Sketch,
  name: string,
  type: "AvgPool2d" | "SumPool2d",
  module: AvgPool2d | MaxPool2d,
  wire: Wire,
): Wire {
  const [channels, height, width] = imageShape(module, wire);
  const { kernelSize, stride, padding } = module.options;
  const node = {
    ...{ kernel_size: whole(kernelSize, kernelSize), stride: whole(stride, stride) },
    padding: whole(padding, padding),
  };
  const size = (length: number): number => Math.floor((length + 2 * padding - kernelSize) / stride) + 1;
  return sketch.add(name, type, node, wire, [channels, size(height), size(width)]);
}

function addFlatten(sketch: Sketch, name: string, wire: Wire): Wire {
  const node = { input_type: whole(...wire.shape), start_dim: wholeNumber(0), end_dim: wholeNumber(-1) };
  return sketch.add(name, "Flatten", node, wire, [sizeOf(wire.shape)]);
}

/** The mean of neighbours is a matrix. */
function addVote(sketch: Sketch, name: string, { groupSize }: Vote, wire: Wire): Wire {
  const inputs = wire.shape.at(-1)!;
  const outputs = inputs / groupSize;
  const weight = new Float32Array(outputs * inputs);
  for (let i = 0; i < inputs; i++) weight[Math.floor(i / groupSize) * inputs + i] = 1 / groupSize;
  return sketch.add(name, "Linear", { weight: values(weight, [outputs, inputs]) }, wire, [outputs]);
}

/** What a normalisation does in evaluation is taken into the weights of the layer before it. */
async function foldNorm(sketch: Sketch, module: BatchNorm, wire: Wire): Promise<Wire> {
  const before = sketch.only(wire);
  if (before === undefined || !["Affine", "Linear", "Conv2d"].includes(before.type)) {
    return refuseLayer(
      module,
      ", which has no weights directly before it",
      "Put it behind a Linear or Conv2d layer.",
    );
  }
  const [gain, offset, mean, variance] = await Promise.all(
    [module.weight, module.bias, module.runningMean, module.runningVar].map(copyOf),
  );
  const factor = gain!.map((value, i) => value / Math.sqrt(variance![i]! + module.eps));
  const { weight, bias } = weightsOf(before, factor.length);
  const inputs = weight.data.length / factor.length;
  const scaled = Float32Array.from(
    weight.data as Float32Array,
    (value, i) => value * factor[Math.floor(i / inputs)]!,
  );
  const shifted = bias.map((value, i) => (value - mean![i]!) * factor[i]! + offset![i]!);
  const type = before.type === "Linear" ? "Affine" : before.type;
  sketch.change(
    wire,
    { type, values: before.values },
    { weight: values(scaled, weight.shape), bias: values(shifted) },
  );
  return wire;
}

function weightsOf(
  { values: all }: NirNode,
  outputs: number,
): { weight: Exclude<NirValue, string>; bias: Float32Array } {
  const bias = all.get("bias");
  const own =
    bias === undefined ? new Float32Array(outputs) : Float32Array.from(arrayOf(bias).data as Float32Array);
  return { weight: arrayOf(all.get("weight")), bias: own };
}
