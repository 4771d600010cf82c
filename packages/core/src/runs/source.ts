/** Where a run comes from: a folder or a file on this machine, an address, or bytes. */
import { refuse } from "../checks.ts";
import { FormatError, MyelinError } from "../errors.ts";
import { RUN_FILE } from "./run-file.ts";

/** A file that a page was given, such as a `File` of an input element. */
export interface BlobLike {
  readonly name?: string;
  /** Its bytes. */
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** The folder of a run or its network.myelin, as a path (in Node) or an address; or the bytes of that file. */
export type RunSource = string | { readonly href: string } | Uint8Array | ArrayBuffer | BlobLike;

/** The bytes of a run's file, and how to call it in messages. */
export interface RunBytes {
  readonly bytes: Uint8Array;
  readonly name: string;
}

// The library is compiled without the types of Node and of browsers.
interface Response {
  readonly ok: boolean;
  readonly status: number;
  readonly statusText: string;
  arrayBuffer(): Promise<ArrayBuffer>;
}
declare const fetch: ((address: string) => Promise<Response>) | undefined;
declare const process: { versions?: { node?: string } } | undefined;

/**
 * Reads the file of a run.
 *
 * @throws MyelinError if it cannot be reached
 */
export async function bytesOf(source: RunSource): Promise<RunBytes> {
  if (source instanceof Uint8Array) return { bytes: source, name: "loadRun" };
  if (source instanceof ArrayBuffer) return { bytes: new Uint8Array(source), name: "loadRun" };
  if (typeof source === "string" && source !== "") return ofText(source);
  if (typeof source === "object" && source !== null) {
    if ("href" in source && typeof source.href === "string") return ofText(source.href);
    if ("arrayBuffer" in source && typeof source.arrayBuffer === "function") {
      return { bytes: new Uint8Array(await source.arrayBuffer()), name: source.name ?? "loadRun" };
    }
  }
  return refuse("loadRun", "the folder of a run, its address or its bytes", source);
}

async function ofText(text: string): Promise<RunBytes> {
  const isNode = typeof process !== "undefined" && process?.versions?.node !== undefined;
  const isAddress = /^(https?|data|blob):/i.test(text);
  return isNode && !isAddress ? ofPath(text) : ofAddress(text);
}

async function ofAddress(address: string): Promise<RunBytes> {
  const [path = "", query = ""] = address.split(/(?=[?#])/, 2);
  const isFile = /^(data|blob):/i.test(address) || /\.\w+$/.test(path);
  const name = isFile ? address : `${withoutSlash(path)}/${RUN_FILE}${query}`;
  const response = await fetch?.(name).catch((cause: unknown) => {
    throw new MyelinError(`loadRun: expected a run at ${name}, got ${String(cause)}. Check the address.`, {
      cause,
    });
  });
  if (response?.ok !== true) {
    const got = response === undefined ? "no fetch here" : `${response.status} ${response.statusText}`;
    throw new MyelinError(`loadRun: expected a run at ${name}, got ${got}. Check the address.`);
  }
  return { bytes: new Uint8Array(await response.arrayBuffer()), name };
}

interface Files {
  stat(path: string): Promise<{ isDirectory(): boolean }>;
  readFile(path: string): Promise<Uint8Array>;
}

async function ofPath(text: string): Promise<RunBytes> {
  const { stat, readFile } = await nodeModule<Files>("fs/promises");
  const { fileURLToPath } = await nodeModule<{ fileURLToPath(address: string): string }>("url");
  const path = text.startsWith("file:") ? fileURLToPath(text) : text;
  try {
    const isFolder = (await stat(path)).isDirectory();
    const name = isFolder ? `${withoutSlash(path)}/${RUN_FILE}` : path;
    return { bytes: await readFile(name), name };
  } catch (cause) {
    throw new FormatError(
      `loadRun: expected the folder of a run with ${RUN_FILE}, or that file, at ${path}, got ${String(cause)}. ` +
        "Runs of earlier versions have none: npx myelin export DIR DIR/network.myelin writes it.",
      { cause },
    );
  }
}

function withoutSlash(path: string): string {
  return /[\\/]$/.test(path) ? path.slice(0, -1) : path;
}

/** Node modules by name, hidden from bundlers, which cannot resolve them for the browser. */
async function nodeModule<T>(name: string): Promise<T> {
  return (await import(/* @vite-ignore */ `node:${name}`)) as T;
}
