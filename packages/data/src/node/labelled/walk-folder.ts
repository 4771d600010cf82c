import { readdir, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { MyelinError } from "@myelin/core";
import { unreadable } from "../files/index.ts";

/** What systems put into folders of pictures; it counts as hidden. */
const SYSTEM_FILES = new Set(["Thumbs.db", "desktop.ini"]);

/** What lies below a folder, and what was passed over. */
export interface FoundFiles {
  /** Paths below the folder with `/`, in the order of their code units. */
  readonly files: readonly string[];
  /** The folders inside it, in no order. */
  readonly folders: readonly string[];
  /** Hidden files and folders. */
  readonly hidden: number;
  /** Links that lead nowhere. */
  readonly brokenLinks: number;
}

/**
 * The files of a folder and of the folders inside it. Symbolic links are followed.
 *
 * @param what the files are, for messages
 * @throws MyelinError if a folder cannot be listed, or a link leads to a folder that holds it
 */
export async function walkFolder(folder: string, what = "recordings"): Promise<FoundFiles> {
  const refuse = (place: string) => refuseFolder(place, what);
  const found = { files: [] as string[], folders: [] as string[], hidden: 0, brokenLinks: 0 };
  const walk = async (below: string, above: readonly string[]): Promise<void> => {
    const place = path.join(folder, below);
    const real = await realpath(place).catch(refuse(place));
    if (above.includes(real)) throw cycle(place, real, what);
    for (const listed of await readdir(place, { withFileTypes: true }).catch(refuse(place))) {
      const { name } = listed;
      const file = below === "" ? name : `${below}/${name}`;
      if (name.startsWith(".") || SYSTEM_FILES.has(name)) {
        found.hidden++;
        continue;
      }
      // Asking about each of 60,000 files takes seconds, and the list says of most what they are.
      const isKnown = listed.isFile() || listed.isDirectory();
      const entry = isKnown ? listed : await stat(path.join(folder, file)).catch(() => undefined);
      if (entry === undefined) found.brokenLinks++;
      else if (entry.isDirectory()) {
        found.folders.push(file);
        await walk(file, [...above, real]);
      } else if (entry.isFile()) found.files.push(file);
    }
  };
  await walk("", []);
  found.files.sort((a, b) => (a < b ? -1 : 1));
  return found;
}

/**
 * The names of the folders directly in a folder, links followed, without hidden ones.
 *
 * @throws MyelinError if it cannot be listed
 */
export async function foldersIn(folder: string, what = "recordings"): Promise<string[]> {
  const names = (await readdir(folder).catch(refuseFolder(folder, what))).filter(
    (name) => !name.startsWith("."),
  );
  const kinds = await Promise.all(names.map((name) => stat(path.join(folder, name)).catch(() => undefined)));
  return names.filter((_, i) => kinds[i]?.isDirectory()).sort();
}

function refuseFolder(folder: string, what: string): (cause: unknown) => never {
  return (cause) => {
    throw new MyelinError(
      `${folder}: expected a folder of ${what}, got ${unreadable(cause, "folder")}. Check the path and its permissions.`,
      { cause },
    );
  };
}

function cycle(place: string, real: string, what: string): MyelinError {
  return new MyelinError(
    `${place}: expected a folder of ${what}, got a link to ${real}, which holds it. Remove the link.`,
  );
}
