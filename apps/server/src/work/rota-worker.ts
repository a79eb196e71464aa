// Makes rotas. One job at a time: the solver takes a thread for as long as it is given.
import { loadRotaSolver } from '@counterpart/provider-workload'
import { answerJobs } from '../worker-pool.ts'
import { doRotaJob, type RotaJob } from './rota-job.ts'

const solver = await loadRotaSolver()

answerJobs((job: RotaJob, tell) => doRotaJob(job, solver, tell))
