/** Files and folders that are whole or not there, and locks. */
export { appendWhole } from "./append.ts";
export { codeOf, DiskError, onDisk } from "./disk-error.ts";
export { makeFolder } from "./folders.ts";
export { removeStaleAsides } from "./aside.ts";
export { isThere } from "./is-there.ts";
export { lockFile, removeStaleLocks, waitForLock, type Lock, type LockOwner } from "./lock.ts";
export { unreadable, unreadableFile } from "./unreadable.ts";
export { addFolder, replaceFile, replaceFileBy, writeInside, type Contents } from "./whole.ts";
