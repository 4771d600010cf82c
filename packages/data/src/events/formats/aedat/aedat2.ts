import { formatError } from "../../../bytes/index.ts";
import {
  decodableRecords,
  decodeRecords,
  readTextHeader,
  startsWith,
  UnwrappedTime,
  type ByteReader,
  type CameraSet,
  type DecodeCounts,
  type EventFormat,
  type OpenRecording,
  type RecordDecoder,
  type SensorSize,
} from "../../decoding/index.ts";
import {
  DAVIS,
  DVS128,
  layoutOfCamera,
  namesSeveralCameras,
  type AddressLayout,
  type CameraBits,
} from "./address-layouts.ts";
import { recordBytesByTimes } from "./record-size.ts";
import { sayUnknownCamera } from "./unknown-camera.ts";

const MAGIC = "#!AER-DAT";

/** Bytes of the address; the time has four more. */
type AddressBytes = 2 | 4;

/** How many records are looked at where no header names the camera. */
const PROBED_RECORDS = 4096;

/**
 * AEDAT 1.0 and 2.0 of jAER: lines with `#`, then a big-endian address and a big-endian time in microseconds per event.
 * Version 1.0 has 16 bits of address, 2.0 has 32; the time has 32 in both and is continued where it wraps.
 *
 * The camera is that of the `AEChip` line. Without one, addresses beyond 16 bits tell DAVIS from DVS128; for a name that is
 * not known too, with a warning. Recordings of several cameras have the number of the camera in their addresses; those of
 * unknown ones are refused. Files without the first line, or without any header, are recognised by the text of the header
 * or by their times.
 *
 * x and y are the bits of the address; nothing is mirrored (jAER itself mirrors x of DVS128 when it displays).
 */
export const aedat2: EventFormat = {
  name: "AEDAT 1.0 and 2.0",
  matches(head) {
    if (startsWith(head, MAGIC)) return head[MAGIC.length] === 0x31 || head[MAGIC.length] === 0x32;
    return isJaerHeader(head);
  },
  open: openAedat2,
};

/** The same without any header. */
export const aedat2WithoutHeader: EventFormat = {
  name: "AEDAT 1.0 and 2.0 without a header",
  matches: (head) => !startsWith(head, MAGIC) && recordBytesByTimes(head) !== undefined,
  open: openAedat2,
};

async function openAedat2(bytes: ByteReader): Promise<OpenRecording> {
  const header = await readTextHeader(bytes, {
    mark: "#",
    isLast: (line) => /^#\s*end of ascii header/i.test(line),
  });
  await bytes.fill(8 * PROBED_RECORDS);
  const addressBytes = addressBytesOf(header, bytes);
  const layout = layoutOf(header, bytes, addressBytes);
  return recordingOf(bytes, header, addressBytes, layout);
}

/** Headers without the first line: lines with `#` and words that jAER writes. */
function isJaerHeader(head: Uint8Array): boolean {
  if (head[0] !== 0x23) return false;
  return /AE data|int(16|32) address|AEChip|timestamps tick/i.test(
    new TextDecoder().decode(head.subarray(0, 4096)),
  );
}

function recordingOf(
  bytes: ByteReader,
  header: readonly string[],
  addressBytes: AddressBytes,
  layout: AddressLayout,
): OpenRecording {
  const [sensor, ...larger] = layout.sensors;
  return {
    format: addressBytes === 2 ? "AEDAT 1.0" : "AEDAT 2.0",
    sensor: larger.length === 0 ? sensor : undefined,
    likelySensors: layout.sensors,
    header,
    ...(layout.camera && { cameras: camerasOf(layout.camera, sensor) }),
    decode: (buffer, counts) =>
      decodeRecords(bytes, addressRecords(addressBytes, layout, counts), buffer, counts),
  };
}

/** Without a number the events tell how many cameras there are. */
function camerasOf({ count }: CameraBits, sensor: SensorSize | undefined): CameraSet {
  return count === undefined
    ? { sensors: [], more: true }
    : { sensors: new Array<SensorSize | undefined>(count).fill(sensor), more: false };
}

function addressBytesOf(header: readonly string[], bytes: ByteReader): AddressBytes {
  const text = header.join("\n");
  if (/^#!AER-DAT2|int32 address|8 bytes total/.test(text)) return 4;
  if (/^#!AER-DAT1|int16 address|6 bytes total/.test(text)) return 2;
  return recordBytesByTimes(bytes.available) === 6 ? 2 : 4;
}

function layoutOf(header: readonly string[], bytes: ByteReader, addressBytes: AddressBytes): AddressLayout {
  const chip = header.find((line) => /^#\s*AEChip:/i.test(line));
  const named = chip === undefined ? undefined : layoutOfCamera(chip);
  if (named) return named;
  if (chip !== undefined && namesSeveralCameras(chip)) throw severalCameras(bytes, chip);
  const isLong = hasLongAddresses(bytes, addressBytes);
  if (chip !== undefined) sayAssumed(bytes.name, chip, isLong ? "DAVIS" : "DVS128");
  return isLong ? DAVIS : DVS128;
}

/** Nothing tells their events apart. */
function severalCameras({ name }: ByteReader, chip: string) {
  return formatError({
    reader: "openEvents",
    file: name,
    byte: 0,
    expected: "one camera, or several DVS128 or DAVIS whose addresses tell them apart",
    got: JSON.stringify(chip.slice(0, 100)),
    hint: "Other recordings of several cameras are not supported: export the cameras one by one.",
    kind: "not supported",
  });
}

function sayAssumed(file: string, chip: string, assumed: string): void {
  const name = chip.replace(/^#\s*AEChip:\s*/i, "");
  sayUnknownCamera(file, name, `read with the addresses of ${assumed}. Check coordinates and polarities.`);
}

function hasLongAddresses(bytes: ByteReader, addressBytes: AddressBytes): boolean {
  if (addressBytes === 2) return false;
  const { available } = bytes;
  const records = Math.min(Math.floor(available.length / 8), PROBED_RECORDS);
  for (let i = 0; i < records; i++) {
    if (available[8 * i]! > 0 || available[8 * i + 1]! > 0) return true;
  }
  return false;
}

function addressRecords(
  addressBytes: AddressBytes,
  { xShift, xMask, yShift, yMask, pShift, otherMask, camera: bits }: AddressLayout,
  { skipped, timing }: DecodeCounts,
): RecordDecoder {
  const recordBytes = addressBytes + 4;
  const time = new UnwrappedTime(32, timing);
  return {
    recordBytes,
    decode(view, buffer) {
      const { t, x, y, p } = buffer;
      const camera = bits && buffer.withCameras();
      let length = buffer.length;
      const count = decodableRecords(view, recordBytes, buffer);
      for (let i = 0, at = 0; i < count; i++, at += recordBytes) {
        const address = addressBytes === 4 ? view.getInt32(at) : view.getUint16(at);
        const now = time.next(view.getUint32(at + addressBytes));
        if ((address & otherMask) !== 0) continue;
        t[length] = now;
        x[length] = (address >>> xShift) & xMask;
        y[length] = (address >>> yShift) & yMask;
        p[length] = (address >>> pShift) & 1;
        if (camera) camera[length] = (address >>> bits.shift) & bits.mask;
        length++;
      }
      skipped.otherData += count - (length - buffer.length);
      buffer.length = length;
      return count * recordBytes;
    },
  };
}
