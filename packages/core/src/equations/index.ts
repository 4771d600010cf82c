export { deriveLines, type DerivedLine } from "./derivation.ts";
export { parseEquations } from "./language/parse.ts";
export { printEquations } from "./language/print.ts";
export { type Model, type ModelSource, readModel, withOutputs } from "./model.ts";
export {
  interpretBackward,
  interpretForward,
  type Placed,
  surrogateFunction,
} from "./reference/interpret.ts";
export {
  readSurrogate,
  SURROGATE_EXPRESSIONS,
  type SurrogateKind,
  type SurrogateModel,
  surrogateParameter,
} from "./surrogate.ts";
export { checkParameters, type FirstValues } from "./program/parameter-checks.ts";
export type { Kernel, Printer, Slot } from "./program/kernel.ts";
export { type Choices, type Hoisted, lower, type Step, TABLE } from "./program/lower.ts";
export { HoistedValue } from "./program/hoisted.ts";
export { type Passes, passesOf, type Wanted } from "./program/passes.ts";
export { fixedValues, Program, programOf, type ProgramChoices } from "./program/program.ts";
export type { SpikeSource } from "./program/support.ts";
export { wasmPrinter } from "./wasm/printer.ts";
