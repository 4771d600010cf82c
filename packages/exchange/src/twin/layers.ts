import {
  AdvancedSpatialAttention,
  ALIF,
  AvgPool2d,
  BatchNorm,
  Conv2d,
  DelayConv2d,
  DelayLinear,
  Dropout,
  Flatten,
  GlobalAvgPool2d,
  GlobalMaxPool2d,
  IF,
  KLIF,
  LeakyIntegrator,
  LIF,
  Linear,
  MaxPool2d,
  PLIF,
  RepeatOverTime,
  Vote,
  type Module,
} from "@myelin/core";
import { UnsupportedError } from "@myelin/core/checks";
import { DelayLayer } from "@myelin/core/layers";
import { isSparseLayer, SparseConv2d, SparseLinear } from "@myelin/core/sparse";
import { pythonCall } from "../python.ts";

type Option = number | boolean | string | null | readonly number[];

/** A layer that is a function of its options: the name of its class in Python, and what it is made with. */
export interface Layer {
  readonly name: string;
  readonly options: Readonly<Record<string, Option>>;
}

/** The layer in Python that computes the same; undefined where there is none. What is sparse here has its zeros there. */
export function layerOf(module: Module): Layer | undefined {
  return connectedLayer(module) ?? delayLayer(module) ?? plainLayer(module) ?? neuronLayer(module);
}

/** How a layer is made in Python. */
export function layerSource({ name, options }: Layer): string {
  const given = Object.entries(options).map(([key, value]) => [key, literal(value)] as const);
  return pythonCall(name, Object.fromEntries(given));
}

function connectedLayer(module: Module): Layer | undefined {
  if (module instanceof Linear || module instanceof SparseLinear) {
    const { inFeatures, outFeatures, bias } = module;
    const options = { in_features: inFeatures, out_features: outFeatures, bias: bias !== undefined };
    return { name: "nn.Linear", options };
  }
  if (!(module instanceof Conv2d || module instanceof SparseConv2d)) return undefined;
  const { inChannels, outChannels, stride, padding, groups, bias } = module;
  const channels = {
    in_channels: inChannels,
    out_channels: outChannels,
    kernel_size: shapeOf(module).slice(2),
  };
  return { name: "Conv2d", options: { ...channels, stride, padding, groups, bias: bias !== undefined } };
}

function delayLayer(module: Module): Layer | undefined {
  if (!(module instanceof DelayLayer)) return undefined;
  const { maxDelay, keepLength, per } = module;
  const shared = { shape: shapeOf(module), shared: per === "axon" };
  const options = { ...shared, max_delay: maxDelay, keep_length: keepLength };
  if (module instanceof DelayLinear) return { name: "DelayLinear", options };
  if (!(module instanceof DelayConv2d)) return undefined;
  const { stride, padding } = module;
  return { name: "DelayConv2d", options: { ...options, stride, padding } };
}

/** The shape of its weight, with the zeros of a sparse one. */
function shapeOf(
  module: Module & { readonly weight: { readonly shape: readonly number[] } },
): readonly number[] {
  return isSparseLayer(module) ? module.connections.denseShape : module.weight.shape;
}

function plainLayer(module: Module): Layer | undefined {
  if (module instanceof BatchNorm) {
    const { numFeatures, eps, momentum } = module;
    return { name: "BatchNorm", options: { num_features: numFeatures, eps, momentum } };
  }
  if (module instanceof AvgPool2d || module instanceof MaxPool2d) {
    const { kernelSize, stride, padding } = module.options;
    const name = module instanceof AvgPool2d ? "AvgPool2d" : "MaxPool2d";
    return { name, options: { kernel_size: kernelSize, stride, padding } };
  }
  if (module instanceof Flatten) return { name: "Flatten", options: {} };
  if (module instanceof Dropout) return { name: "nn.Identity", options: {} };
  if (module instanceof GlobalAvgPool2d) return { name: "GlobalAvgPool2d", options: {} };
  if (module instanceof GlobalMaxPool2d) return { name: "GlobalMaxPool2d", options: {} };
  if (module instanceof RepeatOverTime) return { name: "RepeatOverTime", options: { steps: module.steps } };
  if (module instanceof AdvancedSpatialAttention) return attentionLayer(module);
  return module instanceof Vote ? { name: "Vote", options: { group_size: module.groupSize } } : undefined;
}

function attentionLayer(module: AdvancedSpatialAttention): Layer {
  const { timeSteps: steps, channels, lambda: share, maskMode: mask, maskScope, fc2 } = module;
  const union = maskScope === "batchUnion";
  const options = { steps, channels, hidden: fc2?.shape[1] ?? null, share, mask, union };
  return { name: "AdvancedSpatialAttention", options: { ...options, weighted: module.trainableScore } };
}

function neuronLayer(module: Module): Layer | undefined {
  if (module instanceof LeakyIntegrator) return { name: "LeakyIntegrator", options: leakOf(module) };
  if (module instanceof IF) return { name: "IF", options: resetOf(module) };
  if (module instanceof PLIF) {
    requireShared(module, "w", module.w.size === 1);
    return { name: "PLIF", options: { decay_input: module.decayInput, ...resetOf(module) } };
  }
  if (module instanceof LIF) return { name: "LIF", options: { ...leakOf(module), ...resetOf(module) } };
  if (module instanceof KLIF) {
    requireShared(module, "k", module.k.size === 1);
    const leak = { ...leakOf(module), scale_reset: module.scaleReset };
    return { name: "KLIF", options: { ...leak, ...resetOf(module) } };
  }
  if (!(module instanceof ALIF)) return undefined;
  const adaptation = { tau_adaptation: numberOf(module, "tauAdaptation"), beta: numberOf(module, "beta") };
  return { name: "ALIF", options: { ...leakOf(module), ...resetOf(module), ...adaptation } };
}

function resetOf(module: IF | LIF | PLIF | KLIF | ALIF): Layer["options"] {
  const reset = module.vReset === null ? null : numberOf(module, "vReset");
  return { v_threshold: numberOf(module, "vThreshold"), v_reset: reset };
}

function leakOf(module: LIF | KLIF | ALIF | LeakyIntegrator): Layer["options"] {
  return { tau: numberOf(module, "tau"), decay_input: module.decayInput };
}

/** The fixed number that all neurons of a layer have. */
function numberOf(module: Module, name: string): number {
  const value = (module as unknown as Readonly<Record<string, unknown>>)[name];
  requireShared(module, name, typeof value === "number");
  return value as number;
}

function requireShared(module: Module, name: string, isShared: boolean): void {
  if (isShared) return;
  throw new UnsupportedError(
    `twinSource: expected neurons with one ${name} per layer, as their twins have, got ${module.label} with others. ` +
      "Export the weights alone.",
  );
}

function literal(value: Option): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number" || typeof value === "string") return JSON.stringify(value);
  return `(${value.map(String).join(", ")})`;
}
