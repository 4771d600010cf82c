import { refuse } from "@myelin/core/checks";

const HINT = "Read the file first; in Node with readFile(path).";

/** Requires the bytes of a file: the name of one would be read as no bytes at all. */
export function checkBytes(owner: string, bytes: Uint8Array | ArrayBuffer): Uint8Array {
  if (bytes instanceof Uint8Array) return bytes;
  if (bytes instanceof ArrayBuffer) return new Uint8Array(bytes);
  return refuse(owner, "bytes in a Uint8Array", bytes, HINT);
}

/** Requires the bytes of a file, or a stream of them. */
export function checkSource<Source>(owner: string, source: Source): Source {
  const isObject = typeof source === "object" && source !== null;
  if (source instanceof Uint8Array || (isObject && Symbol.asyncIterator in source)) return source;
  return refuse(owner, "bytes in a Uint8Array or a stream of them", source, HINT);
}
