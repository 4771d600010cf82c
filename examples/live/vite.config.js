// Relative addresses: the built page works in any folder of a server. The audio thread loads a file, not a text.
export default { base: "./", build: { assetsInlineLimit: 0 } };
