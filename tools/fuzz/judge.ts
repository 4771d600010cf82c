import { MyelinError } from "@myelin/core";

const LONGEST_MESSAGE = 2000;

/** What is wrong with an error that a reader threw; undefined for one that a person can read. */
export function faultOfError(error: unknown): string | undefined {
  if (!(error instanceof Error)) return `threw ${typeof error}`;
  if (!(error instanceof MyelinError)) return `threw a bare ${error.name}: ${firstLine(error)}`;
  const { message } = error;
  if (message.trim() === "") return "has no message";
  if (/[\n\r]/.test(message)) return `has several lines: ${JSON.stringify(message.slice(0, 300))}`;
  if (message.length > LONGEST_MESSAGE) return `has a message of ${message.length} characters`;
  if (/\[object /.test(message)) return `speaks of what is not there: ${message}`;
  return /expected|unknown key/.test(message) ? undefined : `does not say what was expected: ${message}`;
}

function firstLine(error: Error): string {
  const place = error.stack?.split("\n")[1]?.trim() ?? "";
  return `${error.message.split("\n", 1)[0]} (${place.replace(/\(?file:.*\/([^/]+)\)?$/, "$1")})`;
}
