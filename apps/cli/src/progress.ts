/** Tells a person at a terminal how far it is, on stderr, at most ten times a second; says nothing into a file or pipe. */
export function progress(what: string): (done: number, of: number) => void {
  if (!process.stderr.isTTY) return () => {}
  let told = 0
  return (done, of) => {
    const now = Date.now()
    if (done < of && now - told < 100) return
    told = now
    process.stderr.write(`\r${what} ${done} of ${of}${done >= of ? '\n' : ''}`)
  }
}
