/** Reads the JSON files of a run, which may be damaged, of another version, or not ours at all. */
import { FormatError } from "@myelin/core";
import { UnsupportedError } from "@myelin/core/checks";
import { unreadable } from "@myelin/data/files";
import { readFile, stat } from "node:fs/promises";
import type { z } from "zod";
import { problemsOf, recipeKeys } from "../recipe/index.ts";
import { RECORD_VERSION } from "./schema.ts";

/** No record of a run comes near this. */
const MAX_BYTES = 2 ** 26;

/**
 * The contents of a JSON file; undefined if there is none.
 *
 * @throws FormatError if it cannot be read, is no JSON, or has another form
 */
export async function readRecord<S extends z.ZodType>(
  file: string,
  schema: S,
): Promise<z.output<S> | undefined> {
  const text = await readText(file);
  return text === undefined ? undefined : requireForm(file, parse(file, text), schema);
}

/**
 * What a record holds.
 *
 * @param where the file, and perhaps a line of it
 * @throws FormatError for another form, naming the first place, or for a record of a later version
 */
export function requireForm<S extends z.ZodType>(where: string, value: unknown, schema: S): z.output<S> {
  const { version = 1 } = (value ?? {}) as { readonly version?: unknown };
  if (typeof version === "number" && version > RECORD_VERSION) {
    throw new UnsupportedError(
      `${where}: expected a record of version ${RECORD_VERSION} or earlier, got version ${version}. Update Myelin.`,
    );
  }
  const found = schema.safeParse(value);
  if (found.success) return found.data;
  const [problem] = problemsOf(found.error.issues, value, recipeKeys());
  const place = problem?.path.join(".") ?? "";
  throw new FormatError(
    `${where}: ${place === "" ? "" : `${place}: `}${problem?.text ?? "expected a record of a run, got another file."} ${CURE}`,
  );
}

/** What to do about a file that is not what it should be. */
export const CURE = "The file is damaged or not of this run: remove it.";

/** A file that is not there is no error, one that is there and cannot be read is. */
async function readText(file: string): Promise<string | undefined> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error)
    return found.code === "ENOENT" ? undefined : refuse(file, unreadable(found), found);
  if (!found.isFile()) return refuse(file, found.isDirectory() ? "a folder" : "something else than a file");
  if (found.size > MAX_BYTES) return refuse(file, `${found.size} bytes, more than the ${MAX_BYTES} of any`);
  return readFile(file, "utf8").catch((error: unknown) => refuse(file, unreadable(error), error));
}

function refuse(file: string, got: string, cause?: unknown): never {
  throw new FormatError(`${file}: expected a record of the run, got ${got}. ${CURE}`, { cause });
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FormatError(`${file}: expected JSON, got ${JSON.stringify(text.slice(0, 40))}. ${CURE}`, {
      cause,
    });
  }
}
