import { IntakeError } from '../errors.ts'

/**
 * Reads a body as UTF-8, but no more than `maximumBytes` of it: what is longer is cancelled there, whatever its
 * `Content-Length` says. Throws {@link IntakeError} `too-large` or `malformed`; `cause` then holds the bytes read so far.
 */
export async function readBody(request: Request, maximumBytes: number): Promise<string> {
  const reader = request.body?.getReader()
  const pieces: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
    if (done || value === undefined) break
    pieces.push(value)
    length += value.length
    if (length <= maximumBytes) continue
    await reader!.cancel()
    throw new IntakeError(
      'too-large',
      `the body is longer than ${maximumBytes} bytes`,
      { expected: `at most ${maximumBytes} bytes`, mend: 'send it in several Bundles' },
      { cause: Buffer.concat(pieces) },
    )
  }
  const bytes = Buffer.concat(pieces)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new IntakeError(
      'malformed',
      'the body is not UTF-8',
      { expected: 'JSON in UTF-8', mend: 'send UTF-8' },
      { cause: bytes },
    )
  }
}
