/**
 * Safetensors, checkpoints as they are read, numbers of sixteen bits, checksums.
 *
 * @module @myelin/core/io
 */
export {
  type Checkpoint,
  crc32,
  decodeBfloat16,
  decodeHalf,
  decodeSafetensors,
  encodeBfloat16,
  encodeHalf,
  encodeSafetensors,
  type NarrowType,
  type RestoreOptions,
  type SafetensorsFile,
  type TensorArray,
  type TensorData,
} from "../io/index.ts";
