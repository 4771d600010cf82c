export { openEventFile, readEventFile } from "./event-file.ts";
export { convertEvents, type ConvertedEvents, type ConvertEventsOptions } from "./convert-events.ts";
export { hasClassFolders, readClassFolders, type ClassFolderLayout } from "./class-folders.ts";
export { openEventFolder, RECORDINGS, type EventFolder, type EventFolderOptions } from "./event-folder.ts";
export { fileInfo, inspectEventFile, type EventFileReport, type FileInfoOptions } from "./file-info.ts";
export { gestureTrials, readGestures } from "./gestures.ts";
export { folderStore, zipStore, type RecordingStore } from "./recording-store.ts";
export { entryAt, filesByClassFolder, storedRecordings, type LabelledFile } from "./stored-recordings.ts";
