import type { Tensor } from "../engine/index.ts";
import { BatchNorm, checkModule, type Module } from "../nn/index.ts";
import { DelayLayer } from "./delay-layer.ts";

/** Every layer with delays in `network`. */
export function delayLayers(network: Module): DelayLayer[] {
  checkModule("delayLayers", network);
  return network.namedModules().flatMap(([, module]) => (module instanceof DelayLayer ? [module] : []));
}

/** The learned positions of `network`: the paper gives them a hundred times the weights' learning rate and no decay. */
export function positionParameters(network: Module): Tensor[] {
  return delayLayers(network).flatMap(({ learn, position }) => (learn ? [position] : []));
}

/** Scale and shift of every batch normalisation of `network`: the paper gives them no decay. */
export function normalisationParameters(network: Module): Tensor[] {
  checkModule("normalisationParameters", network);
  return network
    .namedModules()
    .flatMap(([, module]) => (module instanceof BatchNorm ? [module.weight, module.bias] : []));
}

/** All parameters of `network` but positions and those of batch normalisations. */
export function weightParameters(network: Module): Tensor[] {
  const others = new Set([...positionParameters(network), ...normalisationParameters(network)]);
  return network.parameters().filter((parameter) => !others.has(parameter));
}
