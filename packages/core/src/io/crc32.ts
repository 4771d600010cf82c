import { checkBytes, checkInteger } from "../checks.ts";

/** Remainders of all bytes for CRC-32 (ISO 3309, reflected polynomial 0xEDB88320). */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  return crc;
});

/**
 * Check sum of bytes, 0..2^32 - 1; finds every change of a single byte.
 *
 * @param before the check sum of what comes before these bytes, to go on from
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  checkBytes("crc32", bytes);
  checkInteger("crc32.before", before, { min: 0, max: 0xffffffff });
  let crc = before ^ 0xffffffff;
  for (let i = 0; i < bytes.length; i++) {
    crc = (crc >>> 8) ^ (TABLE[(crc ^ (bytes[i] as number)) & 0xff] as number);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
