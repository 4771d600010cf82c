import {
  AvgPool2d,
  BatchNorm,
  checkModule,
  Conv2d,
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
  Residual,
  Sequential,
  SparseLinear,
  UnsupportedError,
  Vote,
  type Module,
} from "@myelin/core";
import { PRELUDE } from "./prelude.ts";

type Option = number | boolean | null | readonly number[];

/** A layer that is a function of its options: the name of its class in Python, and what it is made with. */
interface Layer {
  readonly name: string;
  readonly options: Readonly<Record<string, Option>>;
}

/**
 * A network as a program of Python on PyTorch alone, which computes the same in evaluation. Its `build` makes the
 * network, whose `state_dict` has the names of `exportStateDict`; `load` takes the weights from the file of the same name
 * that ends in .pt.
 *
 * @throws UnsupportedError that names the layer, for one that has no twin
 */
export function twinSource(network: Module): string {
  checkModule("twinSource", network);
  const made = moduleSource(network, "    ");
  return `"""A network of Myelin. It needs torch, and the weights in the file of this name that ends in .pt."""

${PRELUDE}

def build():
    return ${made}


def load(file=pathlib.Path(__file__).with_suffix(".pt")):
    """The network with its weights, for inputs [T, B, ...]."""
    network = build()
    network.load_state_dict(torch.load(file, weights_only=True), strict=True)
    return network.eval()
`;
}

function moduleSource(module: Module, indent: string): string {
  const inner = `${indent}    `;
  if (module instanceof Residual) {
    const parts = module.children().map(([name, part]) => `${inner}${name}=${moduleSource(part, inner)},`);
    return `Residual(\n${parts.join("\n")}\n${indent})`;
  }
  if (module instanceof Sequential) {
    const deeper = `${inner}        `;
    const parts = module
      .children()
      .map(([name, part]) => `${deeper}(${JSON.stringify(name)}, ${moduleSource(part, deeper)}),`);
    return `nn.Sequential(\n${inner}OrderedDict(\n${inner}    [\n${parts.join("\n")}\n${inner}    ]\n${inner})\n${indent})`;
  }
  const { name, options } = layerOf(module) ?? refuse(module);
  const given = Object.entries(options).map(([key, value]) => `${key}=${literal(value)}`);
  return `${name}(${given.join(", ")})`;
}

function refuse(module: Module): never {
  throw new UnsupportedError(
    `twinSource: expected layers that have a twin in PyTorch, got ${module.label}. Export the weights alone, as .pt.`,
  );
}

function layerOf(module: Module): Layer | undefined {
  // What is sparse here is exported with its zeros.
  if (module instanceof Linear || module instanceof SparseLinear) {
    const { inFeatures, outFeatures, bias } = module;
    return {
      name: "nn.Linear",
      options: { in_features: inFeatures, out_features: outFeatures, bias: bias !== undefined },
    };
  }
  return convLayer(module) ?? plainLayer(module) ?? neuronLayer(module);
}

function convLayer(module: Module): Layer | undefined {
  if (!(module instanceof Conv2d)) return undefined;
  const { inChannels, outChannels, stride, padding, groups, weight, bias } = module;
  const kernel = weight.shape.slice(2);
  const channels = { in_channels: inChannels, out_channels: outChannels, kernel_size: kernel };
  return { name: "Conv2d", options: { ...channels, stride, padding, groups, bias: bias !== undefined } };
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
  return module instanceof Vote ? { name: "Vote", options: { group_size: module.groupSize } } : undefined;
}

function neuronLayer(module: Module): Layer | undefined {
  if (module instanceof LeakyIntegrator) {
    const { tau, decayInput } = module;
    return { name: "LeakyIntegrator", options: { tau, decay_input: decayInput } };
  }
  const isKnown =
    module instanceof IF || module instanceof LIF || module instanceof KLIF || module instanceof PLIF;
  if (!isKnown) return undefined;
  const reset = { v_threshold: module.vThreshold, v_reset: module.vReset };
  if (module instanceof KLIF) {
    const { tau, decayInput, scaleReset } = module;
    return { name: "KLIF", options: { tau, decay_input: decayInput, scale_reset: scaleReset, ...reset } };
  }
  if (module instanceof LIF) {
    return { name: "LIF", options: { tau: module.tau, decay_input: module.decayInput, ...reset } };
  }
  if (module instanceof PLIF) return { name: "PLIF", options: { decay_input: module.decayInput, ...reset } };
  return { name: "IF", options: reset };
}

function literal(value: Option): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return value === Infinity ? 'float("inf")' : String(value);
  return `(${value.map(String).join(", ")})`;
}
