import { startsWith, type EventFormat, type SensorSize } from "../../../decoding/index.ts";
import type { EventEncoder } from "../../../event-encoder.ts";

/**
 * AEDAT 4 of the DV software: a header with the compression and a description of the streams, then packets of any
 * stream, each compressed on its own (not at all, LZ4 or zstd), then a table of packets. Header, packets and table are
 * FlatBuffers.
 *
 * Each stream of events is a camera, in the order of their numbers. Packets of other streams (frames, inertial
 * measurements, triggers) are passed over unopened and counted. The table is not needed and may be missing.
 *
 * What reads and writes them is loaded when it is needed: pages that have other formats need none of the libraries.
 */
export const aedat4: EventFormat = {
  name: "AEDAT 4",
  matches: (head) => startsWith(head, "#!AER-DAT4."),
  open: async (bytes) => (await import("./recording.ts")).openAedat4(bytes),
};

/** AEDAT 4.0 with one stream of events in LZ4 packets and without the optional table of packets. */
export async function aedat4Encoder(sensor: SensorSize): Promise<EventEncoder> {
  return (await import("./encoder.ts")).makeAedat4Encoder(sensor);
}
