/** The neurons of a network as those of other frameworks: the inverse of what `loadWeights` does. */
import {
  Conv2d,
  DelayConv2d,
  DelayLinear,
  Flatten,
  GlobalAvgPool2d,
  GlobalMaxPool2d,
  LeakyIntegrator,
  Linear,
  type Module,
} from "@myelin/core";
import { SpikingNeuron } from "@myelin/core/neurons";
import { SparseConv2d, SparseLinear } from "@myelin/core/sparse";
import type { Framework } from "../frameworks.ts";
import type { Placed, Translation } from "./neuron.ts";
import { toNorse } from "./norse.ts";
import { toSnnTorch } from "./snntorch.ts";
import { toSpikingJelly } from "./spikingjelly.ts";

export type { Translation } from "./neuron.ts";

const TRANSLATE: Readonly<Record<Exclude<Framework, "pytorch">, (placed: Placed) => Promise<Translation>>> = {
  snntorch: toSnnTorch,
  spikingjelly: toSpikingJelly,
  norse: toNorse,
};

/**
 * The layers of neurons by their paths, as a framework has them; none for plain PyTorch.
 *
 * @throws UnsupportedError for a layer that it does not have
 */
export async function translated(network: Module, to: Framework): Promise<ReadonlyMap<string, Translation>> {
  const found = new Map<string, Translation>();
  if (to === "pytorch") return found;
  let axes = 0;
  for (const [path, module] of network.namedModules()) {
    axes = axesBehind(module) ?? axes;
    if (!(module instanceof SpikingNeuron || module instanceof LeakyIntegrator)) continue;
    found.set(path, await TRANSLATE[to]({ module, axes }));
  }
  return found;
}

const FLAT = [Linear, SparseLinear, DelayLinear, Flatten, GlobalAvgPool2d, GlobalMaxPool2d] as const;
const IMAGES = [Conv2d, SparseConv2d, DelayConv2d] as const;

/** Axes after the channels of what a layer gives; undefined for one that leaves them as they are. */
function axesBehind(module: Module): number | undefined {
  if (IMAGES.some((type) => module instanceof type)) return 2;
  return FLAT.some((type) => module instanceof type) ? 0 : undefined;
}
