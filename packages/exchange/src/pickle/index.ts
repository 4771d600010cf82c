export { readPickle, type Fail, type Maker, type PickleRules } from "./machine.ts";
export { Global, Made, Tuple, type PickleDict, type PickleValue } from "./values.ts";
export { PickleWriter } from "./writer.ts";
