import { failureOf } from "./failure.ts";
import { buildProgram } from "./program.ts";

/** As a shell counts it: 128 and the number of the signal. */
const SIGPIPE_EXIT = 141;

/** Runs the command line; sets the exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  // A file size limit shall show as an error of the write, not end the process.
  if (process.platform !== "win32") process.on("SIGXFSZ", () => {});
  surviveTheTerminal();
  try {
    await buildProgram().parseAsync([...argv]);
  } catch (error) {
    const { message, exitCode } = await failureOf(error);
    if (message !== undefined) process.stderr.write(`${message}\n`);
    process.exitCode = exitCode;
  }
}

/**
 * A pipe that is closed, as by `myelin data list | head`, ends the command without a word, as SIGPIPE ends other tools.
 * A terminal that is closed (EIO) sends SIGHUP: there must be time left to save.
 */
function surviveTheTerminal(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(SIGPIPE_EXIT);
    if (error.code !== "EIO") throw error;
  });
  process.stderr.on("error", () => {});
}
