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
          this.emitFile({ type: 'asset', fileName: `${name}.gz`, source: gzipSync(bytes, { level: 9, mtime: 0 }) });
        }
      },
    },
  };
}

// A server that answers for the API while developing, and the key that it is
// asked with where there is no session: both requests and sockets get it.
const server = process.env['FEDDIR_URL'] ?? 'http://localhost:8080';
const key = process.env['FEDDIR_API_KEY'];
const headers = { Origin: server, ...(key ? { Authorization: `Bearer ${key}` } : {}) };

export default defineConfig({
  base: '/console/',
  plugins: [compressAssets()],
  build: {
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    license: { fileName: 'licenses.md' },
    rolldownOptions: {
      checks: { moduleLevelDirective: false },
      output: {
        // Dependencies apart from what is ours, so that a change of ours leaves them.
        codeSplitting: { groups: [{ name: 'vendor', test: /node_modules/ }] },
      },
    },
  },
  server: { proxy: { '/graphql': { target: server, ws: true, changeOrigin: true, headers }, '/of': server, '/signin': server, '/signout': server, '/playground': server } },
});
