import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/** Where `npm run dev` finds the server; only for development. */
const server = process.env['DOZOR_API'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react()],
  build: {
    // The map library is one lazy chunk of its own; it is larger than the default warning and stays so.
    chunkSizeWarningLimit: 1200,
  },
  server: { proxy: { '/api': server, '/tiles': server } },
  test: { environment: 'jsdom', include: ['src/**/*.test.{ts,tsx}'], setupFiles: ['src/test/setup.ts'] },
});
