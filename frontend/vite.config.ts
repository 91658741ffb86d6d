import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const backend = process.env.MATINEE_URL ?? 'http://localhost:8080';

/**
 * Puts Swagger UI's bundle and style sheet into `docs-assets/`: the API's `/api/docs` page loads them from
 * this origin, since the Content-Security-Policy forbids any other.
 */
function swaggerUiAssets(): Plugin {
  const resolve = createRequire(import.meta.url).resolve;
  return {
    name: 'matinee:swagger-ui-assets',
    apply: 'build',
    async generateBundle() {
      for (const name of ['swagger-ui-bundle.js', 'swagger-ui.css']) {
        const source = await readFile(resolve(`swagger-ui-dist/${name}`));
        this.emitFile({ type: 'asset', fileName: `docs-assets/${name}`, source });
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), swaggerUiAssets()],
  build: {
    // No data: URLs for fonts or scripts: the Content-Security-Policy allows them for images only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  server: {
    host: '127.0.0.1',
    proxy: Object.fromEntries(
      ['/api', '/files', '/streams', '/docs-assets'].map((path) => [path, { target: backend, xfwd: true }]),
    ),
  },
});
