export {
  DESCRIPTION_FILE,
  hasRecordings,
  openRecordings,
  writeRecordings,
  type RecordingProgress,
} from "./recordings-folder.ts";
