// Whether a port can be listened on, asked without keeping it.
import { createServer } from 'node:net'
import { EmulatorError } from '../../../core/errors.js'

/** Throws `port_in_use` where somebody listens there; any other trouble is left to whoever listens next. */
export async function checkFree(host: string, port: number): Promise<void> {
  const probe = createServer()
  await new Promise<void>((resolve, reject) => {
    probe.once('error', (cause: NodeJS.ErrnoException) =>
      cause.code === 'EADDRINUSE'
        ? reject(
            new EmulatorError(`Port ${port} on ${host} is in use.`, {
              code: 'port_in_use',
              where: '--port',
              hint: 'Stop what listens there, or choose another port: --port 0 takes any free one.',
              cause,
            }),
          )
        : resolve(),
    )
    probe.listen(port, host, () => probe.close(() => resolve()))
  })
}
