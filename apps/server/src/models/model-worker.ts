// Checks and runs models off the main thread.
import { answerJobs } from '../worker-pool.ts'
import { doModelJob } from './model-jobs.ts'

answerJobs(doModelJob)
