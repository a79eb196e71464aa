/** Environment of a server's malloc; see pinned-node.js. */
export const allocation: Readonly<Record<string, string>>
