import type { Context } from 'hono'
import { RequestError } from './problem.ts'

/**
 * Refuses a body of more than `maximumBytes` bytes (413): by its Content-Length where it has one (the parser then holds the
 * sender to it), else by reading no more of it than that.
 */
export async function limitBody(context: Context, maximumBytes: number): Promise<void> {
  const tooLarge = (bytes: string) =>
    new RequestError(413, 'too-large', `The body has ${bytes} bytes; at most ${maximumBytes} are taken.`)
  const declared = context.req.header('content-length')
  if (declared !== undefined) {
    if (Number(declared) > maximumBytes) throw tooLarge(declared)
    return
  }
  const { raw } = context.req
  if (context.req.header('transfer-encoding') === undefined || raw.body === null) return
  const reader = raw.body.getReader()
  const pieces: Uint8Array[] = []
  let length = 0
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    pieces.push(next.value)
    length += next.value.length
    if (length <= maximumBytes) continue
    await reader.cancel()
    throw tooLarge(`more than ${maximumBytes}`)
  }
  context.req.raw = new Request(raw.url, { method: raw.method, headers: raw.headers, body: Buffer.concat(pieces) })
}
