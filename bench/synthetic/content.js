// What zips are made of here: text that deflate makes about a third of, like a bundle's; all entries are parts of one
// megabyte, so that what is to be packed takes no memory of its own.

const text = Buffer.alloc(2_000_000);
let seed = 1;
for (let place = 0; place < text.length;) {
  seed = (seed * 1103515245 + 12345) % 2147483648;
  const word = `const ${(seed >>> 8).toString(36)} = require("${(seed >>> 12) % 997}");\n`;
  place += text.write(word, place, "latin1");
}

export function contents(entries, bytes) {
  return Array.from({ length: entries }, (_, index) => {
    const start = (index * 7919) % (text.length - bytes);
    return text.subarray(start, start + bytes);
  });
}
