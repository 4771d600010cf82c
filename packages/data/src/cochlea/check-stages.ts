import { checkNumber, checkOptions, type KnownOptions } from "@myelin/core/checks";
import type { BasilarMembraneOptions } from "./basilar-membrane.ts";
import type { BushyCellOptions } from "./bushy-cell.ts";
import type { HairCellOptions } from "./hair-cell.ts";

const BASILAR_MEMBRANE: KnownOptions<BasilarMembraneOptions> = {
  c0: true,
  a: true,
  alpha: true,
  m: true,
  h: true,
  delta: true,
  length: true,
};
const HAIR_CELL: KnownOptions<HairCellOptions> = {
  y: true,
  g: true,
  l: true,
  r: true,
  x: true,
  a: true,
  b: true,
  h: true,
  m: true,
};
const BUSHY_CELL: KnownOptions<BushyCellOptions> = {
  fibres: true,
  tauMem: true,
  tauSyn: true,
  tauRefrac: true,
  weight: true,
};

/** The constants of the ear, stage by stage. */
interface Stages {
  readonly basilarMembrane?: BasilarMembraneOptions;
  readonly hairCell?: HairCellOptions;
  readonly bushyCell?: BushyCellOptions;
}

/** @throws MyelinError for a constant of the ear that is unknown or no number >= 0 */
export function checkStages({ basilarMembrane = {}, hairCell = {}, bushyCell = {} }: Stages): void {
  checkNumbersOf(
    "Cochlea.basilarMembrane",
    checkOptions("Cochlea.basilarMembrane", basilarMembrane, BASILAR_MEMBRANE),
  );
  checkNumbersOf("Cochlea.hairCell", checkOptions("Cochlea.hairCell", hairCell, HAIR_CELL));
  checkNumbersOf("Cochlea.bushyCell", checkOptions("Cochlea.bushyCell", bushyCell, BUSHY_CELL));
}

function checkNumbersOf(stage: string, constants: object): void {
  for (const [name, value] of Object.entries(constants)) {
    if (value !== undefined) checkNumber(`${stage}.${name}`, value, { min: 0 });
  }
}
