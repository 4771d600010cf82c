import { MyelinError } from "@myelin/core";

/** The file system refused: no space, no permission, no such folder. */
export class DiskError extends MyelinError {
  override name = "DiskError";
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "a full disk. Free some space; a run goes on with --resume",
  EDQUOT: "a full quota. Free some space; a run goes on with --resume",
  EFBIG: "a file size limit. Raise it; a run goes on with --resume",
  EACCES: "no permission. Choose another folder, with --out or --data-dir",
  EPERM: "no permission. Choose another folder, with --out or --data-dir",
  EROFS: "a read-only disk. Choose another folder, with --out or --data-dir",
  ENOTDIR: "a file where a folder should be. Choose another folder, with --out or --data-dir",
  EEXIST: "a file where a folder should be. Choose another folder, with --out or --data-dir",
  EISDIR: "a folder of that name. Choose another name",
  ENOTEMPTY: "a folder that is not empty. Choose another name",
  ENOENT: "a place where nothing can be made. Choose another folder, with --out or --data-dir",
  ENAMETOOLONG: "a name that is too long. Choose a shorter one",
  EMFILE: "too many open files. Raise the limit",
  EIO: "a device error. Check the disk",
};

/**
 * Runs `work`; a refusal of the file system becomes a DiskError that names `file`, the reason and the cure.
 *
 * @throws DiskError if the file system refuses; what else `work` throws
 */
export async function onDisk<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const code = codeOf(cause);
    if (code === undefined || cause instanceof MyelinError) throw cause;
    throw new DiskError(`${file}: expected to write, got ${REASONS[code] ?? `${code}. Check the path`}.`, {
      cause,
    });
  }
}

/** The code of an error of the file system, such as ENOSPC. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && "syscall" in error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}
