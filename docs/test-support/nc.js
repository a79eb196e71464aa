#!/usr/bin/env node
// For machines without netcat: `nc -q 1 HOST PORT` sends its input and prints what comes until a second after its end.
import { connect } from 'node:net'

const [host, port] = process.argv.slice(-2)
const socket = connect(Number(port), host)
process.stdin.pipe(socket, { end: false })
socket.pipe(process.stdout)
process.stdin.on('end', () => setTimeout(() => socket.destroy(), 1_000))
