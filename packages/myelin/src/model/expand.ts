import type { LayerRecipe, NetworkRecipe } from "../recipe/index.ts";

/** The layers of a network as a list, whatever short form the recipe uses. */
export function expandNetwork(network: NetworkRecipe, classes: number): readonly LayerRecipe[] {
  switch (network.type) {
    case "sequential":
      return network.layers;
    case "mlp":
      return expandMlp(network, classes);
    case "plif-net":
      return expandPlifNet(network, classes);
  }
}

/** flatten, {linear, neuron, dropout} a hidden layer, linear, readout, vote. */
function expandMlp(network: Extract<NetworkRecipe, { type: "mlp" }>, classes: number): LayerRecipe[] {
  const { hidden, dropout, vote, batchNorm, output } = network;
  const norm: LayerRecipe[] = batchNorm ? [{ batchNorm: BATCH_NORM }] : [];
  const linear = (outFeatures: number): LayerRecipe => ({ linear: { outFeatures, bias: true } });
  const readout: Record<typeof output, LayerRecipe[]> = {
    spikes: [{ neuron: {} }],
    potential: [{ leakyIntegrator: { tau: 2, decayInput: true } }],
    current: [],
  };
  return [
    { flatten: {} },
    ...hidden.flatMap((width) => [linear(width), ...norm, { neuron: {} }, ...drop(dropout)]),
    linear(classes * vote),
    ...readout[output],
    ...voting(vote),
  ];
}

/**
 * The networks of Fang et al. (ICCV 2021), section 4 of the KLIF specification: blocks of
 * {convolution 3x3 without bias, batch normalisation, neuron} and pooling, then fully connected layers
 * without bias and voting.
 */
function expandPlifNet(
  network: Extract<NetworkRecipe, { type: "plif-net" }>,
  classes: number,
): LayerRecipe[] {
  const { channels, convolutions, hidden, dropout, vote, pool } = network;
  const convolution = (outChannels: number): LayerRecipe[] => [
    { conv2d: { outChannels, kernelSize: 3, stride: 1, padding: 1, groups: 1, bias: false } },
    { batchNorm: BATCH_NORM },
    { neuron: {} },
  ];
  const pooling = { kernelSize: 2, stride: 2, padding: 0 };
  const pooled: LayerRecipe = pool === "max" ? { maxPool2d: pooling } : { avgPool2d: pooling };
  const connected = [...hidden, classes * vote];
  return [
    ...channels.flatMap((count) => [
      ...Array.from({ length: convolutions }, () => convolution(count)).flat(),
      pooled,
    ]),
    { flatten: {} },
    ...connected.flatMap((outFeatures) => [
      ...drop(dropout),
      { linear: { outFeatures, bias: false } },
      { neuron: {} },
    ]),
    ...voting(vote),
  ];
}

const BATCH_NORM = { eps: 1e-5, momentum: 0.1 };

function drop(p: number): LayerRecipe[] {
  return p === 0 ? [] : [{ dropout: { p, constantOverTime: true } }];
}

function voting(size: number): LayerRecipe[] {
  return size === 1 ? [] : [{ vote: { size } }];
}
