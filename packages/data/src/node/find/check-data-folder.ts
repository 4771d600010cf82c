import { MyelinError } from "@myelin/core";
import { warn } from "@myelin/core/checks";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import type { DataFolderOptions } from "./data-folders.ts";
import { DATASETS } from "../registry/index.ts";

/**
 * A folder of data sets that the user named has to be there; one that `$MYELIN_DATA` names is warned of, as it may be
 * made later.
 *
 * @throws MyelinError if `dataDir` does not exist, is no folder, or holds other things but no data set
 */
export async function checkDataFolder({ dataDir }: DataFolderOptions): Promise<void> {
  const variable = process.env["MYELIN_DATA"];
  if (variable && !(await isFolder(variable))) {
    warn(`MYELIN_DATA: expected a folder, got ${variable}, where there is none. It is passed over.`);
  }
  if (dataDir === undefined) return;
  if (!(await isFolder(dataDir))) {
    const there = await stat(dataDir).catch(() => undefined);
    const got = there === undefined ? "which does not exist" : "which is a file";
    throw new MyelinError(
      `--data-dir: expected a folder with data sets, got ${dataDir}, ${got}. Check the path.`,
    );
  }
  const inside = await readdir(dataDir);
  const names = DATASETS.flatMap(({ info, folderNames = [info.name] }) => folderNames);
  // An empty folder may be there for a data set that is made on first use.
  if (inside.length === 0 || inside.some((name) => names.includes(name))) return;
  const hint = names.includes(path.basename(path.resolve(dataDir)))
    ? `Name the folder above: ${path.dirname(path.resolve(dataDir))}.`
    : "Each data set lies in a folder of its name.";
  throw new MyelinError(
    `--data-dir: expected a folder that holds data sets such as mnist or nmnist, got ${dataDir} with ` +
      `${inside.slice(0, 3).join(", ")}${inside.length > 3 ? ", ..." : ""}. ${hint}`,
  );
}

async function isFolder(folder: string): Promise<boolean> {
  return stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
