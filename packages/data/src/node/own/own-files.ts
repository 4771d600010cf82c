import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { FormatError, MyelinError } from "@myelin/core";
import { listNames } from "@myelin/core/checks";
import type { Split } from "../dataset-spec.ts";
import { unreadable } from "../files/index.ts";

/** One file that has yet to be divided, or one for each part. */
export type OwnFiles = { readonly whole: string } | Readonly<Record<Split, string>>;

/**
 * The file at a place, or the two in a folder whose names end with `train` and `test`, such as `mine_train.h5`.
 *
 * @throws MyelinError if there is nothing
 * @throws FormatError if a folder has none of a part, or several
 */
export async function ownFiles(place: string, what: string, ending: RegExp): Promise<OwnFiles> {
  const found = await stat(place).catch((cause: unknown) => {
    const got = unreadable(cause);
    throw new MyelinError(`${place}: expected ${what}, got ${got}. Check the path.`, { cause });
  });
  if (!found.isDirectory()) return { whole: place };
  const names = (await readdir(place)).filter((name) => !name.startsWith(".") && ending.test(name)).sort();
  const of = (split: Split): string => {
    const own = names.filter((name) => new RegExp(`${split}$`, "i").test(name.replace(ending, "")));
    if (own.length === 1) return path.join(place, own[0]!);
    const got = own.length > 1 ? listNames(own) : names.length > 0 ? listNames(names) : "no such file";
    throw new FormatError(
      `${place}: expected ${what} whose name ends with "${split}", got ${got}. Name it ${split}${example(what)}, or give one file.`,
    );
  };
  return { train: of("train"), test: of("test") };
}

function example(what: string): string {
  return what.includes("CSV") ? ".csv" : ".h5";
}
