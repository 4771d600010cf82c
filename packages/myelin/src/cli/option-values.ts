/** What stands behind options: read, or refused with what was expected. */
import { InvalidArgumentError } from "commander";
import { homedir } from "node:os";
import path from "node:path";

/** Values of an option that may be repeated. */
export function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

/** A path; `~` is the home folder also where the shell leaves it alone, as in --out=~/runs. */
export function filePath(text: string): string {
  if (text.trim() === "") throw new InvalidArgumentError("Expected a path.");
  return /^~(?=$|[\\/])/.test(text) ? path.join(homedir(), text.slice(1)) : text;
}

/** What reads a whole number within limits. */
export function wholeNumber(least: number, most = 0xffffffff): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isInteger(value) && value >= least && value <= most) return value;
    const upTo = most === 0xffffffff ? "" : ` and at most ${most}`;
    throw new InvalidArgumentError(`Expected a whole number of at least ${least}${upTo}.`);
  };
}

/** The number of a camera, or all of them. */
export function cameraOf(text: string): number | "all" {
  return text === "all" ? text : wholeNumber(0)(text);
}

/** A number above 0. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError("Expected a number above 0.");
}
