/// <reference types="vite/client" />

/** The golden files as text, by path. */
export const GOLDEN_FILES = import.meta.glob<string>("../golden/fixtures/*.json", {
  query: "?raw",
  import: "default",
  eager: true,
});
