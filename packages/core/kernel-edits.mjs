/**
 * The difference between two builds of the same kernels. They have the same functions, and most of those
 * are equal to the byte; so a list of edits is much smaller than the second build.
 */

const CODE_SECTION = 10;
const PREAMBLE = 8;

/**
 * Edits that turn `from` into `to`: for each, three little-endian u32 (place in `from`, bytes to leave out
 * there, bytes to put in) and then the bytes to put in.
 *
 * @param {Buffer} from @param {Buffer} to
 */
export function edits(from, to) {
  const before = pieces(from);
  const after = pieces(to);
  if (before.length !== after.length) throw new Error("kernel builds: expected the same functions in both");
  const list = [];
  let place = 0;
  for (const [i, piece] of before.entries()) {
    const other = after[i] ?? Buffer.alloc(0);
    if (!piece.equals(other)) list.push(header(place, piece.length, other.length), other);
    place += piece.length;
  }
  return Buffer.concat(list);
}

/** @param {number[]} numbers */
function header(...numbers) {
  const bytes = Buffer.alloc(4 * numbers.length);
  for (const [i, number] of numbers.entries()) bytes.writeUInt32LE(number, 4 * i);
  return bytes;
}

/**
 * Cuts a module into its sections, and the code section into its functions.
 * @param {Buffer} bytes
 */
function pieces(bytes) {
  const list = [bytes.subarray(0, PREAMBLE)];
  for (let at = PREAMBLE; at < bytes.length;) {
    const [length, start] = readNumber(bytes, at + 1);
    if (bytes[at] === CODE_SECTION) list.push(...functions(bytes, at, start));
    else list.push(bytes.subarray(at, start + length));
    at = start + length;
  }
  return list;
}

/** @param {Buffer} bytes @param {number} sectionStart @param {number} contentStart */
function functions(bytes, sectionStart, contentStart) {
  const [count, first] = readNumber(bytes, contentStart);
  const list = [bytes.subarray(sectionStart, first)];
  for (let i = 0, at = first; i < count; i++) {
    const [length, start] = readNumber(bytes, at);
    list.push(bytes.subarray(at, start + length));
    at = start + length;
  }
  return list;
}

/**
 * An unsigned LEB128 number and the place after it.
 * @param {Buffer} bytes @param {number} at
 * @returns {[number, number]}
 */
function readNumber(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++] ?? 0;
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return [value, at];
  }
}
