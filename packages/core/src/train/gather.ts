import type { Communicator } from "../communicate/index.ts";
import { utf8Decode, utf8Encode } from "../io/index.ts";

/** What every process brings, by rank: plain JSON, and numbers that are not finite. */
export async function gatherObjects<T>(communicator: Communicator, own: T): Promise<readonly T[]> {
  if (communicator.size === 1) return [own];
  const all = await communicator.gather(utf8Encode(JSON.stringify(own ?? null, withText)));
  return all.map((bytes) => JSON.parse(utf8Decode(bytes), withNumbers) as T);
}

const MARK = "number:";

function withText(_: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? `${MARK}${value}` : value;
}

function withNumbers(_: string, value: unknown): unknown {
  return typeof value === "string" && value.startsWith(MARK) ? Number(value.slice(MARK.length)) : value;
}
