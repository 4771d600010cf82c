import path from "node:path";
import envPaths from "env-paths";

/** Where data sets are looked for. */
export interface DataFolderOptions {
  /** Searched first, and where {@link getDataset} writes (the command line's `--data-dir`). */
  readonly dataDir?: string | undefined;
}

/** The folders that may hold data sets, in order: `dataDir`, `$MYELIN_DATA`, the per-user cache. */
export function dataFolders({ dataDir }: DataFolderOptions = {}): string[] {
  const folders = [dataDir, process.env["MYELIN_DATA"], userDataFolder()];
  return folders.flatMap((folder) => (folder ? [path.resolve(folder)] : []));
}

function userDataFolder(): string {
  return path.join(envPaths("myelin", { suffix: "" }).cache, "data");
}
