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
  const { MyelinError } = await import("@myelin/core");
  if (error instanceof MyelinError) return { message: `error: ${oneLine(error.message)}`, exitCode: 1 };
  return {
    message: `error: unexpected: ${oneLine(describeError(error))}. Set MYELIN_DEBUG=1 to see where.`,
    exitCode: 1,
  };
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
