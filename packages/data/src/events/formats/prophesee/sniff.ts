import { valuesOf } from "./header.ts";

/** Formats of Prophesee files. */
export type PropheseeFormat = "DAT" | "EVT2" | "EVT2.1" | "EVT3";

/** Which format the header at the front of a file names; undefined if it is no Prophesee file. */
export function propheseeFormatOf(head: Uint8Array): PropheseeFormat | undefined {
  const text = new TextDecoder("latin1").decode(head.subarray(0, 16_384));
  const lines = /^(%[^\n]*\n)+/.exec(text)?.[0].split("\n");
  if (!lines) return undefined;
  const values = valuesOf(lines);
  const named = /^EVT(\d\.?\d?)$/i.exec(values.get("format") ?? "")?.[1] ?? values.get("evt");
  if (named === undefined) return values.has("firmware_version") || values.has("system_id") ? "EVT2" : "DAT";
  if (/^2\.?1$/.test(named)) return "EVT2.1";
  if (/^2(\.0)?$/.test(named)) return "EVT2";
  return /^3(\.0)?$/.test(named) ? "EVT3" : undefined;
}
