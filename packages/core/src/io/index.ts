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
export { decodeBfloat16, decodeHalf, encodeBfloat16, encodeHalf } from "./half.ts";
export {
  decodeSafetensors,
  encodeSafetensors,
  type NarrowType,
  type SafetensorsFile,
  type TensorArray,
  type TensorData,
} from "./safetensors.ts";
export { utf8Decode, utf8Encode } from "./utf8.ts";
