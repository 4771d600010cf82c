export { describeOwnFolder, type OwnFolderInfo } from "./describe-folder.ts";
export { type ImageFolder, type ImageFolderOptions, openImageFolder } from "./image-folder.ts";
export { openSoundFolder, type SoundFolder, type SoundFolderOptions } from "./sound-folder.ts";
export { openSpikeFiles, type SpikeFiles, type SpikeFilesOptions } from "./spike-files.ts";
export { openTable, type OwnTable, type TableFileOptions } from "./table-file.ts";
