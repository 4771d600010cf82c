export { importNir } from "./import.ts";
export { NirNetwork, type NirResult, type NirState } from "./network.ts";
export {
  type ImportNirOptions,
  NIR_DT,
  NIR_METHODS,
  NIR_TOOLS,
  type NirMethod,
  type NirRule,
  type NirTool,
} from "./rule.ts";
