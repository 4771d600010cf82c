export {
  type Checkpoint,
  type CheckpointParts,
  type RestoreOptions,
  encodeCheckpoint,
  encodeWeights,
  restoreCheckpoint,
  restoreWeights,
} from "./checkpoint.ts";
export { crc32 } from "./crc32.ts";
export {
  decodeSafetensors,
  encodeSafetensors,
  type SafetensorsFile,
  type TensorArray,
  type TensorData,
} from "./safetensors.ts";
