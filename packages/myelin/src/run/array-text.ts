/** Numbers as text for a checkpoint. */

/** The numbers' bytes in base 64. */
export function arrayToText(values: Float32Array | Int32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64");
}

/** The float32 numbers that `arrayToText` was given. */
export function textToFloats(text: string): Float32Array {
  return new Float32Array(bytesOf(text));
}

/** The int32 numbers that `arrayToText` was given. */
export function textToIntegers(text: string): Int32Array {
  return new Int32Array(bytesOf(text));
}

function bytesOf(text: string): ArrayBuffer {
  const bytes = Buffer.from(text, "base64");
  return Uint8Array.from(bytes.subarray(0, bytes.length & ~3)).buffer;
}
