/** Why something cannot be read, for people: `got ${unreadable(cause)}.` */

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EISDIR: "a folder",
  ENOTDIR: "a path through a file",
  EACCES: "no permission to read it",
  EPERM: "no permission to read it",
  ELOOP: "a symbolic link that leads to itself",
  ENAMETOOLONG: "a name that is too long",
};

/** What the file system said about a file that it did not give. */
export function unreadable(cause: unknown): string {
  const code = (cause as NodeJS.ErrnoException).code;
  return code === undefined ? String(cause) : (REASONS[code] ?? code);
}
