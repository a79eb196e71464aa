export { openAdministration } from './administration.ts'
export { type ReplayedTwin, replayTwin } from './replay-twin.ts'
export { type RunningServer, type ServerOptions, startServer, version } from './start.ts'
