import type { LayerRecipe, NetworkRecipe } from "../../recipe/index.ts";
import { attended, convolution, flatten, linear, neuron, norm, pooling } from "./parts.ts";

/** Channels of each convolution in units of the width; a block ends in average pooling. */
const BLOCKS = [
  [1, 2],
  [4, 4],
  [8, 8],
  [8, 8],
];

/** VGGSNN of Deng et al. (ICLR 2022): eight convolutions with bias, then a readout that does not spike. */
export function vggsnn(network: Extract<NetworkRecipe, { type: "vggsnn" }>, classes: number): LayerRecipe[] {
  const { width, attention } = network;
  return [
    ...BLOCKS.flatMap((block) => [
      ...block.flatMap((multiple) => [
        convolution(multiple * width, { bias: true }),
        norm,
        ...attended(attention),
        neuron,
      ]),
      pooling("average"),
    ]),
    flatten,
    linear(classes),
  ];
}
