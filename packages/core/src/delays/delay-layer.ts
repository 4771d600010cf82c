import {
  checkBoolean,
  checkInteger,
  checkNumber,
  checkOneOf,
  checkText,
  type KnownOptions,
} from "../checks.ts";
import {
  checkSizes,
  clampPositions,
  currentEngine,
  type DelayKernel,
  parameter,
  type Random,
  runningStream,
  sizeOf,
  type Tensor,
} from "../engine/index.ts";
import { MyelinError } from "../errors.ts";
import { inTraining, Module, type StreamObstacle, uniformParameter } from "../nn/index.ts";
import { DELAY_DEFAULTS } from "./defaults.ts";
import { SigmaBuffer } from "./sigma-buffer.ts";
import { streamedSteps } from "./stream.ts";

/** Shape of the bump that stands for a delay during training; "v1" is "max" with the narrowest bump. */
export type DelayVersion = "gauss" | "max" | "v1";

const DEFAULTS = DELAY_DEFAULTS;

/** Options that all layers with delays share. */
export interface DelayOptions {
  /** Kd, the number of taps: delays reach from 0 to Kd - 1 time steps; odd. */
  readonly maxDelay: number;
  /** Bump during training; default "gauss". */
  readonly version?: DelayVersion;
  /** Bumps a synapse, each with a weight and a delay of its own; default 1. */
  readonly kernelCount?: 1 | 2;
  /** SIG at the start; default (Kd - 1) / 2, or 0 for "v1". */
  readonly sigmaInit?: number;
  /** Whether delays are learned; otherwise they stay as drawn, rounded to whole steps. Default true. */
  readonly learn?: boolean;
  /** A delay for every connection, or one for all connections of an input; default "synapse". */
  readonly per?: "synapse" | "axon";
  /** Whether the output has as many steps as the input, instead of (Kd - 1) / 2 more; default false. */
  readonly keepLength?: boolean;
}

/** The names of `DelayOptions`. */
export const DELAY_OPTIONS = {
  ...({ maxDelay: true, version: true, kernelCount: true, sigmaInit: true } as const),
  ...({ learn: true, per: true, keepLength: true } as const),
} satisfies KnownOptions<DelayOptions>;

/** SIG is widened by this much to the sigma of the bump. */
const WIDENING = { gauss: 0.27, max: 1, v1: 1 } as const;

/**
 * A layer whose connections have delays, with weights and positions as parameters.
 *
 * A position p is a delay of (Kd - 1) / 2 - p time steps, so p in [-(Kd - 1) / 2, (Kd - 1) / 2].
 * Weights are drawn from U(-b, b), b = sqrt(6 / (fanIn kernelCount)); positions from U(-(Kd + 1) / 2,
 * (Kd - 1) / 2) and clamped, as the paper's code does.
 */
export abstract class DelayLayer extends Module {
  readonly maxDelay: number;
  readonly version: DelayVersion;
  readonly kernelCount: number;
  readonly learn: boolean;
  readonly per: "synapse" | "axon";
  readonly keepLength: boolean;
  /** SIG at the start. */
  readonly sigmaInit: number;
  readonly weight: Tensor;
  /** A parameter with `learn`, otherwise a buffer. */
  readonly position: Tensor;
  /** SIG, saved with the layer. */
  readonly sig: SigmaBuffer;

  /** @param shape of the weight, without bumps: outputs first, then inputs and what else there is */
  constructor(name: string, shape: readonly number[], options: DelayOptions) {
    super();
    checkText("DelayLayer.name", name);
    checkSizes(`${name}.shape`, shape);
    const { maxDelay, version = DEFAULTS.version, kernelCount = DEFAULTS.kernelCount } = options;
    const { learn = DEFAULTS.learn, per = DEFAULTS.per, keepLength = DEFAULTS.keepLength } = options;
    this.maxDelay = checkMaxDelay(name, maxDelay);
    this.version = checkOneOf(`${name}.version`, version, ["gauss", "max", "v1"]);
    this.kernelCount = checkInteger(`${name}.kernelCount`, kernelCount, { min: 1, max: 2 });
    this.learn = checkBoolean(`${name}.learn`, learn);
    this.per = checkOneOf(`${name}.per`, per, ["synapse", "axon"]);
    this.keepLength = checkBoolean(`${name}.keepLength`, keepLength);
    const widest = version === "v1" ? 0 : (maxDelay - 1) / 2;
    this.sigmaInit = checkNumber(`${name}.sigmaInit`, options.sigmaInit ?? widest, { min: 0 });
    const [outputs, inputs, ...places] = shape as [number, number, ...number[]];
    const { random } = currentEngine();
    const connections = [inputs, ...places, kernelCount];
    this.weight = uniformParameter([outputs, ...connections], sizeOf(connections), "kaiming");
    const shared = [1, inputs, ...places.map(() => 1), kernelCount];
    const positions = per === "axon" ? shared : this.weight.shape;
    this.position = drawPositions(random, positions, maxDelay, learn);
    this.sig = new SigmaBuffer(this.sigmaInit);
    this.sigma = this.sigmaInit;
  }

  /** SIG: the bump's width during training is |SIG| + 0.27 ("gauss") or |SIG| + 1 ("max"). */
  get sigma(): number {
    return this.sig.value;
  }

  /** @throws MyelinError for a negative width, or one other than 0 for version "v1" */
  set sigma(value: number) {
    const bounds = this.version === "v1" ? { min: 0, max: 0 } : { min: 0 };
    this.sig.set([checkNumber(`${this.label}.sigma`, value, bounds)]);
  }

  /** The bump's width as it enters the kernel, in time steps: as `sigma` says, or 0 where delays are whole steps. */
  get width(): number {
    return this.learn ? this.#widened() : 0;
  }

  /** By how many time steps the output is longer than the input: none with `keepLength`. */
  get addedSteps(): number {
    return this.keepLength ? 0 : (this.maxDelay - 1) / 2;
  }

  /** The delay of a position, in time steps. */
  delayOf(position: number): number {
    return (this.maxDelay - 1) / 2 - checkNumber(`${this.label}.delayOf`, position, {});
  }

  /** The delay of a position in whole time steps, 0 .. maxDelay - 1. */
  wholeDelayOf(position: number): number {
    return Math.min(this.maxDelay - 1, Math.max(0, Math.round(this.delayOf(position))));
  }

  /** Weight and position of every possible connection, as products take them. */
  dense(): { readonly weight: Tensor; readonly position: Tensor } {
    return this;
  }

  /** Moves positions that training has carried beyond the largest or smallest delay back to it. */
  clampPositions(): void {
    if (this.learn) clampPositions(this.position, this.maxDelay);
  }

  override afterStep(): void {
    this.clampPositions();
  }

  /** The bump now: rounded to whole steps in evaluation and for delays that are not learned. */
  protected get kernel(): DelayKernel {
    return {
      shape: this.version === "gauss" ? "gauss" : "max",
      sigma: this.#widened(),
      rounded: !this.training || !this.learn,
    };
  }

  /** A position for a connection that is new, as all were drawn at the start. */
  protected drawPosition(random: Random): number {
    const position = drawPosition(random, this.maxDelay);
    return this.learn ? position : Math.round(position);
  }

  /** In training, bumps reach into the future of the delays that they stand for. */
  override get streamObstacle(): StreamObstacle | undefined {
    return this.kernel.rounded ? undefined : inTraining("spreads delays over bumps");
  }

  /** `run` of a sequence; in a stream, of the last maxDelay steps, whose last output is that of the step. */
  protected alongTime(x: Tensor, run: (x: Tensor, keepLength: boolean) => Tensor): Tensor {
    const streaming = runningStream();
    if (streaming === undefined) return run(x, this.keepLength);
    return streamedSteps(streaming, x, this, (sequence) => run(sequence, true));
  }

  #widened(): number {
    return Math.abs(this.sigma) + WIDENING[this.version];
  }
}

function checkMaxDelay(name: string, maxDelay: number): number {
  checkInteger(
    `${name}.maxDelay`,
    maxDelay,
    { min: 1 },
    "It counts taps: the largest delay is maxDelay - 1 steps.",
  );
  if (maxDelay % 2 === 1) return maxDelay;
  throw new MyelinError(
    `${name}.maxDelay: expected an odd number of taps, got ${maxDelay}. Use ${maxDelay + 1}: positions are centred.`,
  );
}

/** A position from U(-(Kd + 1) / 2, (Kd - 1) / 2), clamped. */
function drawPosition(random: Random, maxDelay: number): number {
  const half = (maxDelay - 1) / 2;
  return Math.max(-half, random.uniform() * maxDelay - half - 1);
}

function drawPositions(random: Random, shape: readonly number[], maxDelay: number, learn: boolean): Tensor {
  const values = Float32Array.from({ length: sizeOf(shape) }, () => drawPosition(random, maxDelay));
  const position = parameter(learn ? values : values.map(Math.round), shape);
  position.requiresGrad = learn;
  return position;
}
