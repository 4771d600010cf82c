/**
 * Errors that a user can cause. Messages have the form
 * `<symbol>: expected <what>, got <value>. <one hint>`.
 */

/**
 * Base of every error that Myelin throws on purpose. Its message is one line that a terminal can print, whatever the
 * names are that it repeats: control characters, line breaks among them, become `\u000a` and the like.
 */
export class MyelinError extends Error {
  override name = "MyelinError";

  constructor(message?: string, options?: ErrorOptions) {
    super(
      message === undefined ? message : shortened(message).replace(/[\p{Cc}\u2028\u2029]/gu, escaped),
      options,
    );
  }
}

/** Longest message, and how much of its end is kept, where it says what to do. */
const MOST_CHARACTERS = 2000;
const KEPT_AT_END = 500;
const GAP = " ... ";

/** Names and values of files may be of any length. */
function shortened(message: string): string {
  if (message.length <= MOST_CHARACTERS) return message;
  const kept = MOST_CHARACTERS - KEPT_AT_END - GAP.length;
  return `${message.slice(0, kept)}${GAP}${message.slice(-KEPT_AT_END)}`;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** A tensor, layer or option has an impossible size or value. */
export class ShapeError extends MyelinError {
  override name = "ShapeError";
}

/** Bytes or text that do not follow their format. */
export class FormatError extends MyelinError {
  override name = "FormatError";
}

/** A file that ends before what it announces: it was cut short, and getting it again helps. */
export class TruncatedError extends FormatError {
  override name = "TruncatedError";
}

/** A file that may be whole, but of a version, an encoding or a type that is not read. */
export class UnsupportedError extends FormatError {
  override name = "UnsupportedError";
}

/** The backend could not be started or used. */
export class BackendError extends MyelinError {
  override name = "BackendError";
}

/** Training cannot go on, for instance because the loss is not finite. */
export class TrainingError extends MyelinError {
  override name = "TrainingError";
}

/** Says ahead of an error's message where it comes from; its class and all else that it tells stay. */
export function located<E extends Error>(error: E, where: string): E {
  const { message, stack } = error;
  error.message = `${where}: ${message}`;
  if (stack !== undefined) error.stack = stack.replace(message, () => error.message);
  return error;
}
