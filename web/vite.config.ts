import { cp, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** The office to talk to while developing; the built client talks to whoever served it. */
const office = process.env.HUTONG_OFFICE ?? 'http://127.0.0.1:8080';

/** What PDFs ask for that bring no letters of their own; fetched only by those. */
function pdfLetters(): Plugin {
  const from = fileURLToPath(new URL('./node_modules/pdfjs-dist/', import.meta.url));
  const folders = { cmaps: 'cmaps', fonts: 'standard_fonts' };
  return {
    name: 'pdf-letters',
    configureServer: ({ middlewares }) => {
      for (const [folder, source] of Object.entries(folders)) {
        middlewares.use(`/pdf/${folder}/`, async (request, response) => {
          const bytes = await readFile(join(from, source, basename(request.url ?? ''))).catch(() => null);
          response.statusCode = bytes ? 200 : 404;
          response.end(bytes);
        });
      }
    },
    writeBundle: async ({ dir = 'dist' }) => {
      for (const [folder, source] of Object.entries(folders))
        await cp(join(from, source), join(dir, 'pdf', folder), { recursive: true });
    },
  };
}

export default defineConfig({
  plugins: [react(), pdfLetters()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: {
    proxy: {
      '/api': { target: office, ws: true, changeOrigin: false },
      '/rtc': { target: office, ws: true, changeOrigin: false },
    },
  },
  build: {
    target: 'es2022',
    sourcemap: false,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1200,
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/lib/test-setup.ts'],
  },
});
