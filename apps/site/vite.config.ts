import react from '@vitejs/plugin-react';
import { defineConfig, type HtmlTagDescriptor, type Plugin } from 'vite';

/** The service that the development server passes API calls on to. */
const service = process.env['WEIR_PUBLIC_URL'] ?? 'http://127.0.0.1:8080';

const MAIN = { name: 'main', test: /apps\/site\/main\.ts$/, priority: 2 };
const START = { name: 'start', test: /apps\/site\/start\.tsx$/, priority: 1 };

/** Names the files of `start.tsx` in the page, so that they come beside `main.ts`, which asks for them, not after it. */
const startComesAtOnce: Plugin = {
  name: 'weir:start-comes-at-once',
  transformIndexHtml: {
    order: 'post',
    handler(html, { bundle = {} }) {
      const tags: HtmlTagDescriptor[] = [];
      const named = new Set<string>();
      const name = (rel: string, path: string): void => {
        if (!named.has(path) && !html.includes(path))
          tags.push({ tag: 'link', attrs: { rel, crossorigin: true, href: `/${path}` }, injectTo: 'head' });
        named.add(path);
      };
      const reach = (path: string): void => {
        const file = bundle[path];
        if (file?.type !== 'chunk' || file.isEntry || named.has(path)) return;
        for (const style of file.viteMetadata?.importedCss ?? []) name('stylesheet', style);
        name('modulepreload', path);
        for (const next of file.imports) reach(next);
      };
      for (const file of Object.values(bundle))
        if (file.type === 'chunk' && file.name === START.name) reach(file.fileName);
      return tags;
    },
  },
};

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [react(), startComesAtOnce],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        // One file with all that it needs: over HTTP/1.1 each further file waits for a connection.
        codeSplitting: { groups: [MAIN, START] },
      },
    },
  },
  server: { proxy: { '/api': service } },
});
