import { crc32 } from "@myelin/core/io";

/** Data begin at a multiple of this, as in PyTorch's own files, so that they can be mapped into memory. */
const ALIGNMENT = 64;

/** The first of January 1980, the earliest that an archive can say: equal contents make equal files. */
const DATE = 0x21;

const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;

/** The largest archive that fits the classic layout. */
export const MOST_ZIP_BYTES = 0xffffffff;

/** A zip archive of files as they are, without compression. */
export function writeZip(files: readonly (readonly [name: string, contents: Uint8Array])[]): Uint8Array {
  const placed: Placed[] = [];
  let at = 0;
  for (const [text, contents] of files) {
    const name = new TextEncoder().encode(text);
    const begin = at + LOCAL_BYTES + name.length;
    const padding = (ALIGNMENT - (begin % ALIGNMENT)) % ALIGNMENT;
    placed.push({ name, contents, sum: crc32(contents), at, padding });
    at = begin + padding + contents.length;
  }
  const directory = placed.reduce((sum, { name }) => sum + CENTRAL_BYTES + name.length, 0);
  const bytes = new Uint8Array(at + directory + END_BYTES);
  let place = at;
  for (const file of placed) {
    writeLocal(bytes, file);
    place = writeCentral(bytes, place, file);
  }
  const end = new DataView(bytes.buffer, place);
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(8, files.length, true);
  end.setUint16(10, files.length, true);
  end.setUint32(12, directory, true);
  end.setUint32(16, at, true);
  return bytes;
}

interface Placed {
  readonly name: Uint8Array;
  readonly contents: Uint8Array;
  readonly sum: number;
  readonly at: number;
  /** Bytes of an extra field ahead of the contents, which readers pass over. */
  readonly padding: number;
}

function writeLocal(bytes: Uint8Array, { name, contents, sum, at, padding }: Placed): void {
  const view = new DataView(bytes.buffer, at);
  view.setUint32(0, 0x04034b50, true);
  writeCommon(view, 4, { name, contents, sum });
  view.setUint16(28, padding, true);
  bytes.set(name, at + LOCAL_BYTES);
  bytes.set(contents, at + LOCAL_BYTES + name.length + padding);
}

function writeCentral(bytes: Uint8Array, place: number, file: Placed): number {
  const view = new DataView(bytes.buffer, place);
  view.setUint32(0, 0x02014b50, true);
  writeCommon(view, 6, file);
  view.setUint32(42, file.at, true);
  bytes.set(file.name, place + CENTRAL_BYTES);
  return place + CENTRAL_BYTES + file.name.length;
}

/** What stands in both headers of a file, from the version that is needed on. */
function writeCommon(
  view: DataView,
  at: number,
  { name, contents, sum }: Pick<Placed, "name" | "contents" | "sum">,
): void {
  view.setUint16(at, 20, true);
  view.setUint16(at + 8, DATE, true);
  view.setUint32(at + 10, sum, true);
  view.setUint32(at + 14, contents.length, true);
  view.setUint32(at + 18, contents.length, true);
  view.setUint16(at + 22, name.length, true);
}
