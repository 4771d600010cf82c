/** Loads plugin files, which may be TypeScript on every version of Node. */
import { unreadable } from "@myelin/data/files";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { describeError } from "../format.ts";
import { definePlugin, isPlugin } from "./define.ts";
import { loadedPlugin, remember, type LoadedPlugin } from "./parts.ts";

/** What is wrong with a plugin file: `expected ..., got .... <hint>`. */
export class PluginProblem extends Error {}

/**
 * Loads a plugin file once per source; what it imports of Myelin is what runs here, wherever the file lies.
 *
 * @param file an absolute path
 * @throws PluginProblem if it is not there, throws, or its default export is none of `definePlugin`
 */
export async function loadPlugin(file: string): Promise<LoadedPlugin> {
  const source = await readFile(file).catch((cause: unknown) => {
    const got = unreadable(cause);
    throw new PluginProblem(`expected a plugin file, got ${got} at ${file}. Paths start at the recipe.`, {
      cause,
    });
  });
  const hash = createHash("sha256").update(source).digest("hex");
  const known = loadedPlugin(file);
  if (known?.hash === hash) return known;
  const found = await run(file);
  const made = (found as { readonly default?: unknown } | null)?.default;
  if (!isPlugin(made)) {
    const got = made === undefined ? "no default export" : "one that was made in another way";
    throw new PluginProblem(
      `expected a default export made by definePlugin in ${file}, got ${got}. Write: export default definePlugin({ ... })`,
    );
  }
  const plugin = { file, hash, plugin: made };
  remember(plugin);
  return plugin;
}

async function run(file: string): Promise<unknown> {
  const { createJiti } = await import("jiti");
  const jiti = createJiti(pathToFileURL(file).href, {
    ...{ fsCache: false, moduleCache: false, interopDefault: false, virtualModules: await ownModules() },
  });
  try {
    return await jiti.import(file);
  } catch (cause) {
    throw new PluginProblem(`expected a plugin that loads, got ${reasonOf(cause, file)}. Mend ${file}.`, {
      cause,
    });
  }
}

/** The message with the line of the file, if the stack says it. */
function reasonOf(cause: unknown, file: string): string {
  const text = describeError(cause)
    .split("\n")
    .map((line) => line.trim())
    .find((line) => line !== "");
  const { stack = "" } = cause instanceof Error ? cause : {};
  const at = stack.indexOf(`${file}:`);
  const [, line] = at === -1 ? [] : (/^:(\d+)/.exec(stack.slice(at + file.length)) ?? []);
  return `"${(text ?? "an error").replace(/\.$/, "")}"${line === undefined ? "" : `, thrown at line ${line}`}`;
}

/** What plugins import of Myelin: the modules that run here, so that there is one engine. */
async function ownModules(): Promise<Record<string, object>> {
  const [core, data, exchange, zod] = await Promise.all([
    import("@myelin/core"),
    import("@myelin/data"),
    import("@myelin/exchange"),
    import("zod"),
  ]);
  return {
    ...{ "@myelin/core": core, "@myelin/data": data, "@myelin/exchange": exchange, zod },
    myelin: { ...exchange, ...data, ...core },
    "myelin/plugin": { definePlugin, z: zod.z },
    "@myelin/core/checks": await import("@myelin/core/checks"),
    "@myelin/core/layers": await import("@myelin/core/layers"),
    "@myelin/core/neurons": await import("@myelin/core/neurons"),
    "@myelin/core/ops": await import("@myelin/core/ops"),
    "@myelin/core/sparse": await import("@myelin/core/sparse"),
    "@myelin/core/training": await import("@myelin/core/training"),
  };
}
