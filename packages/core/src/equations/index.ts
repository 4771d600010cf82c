export { type Model, type ModelSource, readModel } from "./model.ts";
export { interpretBackward, interpretForward, surrogateFunction } from "./reference/interpret.ts";
export { readSurrogate, SURROGATE_EXPRESSIONS, type SurrogateModel } from "./surrogate.ts";
