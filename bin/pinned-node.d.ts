/** Environment of a server's malloc; see pinned-node.js. */
export const allocation: Readonly<Record<string, string>>
/** Flags of the pinned Node.js; see pinned-node.js. */
export const pinnedFlags: readonly string[]
