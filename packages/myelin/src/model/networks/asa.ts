import type { LayerRecipe, NetworkRecipe } from "../../recipe/index.ts";
import { attended, convolution, drop, flatten, linear, neuron, norm, pooling, voting } from "./parts.ts";

/**
 * Architectures A and D of Yao et al. (ICCV 2023): {convolution, batch normalisation, average pooling but in the first,
 * attention, neuron}, then fully connected layers. The last convolution and what follows have dropout on their input, a
 * new mask each step, and on their spikes, one mask for all steps.
 */
export function threeLayer(
  network: Extract<NetworkRecipe, { type: "asa-three-layer" }>,
  classes: number,
): LayerRecipe[] {
  const { channels, hidden, attention, dropout } = network;
  const before = drop(dropout, { constantOverTime: false });
  const after = drop(dropout);
  return [
    ...channels.flatMap((count, index) => {
      const last = index === channels.length - 1;
      return [
        ...(last ? before : []),
        convolution(count, { bias: true }),
        norm,
        ...(index === 0 ? [] : [pooling("average")]),
        ...attended(attention),
        neuron,
        ...(last ? after : []),
      ];
    }),
    flatten,
    ...[...hidden, classes].flatMap((width) => [...before, linear(width), neuron, ...after]),
  ];
}

/**
 * Architectures B and C of Yao et al. (ICCV 2023): {pooling but in the first, convolution without bias, batch
 * normalisation, attention, neuron}, pooling, then fully connected layers and voting.
 */
export function fiveLayer(
  network: Extract<NetworkRecipe, { type: "asa-five-layer" }>,
  classes: number,
): LayerRecipe[] {
  const { channels, hidden, attention, dropout, pool, vote } = network;
  return [
    ...channels.flatMap((count, index) => [
      ...(index === 0 ? [] : [pooling(pool)]),
      convolution(count),
      norm,
      ...attended(attention),
      neuron,
    ]),
    pooling(pool),
    flatten,
    ...[...hidden, classes * vote].flatMap((width) => [...drop(dropout), linear(width), neuron]),
    ...voting(vote),
  ];
}
