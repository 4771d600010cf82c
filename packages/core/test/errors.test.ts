import { FormatError, MyelinError } from "@myelin/core";
import { expect, test } from "vitest";

test("messages are one line, whatever they repeat", () => {
  const error = new FormatError("x: expected a name, got a\r\nb\u0000\u001b[31m\u2028.", { cause: 1 });
  expect(error).toMatchObject({ name: "FormatError", cause: 1 });
  expect(error.message).toBe("x: expected a name, got a\\u000d\\u000ab\\u0000\\u001b[31m\\u2028.");
  expect(new MyelinError('Å, µs → "text"').message).toBe('Å, µs → "text"');
});

test("messages end, however long the names are that they repeat", () => {
  const { message } = new FormatError(`x: expected a name, got "${"n".repeat(1e6)}". Choose another.`);
  expect(message.length).toBeLessThan(2010);
  expect(message).toMatch(/^x: expected a name, got "n+ \.\.\. n+"\. Choose another\.$/);
});
