import type { Hdf5Library } from "./library.ts";

/** A line of what the HDF5 library says of an error: its C functions, the outermost first. */
const ENTRY = /^\s*#\d+: \S+ line \d+ in \w+\(\): (.*)$/;

/** An open file of Emscripten, as far as we need it. Those of its build for Node have no `node` where they are Node's own. */
interface Stream {
  node?: { readonly mode: number };
  stream_ops?: {
    write(stream: Stream, memory: Int8Array, offset: number, length: number): number;
  };
}

const STANDARD_ERROR = 2;
const CHARACTER_DEVICE = 0o20000;

let text = "";

/** Listens to what the library would print to the standard error, where nobody wants to read it. */
export function listenTo({ FS }: Hdf5Library): void {
  const { streams } = FS as unknown as { streams: readonly (Stream | null)[] };
  const stream = streams[STANDARD_ERROR];
  if (!stream) return;
  stream.node ??= { mode: CHARACTER_DEVICE };
  stream.stream_ops = {
    write(_, memory, offset, length) {
      text += String.fromCharCode(...memory.subarray(offset, offset + length));
      return length;
    },
  };
}

/** The innermost reason of the errors that the library spoke of, in one line; undefined if there was none. */
export function takeComplaint(): string | undefined {
  const reasons = text.split("\n").flatMap((line) => ENTRY.exec(line)?.[1] ?? []);
  text = "";
  return reasons.at(-1);
}
