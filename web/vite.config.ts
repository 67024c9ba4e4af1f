import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// `npm run dev` against a running stack: the front door that serves the built pages also serves the API.
const frontDoor = process.env.WEB_URL;

export default defineConfig({
  plugins: [react()],
  server: frontDoor
    ? {
        proxy: Object.fromEntries(
          ['/api', '/media-files', '/media/', '/stream', '/health', '/dev'].map((path) => [
            path,
            { target: frontDoor, changeOrigin: true },
          ]),
        ),
      }
    : {},
  // hls.js alone is 550 kB; it is loaded with the watch page only.
  build: { target: 'es2022', sourcemap: true, chunkSizeWarningLimit: 700 },
  test: { include: ['src/**/*.test.ts'], restoreMocks: true },
});
