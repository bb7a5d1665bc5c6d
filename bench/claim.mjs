// Measures one claim and sends its rows to the runner. Usage: node --expose-gc bench/claim.mjs <file> <size>, as a child process.
import { sampleNoise } from './machine.mjs'

const [file, size] = process.argv.slice(2)
// Its own processes end with it.
process.on('SIGTERM', () => process.exit(1))

const { measure } = await import(`./claims/${file}.mjs`)
const samples = []
const sample = async () => void samples.push(await sampleNoise())
const rows = await measure({ size, sample })
process.send({ rows, samples })
process.disconnect()
