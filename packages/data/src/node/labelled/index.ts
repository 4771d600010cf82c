export type { ClassFile } from "./class-file.ts";
export { classFiles, type FileKind, type FoundClasses, type PassedOver } from "./class-files.ts";
export {
  checkSplitOptions,
  classesOf,
  type DividedFiles,
  drawSplit,
  openClassFiles,
  type OwnSplitOptions,
  SPLIT_OPTIONS,
} from "./splits.ts";
export { walkFolder } from "./walk-folder.ts";
