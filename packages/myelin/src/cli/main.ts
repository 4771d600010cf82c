import { failureOf } from "./failure.ts";
import { buildProgram } from "./program.ts";

/** Runs the command line; sets the exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  try {
    await buildProgram().parseAsync([...argv]);
  } catch (error) {
    const { message, exitCode } = await failureOf(error);
    if (message !== undefined) process.stderr.write(`${message}\n`);
    process.exitCode = exitCode;
  }
}
