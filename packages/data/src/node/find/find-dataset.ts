import path from "node:path";
import { MyelinError } from "@myelin/core";
import { dataFolders, type DataFolderOptions } from "./data-folders.ts";
import type { DatasetSpec } from "../dataset-spec.ts";

/** What {@link findDataset} needs to know of a data set, whatever it holds. */
interface Findable<Part> {
  readonly info: { readonly name: string };
  readonly bundledFolder?: () => string;
  readonly folderNames?: readonly string[];
  readonly getWith?: string;
  readonly byHand?: string;
  missingFiles(folder: string, split: Part): Promise<string[]>;
}

/**
 * The folder that holds a split of a data set. It is looked for in its folder below `dataDir`, in what an installed
 * package brings along, then in its folder below `$MYELIN_DATA` and the per-user cache.
 *
 * @throws MyelinError if it is nowhere; the message says how to get it
 */
export async function findDataset<Part extends string>(
  spec: Findable<Part>,
  split: Part,
  { loader, ...options }: DataFolderOptions & { readonly loader: string },
): Promise<string> {
  const { folder, lacks } = await findSplit(spec, split, options);
  if (folder !== undefined) return folder;
  const cure = spec.byHand ?? `Get it with: ${commandFor(spec)}`;
  throw new MyelinError(
    `${loader}: expected the ${split} split of ${spec.info.name} in one of the data folders, ` +
      `got none in ${lacks.join("; ")}. ${cure}`,
  );
}

/** The first folder that holds a split, undefined if there is none, and what the folders before it lack. */
export async function findSplit<Part extends string>(
  spec: Findable<Part>,
  split: Part,
  options: DataFolderOptions,
): Promise<{ readonly folder: string | undefined; readonly lacks: readonly string[] }> {
  const lacks: string[] = [];
  for (const folder of candidateFolders(spec, options)) {
    const missing = await spec.missingFiles(folder, split);
    if (missing.length === 0) return { folder, lacks };
    lacks.push(`${folder} (no ${missing.join(", no ")})`);
  }
  return { folder: undefined, lacks };
}

/** The command that brings a data set to this machine. */
export function commandFor({ info, getWith }: Pick<Findable<never>, "info" | "getWith">): string {
  return getWith ?? `npx myelin data get ${info.name}`;
}

/** The first folder that holds both official splits of a data set. */
export async function findCompleteFolder(
  spec: DatasetSpec,
  options: DataFolderOptions,
): Promise<string | undefined> {
  for (const folder of candidateFolders(spec, options)) {
    const missing = await Promise.all([
      spec.missingFiles(folder, "train"),
      spec.missingFiles(folder, "test"),
    ]);
    if (missing.flat().length === 0) return folder;
  }
  return undefined;
}

function candidateFolders(
  { info, bundledFolder, folderNames = [info.name] }: Omit<Findable<never>, "missingFiles">,
  options: DataFolderOptions,
): string[] {
  const bundled = bundledFolder ? [bundledFolder()] : [];
  const inFolders = (folders: readonly string[]): string[] =>
    folders.flatMap((folder) => folderNames.map((name) => path.join(folder, name)));
  const all = dataFolders({ dataDir: options.dataDir });
  const named = all.slice(0, options.dataDir ? 1 : 0);
  return [...inFolders(named), ...bundled, ...inFolders(all.slice(named.length))];
}
