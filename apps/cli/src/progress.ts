/** Tells a person at a terminal how far it is and how long it may still take, on stderr, at most ten times a second; says nothing into a file or pipe. */
export function progress(what: string): (done: number, of: number) => void {
  if (!process.stderr.isTTY) return () => {}
  const began = Date.now()
  let told = 0
  return (done, of) => {
    const now = Date.now()
    if (done < of && now - told < 100) return
    told = now
    // What was written before may have been longer.
    process.stderr.write(`\r${what} ${howFar(done, of, now - began).padEnd(48)}${done >= of ? '\n' : ''}`)
  }
}

/** "1200 of 20000, about 8 s left" once there is something to go by. */
export function howFar(done: number, of: number, milliseconds: number): string {
  const words = `${done} of ${of}`
  if (done <= 0 || done >= of || milliseconds < 500) return words
  const seconds = Math.ceil((milliseconds * (of - done)) / done / 1_000)
  const left = seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
  return `${words}, about ${left} left`
}
