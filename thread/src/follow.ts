import type { Thread, ThreadEvent } from './port.ts'

/**
 * Hands a reader every event after a position, first those that stand already, then each commit as it comes: in order of
 * position, none twice, none left out. Resolves when it has caught up, with the way to stop. What `listener` throws while
 * catching up rejects; later it goes the way of what subscribers throw.
 *
 * @example const stop = await follow(thread, lastSeen, (events) => { for (const event of events) show(event) })
 */
export async function follow(
  thread: Thread,
  afterPosition: number,
  listener: (events: readonly ThreadEvent[]) => void,
): Promise<() => void> {
  let position = afterPosition
  const pass = (events: readonly ThreadEvent[]): void => {
    const fresh = events.filter((event) => event.position > position)
    if (fresh.length === 0) return
    position = fresh.at(-1)!.position
    listener(fresh)
  }
  const catchUp = async (): Promise<void> => {
    let page: ThreadEvent[] = []
    for await (const event of thread.readAll(position)) {
      page.push(event)
      if (page.length === 500) {
        pass(page)
        page = []
      }
    }
    pass(page)
  }
  // Most of it before subscribing, so that little has to be held back meanwhile.
  await catchUp()
  let held: ThreadEvent[] | undefined = []
  const stop = thread.subscribe((events) => {
    if (held === undefined) pass(events)
    else held.push(...events)
  })
  try {
    await catchUp()
    const late = held
    held = undefined
    pass(late)
    return stop
  } catch (error) {
    stop()
    throw error
  }
}
