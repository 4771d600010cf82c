import { AdvancedSpatialAttention, backward, tensor } from "@myelin/core";
import { multiply, sum } from "@myelin/core/ops";
import type { Comparison } from "./comparison.ts";
import type { GoldenCase } from "./format.ts";
import { choiceOption, numberOption } from "./options.ts";

/** Scores, masks, output and gradients of one attention layer; loss = sum(y gradY). */
export async function runAttention(golden: GoldenCase, compare: Comparison): Promise<void> {
  const layer = layerOf(golden);
  const [batch, steps, channels, height, width] = shapeOf(golden);
  const plane = channels * height * width;
  const timeFirst = (name: string) =>
    tensor(swapped(golden.tensor(name).data, 1, batch, steps, plane), [
      steps,
      batch,
      channels,
      height,
      width,
    ]);
  const x = timeFirst("x");
  x.requiresGrad = true;
  const y = layer.forward(x);
  backward(sum(multiply(y, timeFirst("gradY"))));
  const { score, importantPlanes } = layer.lastMaps!;
  compare.numbers("score", swapped(await score.data(), batch, channels, steps, 1));
  compare.numbers("important", swapped(await importantPlanes.data(), 1, steps, batch, channels));
  compare.numbers("y", swapped(await y.data(), 1, steps, batch, plane));
  compare.numbers("dx", swapped(await x.grad!.data(), 1, steps, batch, plane));
  await compare.tensor("dconv1", layer.conv1.grad);
  await compare.tensor("dconv2", layer.conv2.grad);
}

function shapeOf(golden: GoldenCase): [number, number, number, number, number] {
  return golden.tensor("x").shape as [number, number, number, number, number];
}

function layerOf(golden: GoldenCase): AdvancedSpatialAttention {
  const { options } = golden;
  const [, timeSteps, channels] = shapeOf(golden);
  const layer = new AdvancedSpatialAttention({
    timeSteps,
    channels,
    lambda: numberOption(options, "lambda_"),
    maskMode: choiceOption(options, "maskMode", ["xor", "and", "or"]),
    maskScope: choiceOption(options, "maskScope", ["sample", "batchUnion"]),
  });
  layer.alpha.set([numberOption(options, "alpha")]);
  layer.beta.set([numberOption(options, "beta")]);
  layer.fc1.set(golden.tensor("fc").data);
  layer.conv1.set(golden.tensor("conv1").data);
  layer.conv2.set(golden.tensor("conv2").data);
  return layer;
}

/** Swaps the middle axes of [outer, a, b, inner]. */
function swapped(data: ArrayLike<number>, outer: number, a: number, b: number, inner: number): Float64Array {
  const result = new Float64Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const [e, j, k, o] = [
      i % inner,
      Math.floor(i / inner) % b,
      Math.floor(i / (inner * b)) % a,
      Math.floor(i / (inner * a * b)),
    ];
    result[((o * b + j) * a + k) * inner + e] = data[i]!;
  }
  if (result.length !== outer * a * b * inner) throw new RangeError("swapped: the shape does not fit");
  return result;
}
