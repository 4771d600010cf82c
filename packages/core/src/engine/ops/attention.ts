import { record } from "../autograd.ts";
import { scopeOr } from "../scope.ts";
import type { AttentionSize, ConvSize, SelectionSpec, Storage } from "../backend/index.ts";
import type { Tensor } from "../tensor.ts";
import { checkGates, checkSelection, type BranchTensors, type GateOptions } from "./attention-checks.ts";
import { requireAxes, requireImage, shapeError } from "./arguments.ts";

/** Mean and maximum of every plane of [T, B, C, H, W]. */
export interface PlaneSummaries {
  /** f32 [B, C, T]. */
  readonly mean: Tensor;
  /** f32 [B, C, T]. */
  readonly max: Tensor;
}

/** Steps, samples, channels and positions of a sequence of images. */
function attentionSize(owner: string, x: Tensor): AttentionSize {
  requireImage(owner, x);
  if (x.shape.length !== 5) {
    shapeError(owner, "a sequence of images [T, B, C, H, W]", x.shape, "Attention looks at whole sequences.");
  }
  const [steps, batch, channels, height, width] = x.shape as [number, number, number, number, number];
  return { steps, batch, channels, positions: height * width };
}

/**
 * Mean and maximum over height and width.
 *
 * @param x f32 image [T, B, C, H, W]
 * @returns f32 [B, C, T] each, so that a linear layer mixes time; the maximum's gradient goes to its first position
 * @throws ShapeError unless `x` is a sequence of images
 */
export function planeStatistics(x: Tensor): PlaneSummaries {
  const owner = scopeOr("planeStatistics");
  const size = attentionSize(owner, x);
  const { engine } = x;
  const shape = [size.batch, size.channels, size.steps];
  const [mean, max] = [engine.empty(shape), engine.empty(shape)];
  engine.backend.attention.planeStatistics(size, { x: x.storage, mean: mean.storage, max: max.storage });
  record([x], [mean, max], (gradients) => {
    const gx = engine.empty(x.shape, "image");
    const [gMean, gMax] = gradients.map((gradient) => gradient ?? zeros(mean)) as [Tensor, Tensor];
    const incoming = { max: max.storage, gMean: gMean.storage, gMax: gMax.storage };
    engine.backend.attention.planeStatisticsBackward(size, { x: x.storage, ...incoming, gx: gx.storage });
    return [gx];
  });
  return { mean, max };
}

/**
 * Chooses important planes by their scores; see `AttentionBackend.selectPlanes`.
 *
 * @param score f32 [B, C, T]
 * @returns f32 [T, B, C] each; with `spec.weighted` a gradient flows from `important` to `score`
 * @throws ShapeError unless `score` has these axes
 */
export function selectPlanes(score: Tensor, spec: SelectionSpec): BranchTensors {
  requireAxes("selectPlanes", score, "[B, C, T]", score);
  checkSelection("selectPlanes", spec);
  const [batch, channels, steps] = score.shape as [number, number, number];
  const size = { steps, batch, channels, positions: 1 };
  const { engine } = score;
  const shape = [steps, batch, channels];
  const planes = { important: engine.empty(shape), rest: engine.empty(shape) };
  const { important, rest } = planes;
  const selected = { important: important.storage, rest: rest.storage };
  engine.backend.attention.selectPlanes(size, { score: score.storage, ...selected }, spec);
  if (spec.weighted) {
    record([score], [planes.important], ([gImportant]) => {
      const gScore = engine.empty(score.shape);
      const incoming = {
        score: score.storage,
        rest: rest.storage,
        gImportant: (gImportant as Tensor).storage,
      };
      engine.backend.attention.selectPlanesBackward(size, { ...incoming, gScore: gScore.storage });
      return [gScore];
    });
  }
  return planes;
}

/** Images after the gates, and the gates. */
export interface GateResult {
  readonly y: Tensor;
  /** f32 [B, H, W] each, not on the tape. */
  readonly gates: BranchTensors;
}

/**
 * Describes the planes of each branch by mean and maximum, makes a spatial gate of either description
 * and multiplies the planes by the gate of their branch; one node of the tape.
 *
 * @param x f32 image [T, B, C, H, W]
 * @throws ShapeError unless `x` is a sequence of images
 */
export function gatePlanes(x: Tensor, options: GateOptions): GateResult {
  const owner = scopeOr("gatePlanes");
  const size = attentionSize(owner, x);
  checkGates(owner, options, x);
  const pass = new GatePass(x, size, options);
  const y = pass.forward();
  const { planes, convolutions } = options;
  const inputs = [x, convolutions.important, convolutions.rest, planes.important];
  record(inputs, [y], ([gy]) => pass.backward(gy as Tensor));
  return { y, gates: pass.gates };
}

/** One run of the gates, and what it keeps for the way back. */
class GatePass {
  readonly gates: BranchTensors;
  readonly #x: Tensor;
  readonly #size: AttentionSize;
  readonly #options: GateOptions;
  readonly #descriptors: BranchTensors;
  readonly #winners: BranchTensors;

  constructor(x: Tensor, size: AttentionSize, options: GateOptions) {
    const [height, width] = x.shape.slice(-2) as [number, number];
    const map = [size.batch, height, width];
    const { engine } = x;
    this.#x = x;
    this.#size = size;
    this.#options = options;
    this.#descriptors = branches(() => engine.empty([size.batch, 2, height, width], "image"));
    this.#winners = branches(() => engine.empty(map));
    this.gates = branches(() => engine.empty(map));
  }

  forward(): Tensor {
    const { engine } = this.#x;
    const { attention } = engine.backend;
    const { planes, convolutions, share } = this.#options;
    const x = this.#x.storage;
    const described = { x, rest: planes.rest.storage, ...this.#winnerStorages() };
    const [important, rest] = [this.#descriptors.important.storage, this.#descriptors.rest.storage];
    attention.describePlanes(
      this.#size,
      { ...described, importantDescriptor: important, restDescriptor: rest },
      share,
    );
    for (const branch of BRANCHES) {
      const logits = engine.empty(this.gates[branch].shape);
      const gate = this.gates[branch];
      const given = { x: this.#descriptors[branch].storage, weight: convolutions[branch].storage };
      engine.backend.conv.forward(this.#convSize(), { ...given, y: logits.storage });
      attention.sigmoid(gate.size, { x: logits.storage, out: gate.storage });
    }
    const y = engine.empty(this.#x.shape, "image");
    attention.gatePlanes(this.#size, { x, ...this.#factors(), y: y.storage });
    return y;
  }

  backward(gy: Tensor): (Tensor | undefined)[] {
    const x = this.#x;
    const { engine } = x;
    const { attention } = engine.backend;
    const { planes } = this.#options;
    const gLogits = branches(() => engine.empty(this.gates.rest.shape));
    const [gImportantGate, gRestGate] = [gLogits.important.storage, gLogits.rest.storage];
    const given = { x: x.storage, gy: gy.storage };
    const wanted = { gImportant: gImportantGate, gRest: gRestGate };
    attention.gateGradient(this.#size, { ...given, ...this.#factors(), ...wanted });
    const gWeights = branches((branch) => this.#weightGradient(branch, gLogits[branch]));
    const gImportant = planes.important.requiresGrad ? engine.empty(planes.important.shape) : undefined;
    if (gImportant) {
      const gate = this.gates.important.storage;
      attention.planeWeightGradient(this.#size, { ...given, gate, gImportant: gImportant.storage });
    }
    const gx = x.requiresGrad ? this.#inputGradient(gy, gLogits) : undefined;
    return [gx, gWeights.important, gWeights.rest, gImportant];
  }

  #weightGradient(branch: keyof BranchTensors, gLogits: Tensor): Tensor {
    const { engine } = this.#x;
    const gWeight = engine.empty(this.#options.convolutions[branch].shape);
    const given = { gy: gLogits.storage, x: this.#descriptors[branch].storage };
    engine.backend.conv.weightGradient(this.#convSize(), { ...given, gWeight: gWeight.storage });
    return gWeight;
  }

  #inputGradient(gy: Tensor, gLogits: BranchTensors): Tensor {
    const { engine } = this.#x;
    const { convolutions, share } = this.#options;
    const gDescriptors = branches((branch) => {
      const descriptor = this.#descriptors[branch];
      const gDescriptor = engine.empty(descriptor.shape, "image");
      const weight = convolutions[branch].storage;
      const given = { gy: gLogits[branch].storage, weight, x: descriptor.storage };
      engine.backend.conv.usefulInputGradient(this.#convSize(), { ...given, gx: gDescriptor.storage });
      return gDescriptor;
    });
    const gx = engine.empty(this.#x.shape, "image");
    const [important, rest] = [gDescriptors.important.storage, gDescriptors.rest.storage];
    const paths = { importantGradient: important, restGradient: rest, ...this.#winnerStorages() };
    const buffers = { gy: gy.storage, ...this.#factors(), ...paths, gx: gx.storage };
    engine.backend.attention.gatePlanesBackward(this.#size, buffers, share);
    return gx;
  }

  #winnerStorages(): { importantWinner: Storage; restWinner: Storage } {
    const { important, rest } = this.#winners;
    return { importantWinner: important.storage, restWinner: rest.storage };
  }

  /** What the planes of each branch are multiplied by. */
  #factors(): { important: Storage; rest: Storage; importantGate: Storage; restGate: Storage } {
    const { important, rest } = this.#options.planes;
    const planes = { important: important.storage, rest: rest.storage };
    const { gates } = this;
    return { ...planes, importantGate: gates.important.storage, restGate: gates.rest.storage };
  }

  #convSize(): ConvSize {
    const [height, width] = this.#x.shape.slice(-2) as [number, number];
    return {
      planes: this.#size.batch,
      inChannels: 2,
      inHeight: height,
      inWidth: width,
      outChannels: 1,
      outHeight: height,
      outWidth: width,
      kernelHeight: 3,
      kernelWidth: 3,
      stride: 1,
      padding: 1,
      groups: 1,
    };
  }
}

const BRANCHES = ["important", "rest"] as const;

function branches(make: (branch: keyof BranchTensors) => Tensor): BranchTensors {
  return { important: make("important"), rest: make("rest") };
}

function zeros(like: Tensor): Tensor {
  const { engine } = like;
  const result = engine.empty(like.shape);
  engine.backend.elementwise.fill(result.size, { out: result.storage }, 0);
  return result;
}
