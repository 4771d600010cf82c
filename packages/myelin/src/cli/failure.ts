import { CommanderError } from "commander";

/** How a failed command ends. */
export interface Failure {
  /** One line for a person; undefined if it was said already. */
  readonly message?: string;
  readonly exitCode: number;
}

const USAGE = 2;

/**
 * What to say about an error: its message alone for those that a user can cause, the stack too with
 * MYELIN_DEBUG=1 and for what nobody expected.
 */
export async function failureOf(error: unknown): Promise<Failure> {
  if (error instanceof CommanderError) return { exitCode: error.exitCode === 0 ? 0 : USAGE };
  if (process.env["MYELIN_DEBUG"] === "1") return { message: stackOf(error), exitCode: 1 };
  const { MyelinError } = await import("@myelin/core");
  if (error instanceof MyelinError) return { message: `error: ${oneLine(error.message)}`, exitCode: 1 };
  const what = error instanceof Error ? error.message : String(error);
  return { message: `error: unexpected: ${oneLine(what)}. Set MYELIN_DEBUG=1 to see where.`, exitCode: 1 };
}

function oneLine(text: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  return lines.filter((line) => line !== "").join(" ");
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `\ncaused by: ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
