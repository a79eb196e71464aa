/** How many message identifiers are remembered; older ones are found in the thread. */
const remembered = 2_000

interface Handling<R> {
  /** Whether a result settles the matter: a message that was refused may be sent again, mended. */
  isFinal(result: R): boolean
  /** The answer to the same message when it comes again. */
  again(result: R): R
  /** The answer to another message with the same key. */
  other(): Promise<R>
  first(): Promise<R>
}

/** Remembers what became of the latest messages, so that one that is sent twice (even at the same time) is taken once. */
export function recentMessages<R>() {
  const latest = new Map<string, { readonly content: string; readonly result: Promise<R> }>()
  return {
    async once(key: string, content: string, handling: Handling<R>): Promise<R> {
      for (let standing = latest.get(key); standing; standing = latest.get(key)) {
        const result = await standing.result
        if (handling.isFinal(result)) return standing.content === content ? handling.again(result) : handling.other()
        if (latest.get(key) === standing) latest.delete(key)
      }
      const result = handling.first()
      latest.set(key, { content, result })
      if (latest.size > remembered) latest.delete(latest.keys().next().value!)
      return result
    },
  }
}
