import { CommanderError } from "commander";
import { describeError } from "../format.ts";

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
  if (error instanceof CommanderError) return usageFailure(error);
  if (process.env["MYELIN_DEBUG"] === "1") return { message: stackOf(error), exitCode: 1 };
  if (await isForeseen(error)) return { message: `error: ${oneLine((error as Error).message)}`, exitCode: 1 };
  if (isOutOfFiles(error)) return { message: TOO_MANY_FILES, exitCode: 1 };
  return {
    message: `error: unexpected: ${oneLine(describeError(error))}. Set MYELIN_DEBUG=1 to see where.`,
    exitCode: 1,
  };
}

/** Whether the message of an error is for people. */
async function isForeseen(error: unknown): Promise<boolean> {
  try {
    return error instanceof (await import("@myelin/core")).MyelinError;
  } catch {
    // What cannot be loaded has not thrown it.
    return false;
  }
}

const TOO_MANY_FILES =
  "error: expected to open a file, got too many open files. Raise the limit, for instance with: ulimit -n 1024";

/** It may come from anywhere, as Node opens files of its own to load the program. */
function isOutOfFiles(error: unknown): boolean {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return code === "EMFILE" || code === "ENFILE";
}

/** The parser has said what is wrong; an option that is a key of recipes is told how to set it. */
async function usageFailure({ exitCode, code, message }: CommanderError): Promise<Failure> {
  if (exitCode === 0) return { exitCode };
  const [, option] = /unknown option '--([^'=]+)/.exec(message) ?? [];
  // Other commands have no --set, and an option that exists was meant where its name is near.
  const mayBeKey = code === "commander.unknownOption" && process.argv[2] === "train";
  if (!mayBeKey || option === undefined || message.includes("Did you mean")) return { exitCode: USAGE };
  const { findKey } = await import("../recipe/index.ts");
  const key = findKey(option);
  if (key === undefined) return { exitCode: USAGE };
  const text = `${key} is a key of the recipe. Change it with: --set ${key}=${valueOf(option)}`;
  return { message: text, exitCode: USAGE };
}

/** What stands behind an option on the command line. */
function valueOf(option: string): string {
  const at = process.argv.findIndex((text) => text === `--${option}` || text.startsWith(`--${option}=`));
  const [, joined] = /=(.*)/s.exec(process.argv[at] ?? "") ?? [];
  const next = process.argv[at + 1];
  return joined ?? (next === undefined || next.startsWith("-") ? "VALUE" : next);
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
