import { listenTo, takeComplaint } from "./complaints.ts";
import type { Hdf5File, Hdf5Library } from "./library.ts";

let files = 0;

/** A name in the library's own file system that no file has had. */
function newPlace(): string {
  return `/file-${files++}.h5`;
}

/** The library's types do not know this option of Emscripten. */
const OWNED = { canOwn: true } as { flags?: string };

/** Does something with an HDF5 file that is in memory, at a place in the library's own file system. */
export async function inHdf5Memory<T>(
  bytes: Uint8Array,
  work: (library: Hdf5Library, place: string) => T,
): Promise<T> {
  const library: Hdf5Library = await import("../h5wasm.ts");
  const { FS } = await library.ready;
  listenTo(library);
  const place = newPlace();
  // The library's file system takes the bytes over as they are: no second copy.
  FS.writeFile(place, bytes, OWNED);
  try {
    return work(library, place);
  } finally {
    takeComplaint();
    FS.unlink(place);
  }
}

/** The bytes of a new HDF5 file that `fill` writes into. */
export async function newHdf5File(fill: (open: Hdf5File) => void): Promise<Uint8Array> {
  const library: Hdf5Library = await import("../h5wasm.ts");
  const { FS } = await library.ready;
  const place = newPlace();
  const open = new library.File(place, "w");
  try {
    fill(open);
    open.close();
    return FS.readFile(place);
  } finally {
    FS.unlink(place);
  }
}
