import { MyelinError } from "@myelin/core";

/** A server's answer that another attempt will not change, such as 404. */
export class RefusedError extends MyelinError {
  override name = "RefusedError";
}

/** Why a transfer failed, in a few words: the innermost cause of what `fetch` throws. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return describeFailure(error.cause);
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (error.message === "") return code === "" ? error.name : code;
  return error.message.includes(code) ? error.message : `${code}: ${error.message}`;
}
