import { MyelinError } from "./errors.ts";

/** Takes what is worth a word but stops nothing. */
export type WarningHandler = (message: string) => void;

/** What browsers and Node both have; the core needs the types of neither. */
declare const console: { warn(message: string): void };

const said = new Set<string>();
let handler: WarningHandler = sayOnce;

/** Tells the user what is probably a mistake but stops nothing, in the form of an error's message. */
export function warn(message: string): void {
  handler(message);
}

/**
 * Sends the warnings of all of Myelin elsewhere, for instance into a log or a test. Without it each distinct
 * message is written to the console once.
 *
 * @param next gets every warning from now on, repeated ones too
 * @returns the handler before, which `onWarning` takes back
 * @example
 * const before = onWarning((message) => log.push(message));
 * await trainer.run({ epochs: 10 });
 * onWarning(before);
 */
export function onWarning(next: WarningHandler): WarningHandler {
  if (typeof next !== "function") {
    throw new MyelinError(`onWarning: expected a function of the message, got ${String(next)}.`);
  }
  const before = handler;
  handler = next;
  return before;
}

/** The only place of the libraries that prints. */
function sayOnce(message: string): void {
  if (said.has(message)) return;
  said.add(message);
  console.warn(message);
}
