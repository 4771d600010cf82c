import { MyelinError } from "@myelin/core";
import { describeError } from "../format.ts";

/**
 * Calls a function of a plugin's part.
 *
 * @throws MyelinError that names the part, for whatever it throws
 */
export function callPart<T>(part: string, work: () => T): T {
  try {
    const result = work();
    return result instanceof Promise ? (result.catch((error: unknown) => fail(part, error)) as T) : result;
  } catch (error) {
    return fail(part, error);
  }
}

function fail(part: string, cause: unknown): never {
  const text = describeError(cause).split("\n")[0] ?? "";
  throw new MyelinError(`plugin's ${part}: ${text}`, { cause });
}
