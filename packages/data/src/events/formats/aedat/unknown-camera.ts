import { warn } from "@myelin/core/checks";

/** Says that a header names a camera that is not known, and what was assumed. */
export function sayUnknownCamera(file: string, name: string, assumed: string): void {
  const got = JSON.stringify(name.slice(0, 100));
  warn(`openEvents: ${file}: expected the name of a known camera in the header, got ${got}; ${assumed}`);
}
