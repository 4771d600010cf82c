import { runInNewContext } from "node:vm";
import { gzipSync } from "node:zlib";

/** How Emscripten writes a program into JavaScript: a character for each byte, in one text. */
const BEFORE = "function findWasmBinary(){return binaryDecode(";
const AFTER = ")}";
const USE = "wasmBinaryFile??=findWasmBinary()";

/**
 * Compresses the WebAssembly program inside a file that Emscripten has written, to a third of its size. It is
 * unpacked when the file is first used, by what pages, Node, Deno and Bun have for it.
 *
 * @type {import("rolldown").Plugin}
 */
export const packProgram = {
  name: "pack program",
  transform(code) {
    const start = code.indexOf(BEFORE);
    if (start < 0) return null;
    const end = code.indexOf(`'${AFTER}`, start) + 1;
    const program = bytesOf(code.slice(start + BEFORE.length, end));
    if (!WebAssembly.validate(program))
      throw new Error("pack-program: expected a WebAssembly program in the file.");
    if (code.split(USE).length !== 2) throw new Error(`pack-program: expected "${USE}" once in the file.`);
    const text = gzipSync(program, { level: 9 }).toString("base64");
    const unpack = `async function findWasmBinary(){return (${unzip.toString()})("${text}")}`;
    const packed = code.slice(0, start) + unpack + code.slice(end + AFTER.length);
    return packed.replace(USE, "wasmBinaryFile??=await findWasmBinary()");
  },
};

/**
 * @param {string} literal
 * @returns {Uint8Array<ArrayBuffer>}
 */
function bytesOf(literal) {
  const text = /** @type {string} */ (runInNewContext(literal));
  // Characters beyond a byte stand for 0.
  return Uint8Array.from(text, (letter) => (letter.charCodeAt(0) > 255 ? 0 : letter.charCodeAt(0)));
}

/**
 * Becomes a part of the packed file.
 *
 * @param {string} text
 */
async function unzip(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
