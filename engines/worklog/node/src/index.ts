export { type LogFileOptions, readLogFile } from './read-log-file.ts'
