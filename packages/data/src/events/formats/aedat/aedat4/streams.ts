import type { SensorSize } from "../../../decoding/index.ts";

/** A stream that the header of a file describes. */
export interface StreamInfo {
  readonly id: number;
  /** Four characters: EVTS for events, FRME for frames, IMUS, TRIG. */
  readonly type: string;
  readonly sensor: SensorSize | undefined;
}

/** Opening and closing nodes, and attributes with their text, of the header's XML. */
const TOKEN = /<node\s+name="([^"]*)"[^>]*?(\/?)>|(<\/node>)|<attr\s+key="([^"]*)"[^>]*>([^<]*)<\/attr>/g;

/**
 * The streams in the description that AEDAT 4 files carry: XML of nodes and attributes, of which
 * `outInfo/<id>/typeIdentifier` and `outInfo/<id>/info/sizeX`, `sizeY` are of interest.
 */
export function readStreams(xml: string): StreamInfo[] {
  const attributes = readAttributes(xml);
  const ids = new Set<number>();
  for (const path of attributes.keys()) {
    const id = /^outInfo\/(\d+)\//.exec(path)?.[1];
    if (id !== undefined) ids.add(Number(id));
  }
  return [...ids]
    .sort((a, b) => a - b)
    .map((id) => ({
      id,
      type: attributes.get(`outInfo/${id}/typeIdentifier`) ?? "",
      sensor: sensorOf(attributes, id),
    }));
}

/** As it is stated, whether there can be one of this size or not. */
function sensorOf(attributes: ReadonlyMap<string, string>, id: number): SensorSize | undefined {
  const width = attributes.get(`outInfo/${id}/info/sizeX`);
  const height = attributes.get(`outInfo/${id}/info/sizeY`);
  if (width === undefined || height === undefined) return undefined;
  return { width: Number(width), height: Number(height) };
}

/** Every attribute by the names of its nodes and its key. */
function readAttributes(xml: string): Map<string, string> {
  const attributes = new Map<string, string>();
  const path: string[] = [];
  for (const [, node, isEmpty, closing, key, text] of xml.matchAll(TOKEN)) {
    if (node !== undefined && !isEmpty) path.push(node);
    else if (closing) path.pop();
    else if (key !== undefined) attributes.set([...path, key].join("/"), (text ?? "").trim());
  }
  return attributes;
}
