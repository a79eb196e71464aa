import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// `npm run dev` hands /api on to a server that already runs; the built app is served by apps/server itself.
const api = process.env.COUNTERPART_API ?? 'http://127.0.0.1:4600'

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: true,
    // A content security policy without data: or inline sources must be enough for everything that is built.
    assetsInlineLimit: 0,
  },
  server: { proxy: { '/api': { target: api, changeOrigin: false } } },
})
