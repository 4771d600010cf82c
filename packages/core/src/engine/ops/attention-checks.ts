import { checkBoolean, checkInteger, checkNumber, checkOneOf, checkOptions } from "../../checks.ts";
import type { SelectionSpec } from "../backend/index.ts";
import type { Tensor } from "../tensor.ts";
import { requireSize } from "./arguments.ts";

/** A tensor for each branch: the important planes and the rest. */
export interface BranchTensors {
  readonly important: Tensor;
  readonly rest: Tensor;
}

/** What `gatePlanes` works with besides the images. */
export interface GateOptions {
  /** f32 [T, B, C] each, from `selectPlanes`. */
  readonly planes: BranchTensors;
  /** Weights of the convolutions, f32 [1, 2, 3, 3] each. */
  readonly convolutions: BranchTensors;
  /** The share of planes that a mean over important ones is divided by; lambda of the paper. */
  readonly share: number;
}

/** Requires a description of which planes are important. */
export function checkSelection(owner: string, spec: SelectionSpec): void {
  checkOptions(owner, spec, {
    selectedChannels: true,
    selectedSteps: true,
    maskMode: true,
    batchUnion: true,
    weighted: true,
  });
  checkInteger(`${owner}.selectedChannels`, spec.selectedChannels, { min: 0 });
  checkInteger(`${owner}.selectedSteps`, spec.selectedSteps, { min: 0 });
  checkOneOf(`${owner}.maskMode`, spec.maskMode, ["xor", "and", "or"]);
  checkBoolean(`${owner}.batchUnion`, spec.batchUnion);
  checkBoolean(`${owner}.weighted`, spec.weighted);
}

/** Requires gates that fit the images. */
export function checkGates(owner: string, options: GateOptions, x: Tensor): void {
  checkOptions(
    owner,
    options,
    { planes: true, convolutions: true, share: true },
    "{ planes, convolutions, share }",
  );
  const planes = x.shape.slice(0, 3).reduce((product, n) => product * n, 1);
  checkBranches(`${owner}.planes`, options.planes, planes, x);
  checkBranches(`${owner}.convolutions`, options.convolutions, 18, x);
  checkNumber(`${owner}.share`, options.share, { min: 0, max: 1 });
}

function checkBranches(symbol: string, branches: BranchTensors, size: number, x: Tensor): void {
  checkOptions(symbol, branches, { important: true, rest: true }, "{ important, rest }");
  requireSize(`${symbol}.important`, branches.important, size, x);
  requireSize(`${symbol}.rest`, branches.rest, size, x);
}
