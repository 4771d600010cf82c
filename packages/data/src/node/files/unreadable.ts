/** Why something cannot be read, for people. */
import { MyelinError } from "@myelin/core";

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EISDIR: "a folder",
  ENOTDIR: "a path through a file",
  EACCES: "no permission to read it",
  EPERM: "no permission to read it",
  ELOOP: "a symbolic link that leads to itself",
  ENAMETOOLONG: "a name that is too long",
};

const OF_FOLDERS: Readonly<Record<string, string>> = { ENOENT: "no such folder", ENOTDIR: "a file" };

/** What the file system said about a file, or a folder, that it did not give: `got ${unreadable(cause)}.` */
export function unreadable(cause: unknown, what: "file" | "folder" = "file"): string {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === undefined) return cause instanceof Error ? cause.message : String(cause);
  return (what === "folder" ? OF_FOLDERS[code] : undefined) ?? REASONS[code] ?? code;
}

/** Turns an error of the file system into one that names the reader, the file and the cure. */
export function unreadableFile(reader: string, file: string): (cause: unknown) => never {
  return (cause) => {
    throw new MyelinError(
      `${reader}: expected a readable file at ${file}, got ${unreadable(cause)}. Check the path and its permissions.`,
      { cause },
    );
  };
}
