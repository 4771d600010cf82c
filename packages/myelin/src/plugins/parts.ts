/** The parts that the plugins of a recipe bring along. */
import path from "node:path";
import type { NeuronDefinition } from "@myelin/core";
import type {
  OwnDataset,
  OwnLayer,
  OwnLoss,
  OwnSurrogate,
  OwnTransform,
  PartKind,
  Plugin,
} from "./define.ts";
import { PART_KINDS } from "./define.ts";

/** Parts of one's own by name. */
export interface Parts {
  readonly neurons: Readonly<Record<string, NeuronDefinition>>;
  readonly surrogates: Readonly<Record<string, OwnSurrogate>>;
  readonly layers: Readonly<Record<string, OwnLayer>>;
  readonly losses: Readonly<Record<string, OwnLoss>>;
  readonly datasets: Readonly<Record<string, OwnDataset>>;
  readonly transforms: Readonly<Record<string, OwnTransform>>;
}

/** What recipes without plugins have. */
export const NO_PARTS: Parts = {
  ...{ neurons: {}, surrogates: {}, layers: {}, losses: {}, datasets: {}, transforms: {} },
};

/** A plugin that was loaded. */
export interface LoadedPlugin {
  /** Its absolute path. */
  readonly file: string;
  /** SHA-256 of its source. */
  readonly hash: string;
  readonly plugin: Plugin;
}

/** A name that two parts have. */
export interface Clash {
  readonly file: string;
  readonly kind: PartKind;
  readonly name: string;
  /** Whose it is already: a file, or undefined for a part of Myelin's. */
  readonly owner: string | undefined;
}

const loaded = new Map<string, LoadedPlugin>();
const merged = new Map<string, Parts>();

/** Remembers a plugin for the parts of all recipes that name its file. */
export function remember(plugin: LoadedPlugin): void {
  if (loaded.get(plugin.file)?.hash === plugin.hash) return;
  loaded.set(plugin.file, plugin);
  merged.clear();
}

/** What is known of a file, if it was loaded. */
export function loadedPlugin(file: string): LoadedPlugin | undefined {
  return loaded.get(file);
}

/** The parts of plugin files that were loaded, the same object for the same files. */
export function partsOf(files: readonly string[] | undefined): Parts {
  if (files === undefined || files.length === 0) return NO_PARTS;
  const key = JSON.stringify(files);
  const known = merged.get(key);
  if (known !== undefined) return known;
  const parts = Object.fromEntries(
    PART_KINDS.map((kind) => [kind, Object.assign({}, ...files.map((file) => named(file, kind))) as object]),
  ) as unknown as Parts;
  merged.set(key, parts);
  return parts;
}

/** The hashes of the sources of plugin files by their names; undefined without plugins. */
export function pluginHashes(
  files: readonly string[] | undefined,
): Readonly<Record<string, string>> | undefined {
  if (files === undefined || files.length === 0) return undefined;
  return Object.fromEntries(files.map((file) => [path.basename(file), loaded.get(file)?.hash ?? ""]));
}

/** The first name that a built-in part, or one of a file before, has already. */
export function findClash(
  files: readonly string[],
  isTaken: (kind: PartKind, name: string) => boolean,
): Clash | undefined {
  for (const kind of PART_KINDS) {
    const owners = new Map<string, string>();
    for (const file of files) {
      for (const name of Object.keys(named(file, kind))) {
        if (isTaken(kind, name)) return { file, kind, name, owner: undefined };
        const owner = owners.get(name);
        if (owner !== undefined && owner !== file) return { file, kind, name, owner };
        owners.set(name, file);
      }
    }
  }
  return undefined;
}

/** The parts of a file in one form: neurons as definitions, surrogates as what makes their expression. */
function named(file: string, kind: PartKind): Readonly<Record<string, object>> {
  const given = loaded.get(file)?.plugin.parts[kind] ?? {};
  const entries = Object.entries(given as Readonly<Record<string, object | string>>).map(([name, part]) => {
    if (typeof part === "string") return [name, { derivative: () => part }] as const;
    const { definition = part } = part as { readonly definition?: object };
    return [name, kind === "neurons" ? definition : part] as const;
  });
  return Object.fromEntries(entries);
}
