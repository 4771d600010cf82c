export { extractTarGz } from "./extract-tar.ts";
export { extractOneFromZip, readZip } from "./extract-zip.ts";
export { entryContents, isOfFiles, openZip, zipFault } from "./open-zip.ts";
