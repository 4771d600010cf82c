export {
  encodeNirData,
  type NirEvents,
  type NirGraphData,
  type NirNodeData,
  type NirTimeGrid,
  readNirData,
} from "./data/index.ts";
export { exportNir, type ExportNirOptions } from "./export/index.ts";
export {
  importNir,
  type ImportNirOptions,
  NIR_DT,
  NIR_METHODS,
  NIR_TOOLS,
  type NirMethod,
  NirNetwork,
  type NirResult,
  type NirRule,
  type NirState,
  type NirTool,
} from "./import/index.ts";
export { nirInfo, type NirInfo, type NirNodeInfo } from "./info.ts";
export { readNir, type ReadNirOptions } from "./read.ts";
export {
  NIR_FIELDS,
  type NirArray,
  type NirEdge,
  type NirGraph,
  type NirMetadata,
  type NirNode,
  type NirType,
  type NirValue,
} from "./types.ts";
export { encodeNir } from "./write.ts";
