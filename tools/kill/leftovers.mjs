import { readdirSync } from "node:fs";

/**
 * Files that no command may leave once the last one has ended well: half written ones, locks, downloads.
 *
 * @param {string} folder
 * @returns {string[]}
 */
export function leftoversIn(folder) {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names.filter((name) => /\.(part|lock|stale)$/.test(name)).map((name) => `${name} was left`);
}
