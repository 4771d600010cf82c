import type { LayerRecipe, NetworkRecipe } from "../../recipe/index.ts";
import { convolution, linear, neuron, norm } from "./parts.ts";

/** Stages of residual blocks: channels in units of the width, stride of the first block, blocks. */
const STAGES = [
  { multiple: 1, stride: 1, blocks: 3 },
  { multiple: 2, stride: 2, blocks: 3 },
  { multiple: 4, stride: 2, blocks: 2 },
];

/**
 * ResNet-19 of Zheng et al. (AAAI 2021) as Deng et al. (ICLR 2022) train it: a convolution of half the width, residual
 * blocks, average over the image, a hidden layer of twice the width and a readout that does not spike.
 */
export function resnet19(
  { width }: Extract<NetworkRecipe, { type: "resnet19" }>,
  classes: number,
): LayerRecipe[] {
  let channels = Math.ceil(width / 2);
  const stem = [convolution(channels), norm, neuron];
  const stages = STAGES.flatMap(({ multiple, stride, blocks }) =>
    Array.from({ length: blocks }, (_, index) => {
      const changed = residual(channels, multiple * width, index === 0 ? stride : 1);
      channels = multiple * width;
      return [changed, neuron];
    }).flat(),
  );
  return [...stem, ...stages, { globalAvgPool2d: {} }, linear(2 * width), neuron, linear(classes)];
}

/** Two convolutions beside the identity, or beside a convolution 1x1 where the shape changes. */
function residual(from: number, to: number, stride: number): LayerRecipe {
  const branch = [convolution(to, { stride }), norm, neuron, convolution(to), norm];
  if (from === to && stride === 1) return { residual: { branch } };
  return { residual: { branch, shortcut: [convolution(to, { stride, kernelSize: 1 }), norm] } };
}
