import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The service that the development server passes API calls on to. */
const service = process.env['WEIR_PUBLIC_URL'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [react()],
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 700 },
  server: { proxy: { '/api': service } },
});
