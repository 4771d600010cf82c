import { count } from "../format.ts";

/** Which samples of a set are used, where it is not all of them. */
export interface SamplePart {
  readonly used: number;
  /** How many the set has. */
  readonly of: number;
  /** The first ones, or some from everywhere. */
  readonly chosen: "first" | "spread";
}

/** The part that a limit leaves; undefined if that is all. */
export function partOf(
  of: number,
  limit: number | undefined,
  chosen: SamplePart["chosen"],
): SamplePart | undefined {
  return limit === undefined || limit >= of ? undefined : { used: limit, of, chosen };
}

/** " (first 500 of 10,000)", for behind a name; nothing for a whole set. */
export function partText(part: SamplePart | undefined): string {
  if (part === undefined) return "";
  const { used, of, chosen } = part;
  return ` (${chosen === "first" ? "first " : ""}${count(used)} of ${count(of)})`;
}
