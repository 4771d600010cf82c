import type { ZipFile } from "yauzl";

/** Opens an archive, to be closed by the caller. The library is loaded here, so that importing the package is quick. */
export async function openZip(archive: string): Promise<ZipFile> {
  const { openPromise } = await import("yauzl");
  return openPromise(archive, { autoClose: false, lazyEntries: true });
}
