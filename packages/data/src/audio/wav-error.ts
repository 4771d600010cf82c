import { FormatError } from "@myelin/core";
import { TruncatedError, UnsupportedError } from "@myelin/core/checks";

/** A file that does not follow the format, or no WAV file. */
export function wavError(name: string, expected: string, got: string): FormatError {
  return new FormatError(`${message(name, expected, got)} Save the recording as WAV.`);
}

/** A file that ends before its samples do. */
export function wavTruncated(name: string, expected: string, got: string): TruncatedError {
  return new TruncatedError(`${message(name, expected, got)} The file is cut short: get it again.`);
}

/** A file that may be whole, but of a kind that is not read. */
export function wavUnsupported(name: string, expected: string, got: string): UnsupportedError {
  return new UnsupportedError(
    `${message(name, expected, got)} This encoding is not supported: save the recording as PCM.`,
  );
}

function message(name: string, expected: string, got: string): string {
  return `readWav: ${name}: expected ${expected}, got ${got}.`;
}
