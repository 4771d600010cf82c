import { failureOf } from "./failure.ts";
import { buildProgram } from "./program.ts";

/** Runs the command line; sets the exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  // A file size limit shall show as an error of the write, not end the process.
  if (process.platform !== "win32") process.on("SIGXFSZ", () => {});
  try {
    await buildProgram().parseAsync([...argv]);
  } catch (error) {
    const { message, exitCode } = await failureOf(error);
    if (message !== undefined) process.stderr.write(`${message}\n`);
    process.exitCode = exitCode;
  }
}
