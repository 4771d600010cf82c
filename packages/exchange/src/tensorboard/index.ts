export { beginEventFile, encodeEvent, type LogEvent, type LoggedValue, type Raster } from "./events.ts";
