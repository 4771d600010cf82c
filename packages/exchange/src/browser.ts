/** The part of `@myelin/exchange` that runs anywhere. */
export {
  norseLIF,
  snnTorchLeaky,
  snnTorchSynaptic,
  type NeuronNumber,
  type NorseLIFOptions,
  type SnnTorchLeakyOptions,
  type SnnTorchReset,
  type SnnTorchSynapticOptions,
} from "./neurons/index.ts";
export {
  beginEventFile,
  encodeEvent,
  type LogEvent,
  type LoggedValue,
  type Raster,
} from "./tensorboard/index.ts";
export {
  encodeNir,
  NIR_FIELDS,
  nirInfo,
  readNir,
  type NirArray,
  type NirEdge,
  type NirGraph,
  type NirInfo,
  type NirMetadata,
  type NirNode,
  type NirNodeInfo,
  type NirType,
  type NirValue,
  type ReadNirOptions,
} from "./nir/index.ts";
