import { checkOptions, checkText } from "@myelin/core/checks";
import path from "node:path";
import envPaths from "env-paths";

/** Where data sets are looked for. */
export interface DataFolderOptions {
  /** Searched first, and where {@link getDataset} writes (the command line's `--data-dir`). */
  readonly dataDir?: string | undefined;
}

/** The folders that may hold data sets, in order: `dataDir`, `$MYELIN_DATA`, the per-user cache. */
export function dataFolders(options: DataFolderOptions = {}): string[] {
  const { dataDir } = checkOptions("dataFolders", options, { dataDir: true });
  checkDataDir("dataFolders", dataDir);
  const folders = [dataDir, process.env["MYELIN_DATA"], userDataFolder()];
  return folders.flatMap((folder) => (folder ? [path.resolve(folder)] : []));
}

/** @throws MyelinError unless a folder that is named is a text */
export function checkDataDir(owner: string, dataDir: unknown): void {
  if (dataDir !== undefined) checkText(`${owner}.dataDir`, dataDir, "It is the path of a folder.");
}

function userDataFolder(): string {
  return path.join(envPaths("myelin", { suffix: "" }).cache, "data");
}
