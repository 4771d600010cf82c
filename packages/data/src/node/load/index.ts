export {
  convertImagesToEvents,
  makeEvents,
  type ConvertedImages,
  type ConvertImagesOptions,
} from "./images-to-events.ts";
export { loadDataset, type LoadDatasetOptions } from "./load-dataset.ts";
export { loadEventDataset, type LoadEventDatasetOptions } from "./load-event-dataset.ts";
export { loadEvents, type LoadEventsOptions } from "./load-events.ts";
export { loadSpikes, type LoadSpikesOptions } from "./load-spikes.ts";
