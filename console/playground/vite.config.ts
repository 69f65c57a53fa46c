import { gzipSync } from 'fflate';
import { defineConfig, type Plugin } from 'vite';

// Only the compressed form of an asset is shipped: the Go binary embeds it and
// sends it as it is. fflate is plain JavaScript, so that its output, unlike
// zlib's, is the same on every machine and the committed files can be compared.
function compressAssets(): Plugin {
  return {
    name: 'compress-assets',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        for (const [name, file] of Object.entries(bundle)) {
          if (!name.startsWith('assets/')) continue;
          const content = file.type === 'chunk' ? file.code : file.source;
          const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
          delete bundle[name];
          this.emitFile({
            type: 'asset',
            fileName: `${name}.gz`,
            source: gzipSync(bytes, { level: 9, mtime: 0 }),
          });
        }
      },
    },
  };
}

// A chunk of a group is named after the group and all that load it.
function short(name: string): string {
  return name.replace(/[~.].*/, '');
}

export default defineConfig({
  base: '/playground/',
  plugins: [compressAssets()],
  build: {
    // Monaco alone is larger than Vite's limit for a chunk.
    chunkSizeWarningLimit: 4096,
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    license: { fileName: 'licenses.md' },
    // "use client" in a dependency means nothing to a page without a server part.
    rolldownOptions: {
      checks: { moduleLevelDirective: false },
      output: {
        chunkFileNames: ({ name }) => `assets/${short(name)}-[hash].js`,
        assetFileNames: ({ names }) => `assets/${short(names[0] ?? 'asset')}-[hash][extname]`,
        // Dependencies apart from what is ours, so that a change of ours leaves
        // the large files as they are.
        codeSplitting: {
          groups: [
            { name: 'monaco', test: /node_modules\/(monaco-editor|monaco-graphql)\//, entriesAware: true },
            { name: 'graphiql', test: /node_modules/, entriesAware: true },
          ],
        },
      },
    },
  },
  server: {
    proxy: { '/graphql': 'http://127.0.0.1:8080' },
  },
});
