// Writes a .br and a .gz sibling of every text file in dist, so that the server sends them as they are.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const brotli = promisify(brotliCompress);
const gz = promisify(gzip);
const worthIt = /\.(js|css|html|svg|json|webmanifest|wasm|txt|map)$/;
const smallestBytes = 1024;
const dist = new URL('../dist', import.meta.url).pathname;

const entries = await readdir(dist, { recursive: true, withFileTypes: true });
await Promise.all(
  entries
    .filter((entry) => entry.isFile() && worthIt.test(entry.name))
    .map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      const bytes = await readFile(path);
      if (bytes.length < smallestBytes) return;
      const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
      const [asBrotli, asGzip] = await Promise.all([brotli(bytes, quality), gz(bytes, { level: 9 })]);
      await Promise.all([writeFile(`${path}.br`, asBrotli), writeFile(`${path}.gz`, asGzip)]);
    }),
);
