import type { LayerRecipe, NetworkRecipe } from "../../recipe/index.ts";
import { attended, convolution, drop, flatten, linear, neuron, norm, pooling, voting } from "./parts.ts";

/**
 * The networks of Fang et al. (ICCV 2021): blocks of {convolution 3x3 without bias, batch normalisation, neuron} and
 * pooling, then fully connected layers without bias and voting.
 */
export function plifNet(
  network: Extract<NetworkRecipe, { type: "plif-net" }>,
  classes: number,
): LayerRecipe[] {
  const { channels, convolutions, hidden, dropout, vote, pool, attention } = network;
  const unit = (count: number): LayerRecipe[] => [convolution(count), norm, ...attended(attention), neuron];
  return [
    ...channels.flatMap((count) => [
      ...Array.from({ length: convolutions }, () => unit(count)).flat(),
      pooling(pool),
    ]),
    flatten,
    ...[...hidden, classes * vote].flatMap((width) => [...drop(dropout), linear(width, false), neuron]),
    ...voting(vote),
  ];
}
