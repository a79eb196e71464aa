import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.map': 'application/json',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webmanifest': 'application/manifest+json',
}

interface StaticFile {
  readonly body: Uint8Array<ArrayBuffer>
  readonly compressed: Uint8Array<ArrayBuffer> | undefined
  readonly type: string
  readonly etag: string
  readonly immutable: boolean
}

/** Serves the built web app from memory: every file of the folder, and its index for any page of the app. */
export function staticFiles(folder: string): (request: Request) => Response | undefined {
  const files = new Map<string, StaticFile>()
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || extname(entry.name) === '.map') continue
    const path = join(entry.parentPath, entry.name)
    files.set(`/${relative(folder, path).split(sep).join('/')}`, load(path))
  }
  return (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return undefined
    const { pathname } = new URL(request.url)
    const file = files.get(pathname) ?? (extname(pathname) === '' ? files.get('/index.html') : undefined)
    if (!file) return undefined
    const headers: Record<string, string> = {
      'content-type': file.type,
      etag: file.etag,
      vary: 'accept-encoding',
      'cache-control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    }
    if (request.headers.get('if-none-match') === file.etag) return new Response(null, { status: 304, headers })
    const brotli = file.compressed && /\bbr\b/.test(request.headers.get('accept-encoding') ?? '')
    if (brotli) headers['content-encoding'] = 'br'
    return new Response(request.method === 'HEAD' ? null : brotli ? file.compressed! : file.body, { headers })
  }
}

function load(path: string): StaticFile {
  const body = new Uint8Array(readFileSync(path))
  const type = types[extname(path)] ?? 'application/octet-stream'
  const worthwhile = body.length > 1_024 && /text|javascript|json|svg/.test(type)
  const compressed = worthwhile
    ? new Uint8Array(brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }))
    : undefined
  return {
    body,
    compressed,
    type,
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    // Vite names what it builds by its content.
    immutable: /[/\\]assets[/\\]/.test(path),
  }
}
